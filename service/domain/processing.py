"""A processing run: lots become lots by cutting, baling or shredding, and something is lost.

Mass is conserved: what went in is what came out and what was lost (dirt, dust, scale, moisture).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.units import WHOLE_BP, round_half_up

LOSS_NEEDS_REASON_BP = 500
"""A loss above 5 % of the input wants a reason: a choice of this project, of basis points."""

LARGEST_METER = Decimal("99999999.9")


class MassNotConservedError(RuleBrokenError):
    """More came out of a run than went in."""

    message = gettext_noop("%(value)s kg came out; only %(limit)s kg went in.")


class RunEmptyError(RuleBrokenError):
    """A run without input or without output."""

    message = gettext_noop("A run needs at least one %(value)s.")


class RunLotRepeatedError(RuleBrokenError):
    """A lot stands twice on one side of a run."""

    message = gettext_noop("Lot %(value)s stands twice; put its kilograms into one line.")


class RunMassNotPositiveError(RuleBrokenError):
    """A line of a run without mass."""

    message = gettext_noop("%(value)s kg cannot be processed; the least is %(limit)s kg.")


class RunBackwardsError(RuleBrokenError):
    """A run ends before it begins, or later than now."""

    message = gettext_noop("The run ends at %(value)s; allowed is %(limit)s.")


class MeterBackwardsError(RuleBrokenError):
    """A meter shows less after the run than before it."""

    message = gettext_noop("The meter shows %(value)s after the run and %(limit)s before it.")


class LossReasonMissingError(RuleBrokenError):
    """Much was lost and nobody says why."""

    message = gettext_noop("%(value)s kg were lost; above %(limit)s kg a reason is needed.")


class ProcessingKind(StrEnum):
    """What is done to the material."""

    CUTTING = "CUTTING"
    BALING = "BALING"
    SHREDDING = "SHREDDING"


class MeterUnit(StrEnum):
    """What a meter counts."""

    KWH = "kWh"
    LITRE = "l"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMass:
    """``kg`` of a lot; ``place`` is where in the yard they lay or lie, "" where nobody said."""

    lot_id: str
    kg: int
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """What a meter showed before and after a run, in its unit."""

    meter_id: str
    unit: MeterUnit
    before: Decimal
    after: Decimal

    def __post_init__(self) -> None:
        """Refuse a meter that ran backwards or shows what no meter shows."""
        if not Decimal(0) <= self.before <= self.after <= LARGEST_METER:
            raise MeterBackwardsError(field="meters", value=self.after, limit=self.before)

    @property
    def used(self) -> Decimal:
        """What the run took."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRun:
    """Lots in, lots out, the meters, and why so much was lost where it was much."""

    kind: ProcessingKind
    started_at: datetime
    ended_at: datetime
    inputs: Sequence[LotMass]
    outputs: Sequence[LotMass]
    meters: Sequence[MeterReading] = ()
    loss_reason: str = ""

    def __post_init__(self) -> None:
        """Hold the run against the rules of conservation."""
        _require_lines("input", self.inputs)
        _require_lines("output", self.outputs)
        if self.ended_at < self.started_at:
            raise RunBackwardsError(
                field="ended_at", value=self.ended_at.isoformat(), limit=self.started_at.isoformat()
            )
        if self.loss_kg < 0:
            raise MassNotConservedError(field="outputs", value=self.output_kg, limit=self.input_kg)
        limit_kg = round_half_up(self.input_kg * LOSS_NEEDS_REASON_BP, WHOLE_BP)
        if self.loss_kg > limit_kg and not self.loss_reason.strip():
            raise LossReasonMissingError(field="loss_reason", value=self.loss_kg, limit=limit_kg)

    @property
    def input_kg(self) -> int:
        """All that went in."""
        return sum(line.kg for line in self.inputs)

    @property
    def output_kg(self) -> int:
        """All that came out."""
        return sum(line.kg for line in self.outputs)

    @property
    def loss_kg(self) -> int:
        """What went in and did not come out."""
        return self.input_kg - self.output_kg


def _require_lines(side: str, lines: Sequence[LotMass]) -> None:
    if not lines:
        raise RunEmptyError(field=f"{side}s", value=side)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if line.kg <= 0:
            raise RunMassNotPositiveError(field=f"{side}s.kg", value=line.kg, limit=1)
        if (line.lot_id, line.place) in seen:
            raise RunLotRepeatedError(field=f"{side}s.lot_id", value=line.lot_id)
        seen.add((line.lot_id, line.place))
