"""Rows as the evidence has them against rows as they are stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.usecases.audit.difference import Difference, changed, missing, unexpected

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRow:
    """A row with the columns that the evidence determines; ``source`` is what demands it."""

    columns: Row
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """Several values of which any is right."""

    values: frozenset[Any]

    def __str__(self) -> str:
        """The values, for a reader."""
        return " / ".join(str(value) for value in sorted(self.values))


Excuse = Callable[[Row], Sequence[Difference] | None]


def matched(
    table: str,
    key: Sequence[str],
    expected: Iterable[ExpectedRow],
    found: Iterable[Row],
    *,
    unfounded: Excuse = lambda _row: None,
) -> list[Difference]:
    """Every difference between the rows of ``table``, whose primary key are the columns ``key``.

    A row whose key was changed is recognised by its other columns. ``unfounded`` is asked about a
    stored row that nothing demands: what to say of it, or None for "it should not be there".
    """
    wanted = {_key(key, row.columns): row for row in expected}
    stored = {_key(key, row): row for row in found}
    differences: list[Difference] = []
    for place in [place for place in stored if place in wanted]:
        differences += _compared(table, place, wanted.pop(place), stored.pop(place))
    for place in list(stored):
        likest = _likest(stored[place], wanted)
        if likest is not None:
            differences += _compared(table, likest, wanted.pop(likest), stored.pop(place))
    for place, row in stored.items():
        excuse = unfounded(row)
        differences += [unexpected(table, place)] if excuse is None else excuse
    differences += [missing(table, place, row.source) for place, row in wanted.items()]
    return differences


def _compared(table: str, place: str, expected: ExpectedRow, found: Row) -> list[Difference]:
    return [
        changed(table, place, column, found[column], value)
        for column, value in expected.columns.items()
        if not _agree(found[column], value)
    ]


def _likest(found: Row, wanted: Mapping[str, ExpectedRow]) -> str | None:
    """The demanded row that agrees with ``found`` in the most columns, at least in half."""
    best, best_count = None, 0
    for place, row in wanted.items():
        count = sum(_agree(found[column], value) for column, value in row.columns.items())
        if count > best_count and 2 * count >= len(row.columns):
            best, best_count = place, count
    return best


def _agree(found: object, value: object) -> bool:
    return found in value.values if isinstance(value, OneOf) else found == value


def _key(names: Sequence[str], row: Row) -> str:
    return "/".join(
        value.hex() if isinstance(value := row[name], bytes) else str(value) for name in names
    )
