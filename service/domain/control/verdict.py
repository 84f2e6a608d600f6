"""What a control says of a weighing: verdicts, the gravest, and the refusals they lead to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    """One check of one control before the site's policy is asked what follows from it.

    ``broken`` is None where it could not be checked. ``value`` and ``limit`` are texts with their
    units, ``—`` where unknown; ``field`` names what was looked at; ``message`` says what is wrong
    in English, with places ``%(value)s`` and ``%(limit)s``. ``at_most`` caps what may follow.
    """

    control: str
    broken: bool | None
    value: str
    limit: str
    field: str
    message: str
    at_most: Outcome = Outcome.BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check of a control (``C1`` to ``C20``) leads to; texts as in ``Finding``."""

    control: str
    outcome: Outcome
    value: str
    limit: str
    field: str
    message: str

    def record(self) -> dict[str, str]:
        """Members of ``record.controls`` in the weighing's document."""
        return {
            "control": self.control,
            "field": self.field,
            "outcome": self.outcome.value,
            "value": self.value,
            "limit": self.limit,
        }


def gravest(verdicts: Iterable[Verdict]) -> Outcome:
    """The gravest outcome; PASS where there is no verdict at all."""
    return max((verdict.outcome for verdict in verdicts), key=GRAVITY.index, default=Outcome.PASS)


def of_outcome(verdicts: Iterable[Verdict], outcome: Outcome) -> tuple[Verdict, ...]:
    """The verdicts with just this outcome, in their order."""
    return tuple(verdict for verdict in verdicts if verdict.outcome is outcome)


class ControlBlockedError(ConflictError):
    """A control refuses the weighing; nothing was recorded."""

    message = gettext_noop("The weighing is refused by %(value)s: %(limit)s")

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        """Keep all ``verdicts``; the first that blocks (there is one) gives the words."""
        blocking = of_outcome(verdicts, Outcome.BLOCK)[0]
        super().__init__(field=blocking.field, value=blocking.control, limit=_said(blocking))
        self.verdicts = tuple(verdicts)


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


def _said(verdict: Verdict) -> str:
    return verdict.message % {"value": verdict.value, "limit": verdict.limit}
