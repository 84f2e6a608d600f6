"""What a control says of a weighing: verdicts, the gravest, and the refusals they lead to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.control.words import message_of
from service.domain.errors import ConflictError, gettext_noop


class Outcome(StrEnum):
    """What a control found. ``UNKNOWN``: no sensor or no history; it is never counted as a pass."""

    PASS = "PASS"
    UNKNOWN = "UNKNOWN"
    FLAG = "FLAG"  # recorded, and visible on the ticket, to the plant and to the bank
    HOLD = "HOLD"  # recorded, without effect until a supervisor has decided
    BLOCK = "BLOCK"  # not recorded


GRAVITY = tuple(Outcome)
"""Outcomes from the lightest to the gravest."""

CONTROLS = tuple(f"C{number}" for number in range(1, 21))
"""Names of the controls (weighbridge.md, section 8.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check of one control, before the site's policy is asked what follows from it.

    ``broken`` is None where it could not be checked. ``field`` names what was looked at; ``value``
    and ``limit`` are short texts with their units, ``—`` where unknown. ``at_most`` caps what may
    follow.
    """

    control: str
    field: str
    broken: bool | None
    value: str
    limit: str
    at_most: Outcome = Outcome.BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a control (``C1`` to ``C20``) says of a weighing: its gravest finding."""

    control: str
    outcome: Outcome
    value: str
    limit: str
    field: str

    @property
    def message(self) -> str:
        """What is wrong where the control is broken; English, a key of the translations."""
        return message_of(self.control, self.field)

    def record(self) -> dict[str, str]:
        """Members of ``record.controls`` in the weighing's document."""
        return {
            "control": self.control,
            "field": self.field,
            "outcome": self.outcome.value,
            "value": self.value,
            "limit": self.limit,
        }

    @classmethod
    def of(cls, document: Mapping[str, str]) -> "Verdict":
        """The verdict that ``record`` gave."""
        return cls(
            control=document["control"],
            outcome=Outcome(document["outcome"]),
            value=document["value"],
            limit=document["limit"],
            field=document["field"],
        )


def gravest(verdicts: Iterable[Verdict]) -> Outcome:
    """The gravest outcome; PASS where there is no verdict at all."""
    return max((verdict.outcome for verdict in verdicts), key=GRAVITY.index, default=Outcome.PASS)


def of_outcome(verdicts: Iterable[Verdict], outcome: Outcome) -> tuple[Verdict, ...]:
    """The verdicts with just this outcome, in their order."""
    return tuple(verdict for verdict in verdicts if verdict.outcome is outcome)


class ControlBrokenError(ConflictError):
    """One control is broken; ``what`` is said by its words, which pages translate."""

    message = gettext_noop("%(control)s %(what)s Found: %(value)s; allowed: %(limit)s.")


class ControlBlockedError(ConflictError):
    """Controls refuse the weighing; nothing was recorded. ``reasons`` are those that do."""

    message = gettext_noop("The weighing is refused. %(value)s")

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        """Keep all ``verdicts``; at least one of them blocks."""
        self.verdicts = tuple(verdicts)
        self.reasons = tuple(_broken(verdict) for verdict in of_outcome(verdicts, Outcome.BLOCK))
        super().__init__(field="controls", value=" ".join(str(reason) for reason in self.reasons))


class HeldError(ConflictError):
    """A weighing of the visit waits for a supervisor."""

    message = gettext_noop("The weighing is held by %(value)s until a supervisor decides.")

    def __init__(self, weighing_id: str, controls: Sequence[str]) -> None:
        """Name the held weighing and the ``controls`` that hold it."""
        super().__init__(field="weighing_id", value=", ".join(controls))
        self.weighing_id = weighing_id


def require_admitted(verdicts: Sequence[Verdict]) -> None:
    """Raise ``ControlBlockedError`` where a verdict blocks the weighing."""
    if of_outcome(verdicts, Outcome.BLOCK):
        raise ControlBlockedError(verdicts)


def _broken(verdict: Verdict) -> ControlBrokenError:
    return ControlBrokenError(
        field=f"controls.{verdict.control}",
        control=verdict.control,
        what=verdict.message,
        value=verdict.value,
        limit=verdict.limit,
    )
