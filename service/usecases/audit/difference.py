"""What an audit answers: each difference, and the state of the books it was found in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.errors import gettext_noop

LONGEST_SHOWN = 160


class Kind(StrEnum):
    """In which way two things that must agree do not."""

    CHANGED = "changed"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    BROKEN = "broken"
    UNKNOWN = "unknown"


MESSAGES = {
    Kind.CHANGED: gettext_noop(
        "%(table)s %(key)s: %(column)s is %(found)s, the evidence says %(expected)s."
    ),
    Kind.MISSING: gettext_noop("%(table)s %(key)s is missing; %(expected)s needs it."),
    Kind.UNEXPECTED: gettext_noop("%(table)s %(key)s: no evidence stands behind this row."),
    Kind.BROKEN: gettext_noop(
        "%(table)s %(key)s: %(column)s is %(found)s, by the rule it is %(expected)s."
    ),
    Kind.UNKNOWN: gettext_noop("%(table)s %(key)s could not be told: %(found)s."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the evidence has it.

    ``table`` and ``key`` name the row (several key columns joined by ``/``). ``column`` joins by
    ``+`` the columns among which the evidence cannot tell which one was changed.
    """

    table: str
    key: str
    kind: Kind
    column: str = "-"
    found: str = "-"
    expected: str = "-"

    @property
    def message(self) -> str:
        """English sentence with named places; the key of its translation."""
        return MESSAGES[self.kind]

    @property
    def values(self) -> dict[str, str]:
        """What fills the places of ``message``."""
        return {
            "table": self.table,
            "key": self.key,
            "column": self.column,
            "found": self.found,
            "expected": self.expected,
        }

    @property
    def place(self) -> str:
        """Table, row and column in one line."""
        return f"{self.table} {self.key} {self.column}"

    def __str__(self) -> str:
        """The sentence in English."""
        return self.message % self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All differences, and how far the books reach.

    ``size`` and ``head`` are those of the last batch; ``block`` is the chain's block that was
    compared with, None where no chain was asked or none answered. ``is_continued`` says that an
    interrupted audit went on, which trusts what that one had read.
    """

    differences: Sequence[Difference]
    documents: int
    batches: int
    size: int
    head: bytes | None
    block: int | None
    is_continued: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether everything agrees, and everything could be told."""
        return not self.differences

    @property
    def is_uncertain(self) -> bool:
        """Whether nothing disagrees, but something could not be told."""
        return bool(self.differences) and all(d.kind is Kind.UNKNOWN for d in self.differences)


def shown(value: object) -> str:
    """``value`` as a reader sees it in a difference: bytes in hexadecimal, instants in ISO 8601."""
    match value:
        case None | "":
            text = "-"
        case bytes() | memoryview():
            text = bytes(value).hex()
        case datetime() | date():
            text = value.isoformat()
        case _:
            text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def changed(table: str, key: str, column: str, found: object, expected: object) -> Difference:
    """A column that is not as the evidence has it."""
    return Difference(
        table=table,
        key=key,
        kind=Kind.CHANGED,
        column=column,
        found=shown(found),
        expected=shown(expected),
    )


def missing(table: str, key: str, needed_by: str, column: str = "-") -> Difference:
    """A row that the evidence demands and that is not there."""
    return Difference(
        table=table, key=key, kind=Kind.MISSING, column=column, expected=shown(needed_by)
    )


def unexpected(table: str, key: str) -> Difference:
    """A row that no evidence demands."""
    return Difference(table=table, key=key, kind=Kind.UNEXPECTED)


def broken(table: str, key: str, column: str, found: object, expected: object) -> Difference:
    """A statement of a document that contradicts a rule or another document."""
    return Difference(
        table=table,
        key=key,
        kind=Kind.BROKEN,
        column=column,
        found=shown(found),
        expected=shown(expected),
    )


def unknown(table: str, key: str, why: str) -> Difference:
    """Something that could not be compared."""
    return Difference(table=table, key=key, kind=Kind.UNKNOWN, found=shown(why))
