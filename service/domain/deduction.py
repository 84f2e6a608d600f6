"""What is taken off the accepted mass of a load: by kilograms, by impurities, by one percentage.

A mass deduction is entered once, at the ticket. The entry is kept as it was made; the kilograms it
comes to are in ``TicketMasses`` (settlement.md, section 3, step DEDUCT).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.units import WHOLE_BP, round_half_up

ONCE_E2 = 100
"""An impurity counted once, in hundredths; deliberate filling counts up to 20 times."""

MOST_E2 = 10_000
MOST_LINES = 12
MOST_PHOTOGRAPHS = 6


class DeductionOutOfRangeError(RuleBrokenError):
    """A deduction states a negative mass, or a share outside 0 to 10,000 basis points."""

    message = gettext_noop("Deduction %(value)s is outside %(limit)s.")


class ReasonMissingError(RuleBrokenError):
    """A deduction or a rejection gives no reason."""

    message = gettext_noop("%(value)s needs a reason.")


class TwoPercentLinesError(RuleBrokenError):
    """Two deductions by percent: which comes first would change what is paid."""

    message = gettext_noop(
        "%(value)s deductions are by percent; at most %(limit)s may be. State the others in kg."
    )


class TooManyDeductionsError(RuleBrokenError):
    """More deductions than a ticket has room for, or more photographs than one needs."""

    message = gettext_noop("%(value)s is more than the %(limit)s that a ticket holds.")


class DeductedTwiceError(RuleBrokenError):
    """The same mass would be taken off a second time."""

    message = gettext_noop("A deduction is entered once: alone, or in the list of several.")


class DeductionKind(StrEnum):
    """How a deduction is stated."""

    NONE = "NONE"
    KG = "KG"  # kilograms
    IMPURITY = "IMPURITY"  # kilograms of foreign matter, counted so many times
    PCT = "PCT"  # a share of the accepted mass
    MOISTURE = "MOISTURE"  # the measured share of water above the free allowance


class DeductionReason(StrEnum):
    """Why something is deducted: the coded list (settlement.md, section 2)."""

    SOIL = "SOIL"
    NONMETAL = "NONMETAL"  # rubber, wood, plastics, concrete
    OIL = "OIL"
    MOISTURE = "MOISTURE"
    PLAIN = "PLAIN"  # metal that is no steel scrap, counted once
    DOUBLE = "DOUBLE"  # ore, slag, round-cake iron: counted twice
    ADULTERATION = "ADULTERATION"  # filled tubes and containers
    OTHER = "OTHER"  # said in the text


BY_KG = frozenset({DeductionKind.KG, DeductionKind.IMPURITY})
BY_PERCENT = frozenset({DeductionKind.PCT, DeductionKind.MOISTURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One deduction from the accepted mass, as it was entered.

    ``kg`` belongs to KG and IMPURITY, where ``multiplier_e2`` says how often it counts in
    hundredths; ``bp``, basis points, to PCT and to MOISTURE, where it is the share measured and
    ``free_bp`` the share that is free. ``photographs`` are ids of pictures of the same visit.
    """

    kind: DeductionKind = DeductionKind.NONE
    kg: int = 0
    bp: int = 0
    reason: str = ""
    reason_code: DeductionReason | None = None
    multiplier_e2: int = ONCE_E2
    free_bp: int = 0
    photographs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a figure outside its range, of another kind, or without a reason."""
        if self.kg < 0 or (self.kg and self.kind not in BY_KG):
            raise DeductionOutOfRangeError(
                field="deduction.kg", value=f"{self.kg} kg ({self.kind})", limit="0 kg or more (KG)"
            )
        if not 0 <= self.bp <= WHOLE_BP or (self.bp and self.kind not in BY_PERCENT):
            raise DeductionOutOfRangeError(
                field="deduction.bp",
                value=f"{self.bp} bp ({self.kind})",
                limit=f"0 to {WHOLE_BP} bp (PCT)",
            )
        self._require_own_figures()
        if len(self.photographs) > MOST_PHOTOGRAPHS:
            raise TooManyDeductionsError(
                field="deduction.photographs", value=len(self.photographs), limit=MOST_PHOTOGRAPHS
            )
        if (self.kg or self.bp) and not self._has_reason():
            raise ReasonMissingError(field="deduction.reason", value=self.kind.value)

    def _require_own_figures(self) -> None:
        is_impurity = self.kind is DeductionKind.IMPURITY
        if not ONCE_E2 <= self.multiplier_e2 <= (MOST_E2 if is_impurity else ONCE_E2):
            raise DeductionOutOfRangeError(
                field="deduction.multiplier_e2",
                value=f"{self.multiplier_e2} / 100 ({self.kind})",
                limit=f"{ONCE_E2} to {MOST_E2} / 100 (IMPURITY)",
            )
        is_moisture = self.kind is DeductionKind.MOISTURE
        if not 0 <= self.free_bp <= (WHOLE_BP if is_moisture else 0):
            raise DeductionOutOfRangeError(
                field="deduction.free_bp",
                value=f"{self.free_bp} bp ({self.kind})",
                limit=f"0 to {WHOLE_BP} bp (MOISTURE)",
            )

    def _has_reason(self) -> bool:
        says_why = self.reason_code not in {None, DeductionReason.OTHER}
        return says_why or bool(self.reason.strip())

    @property
    def share_bp(self) -> int:
        """The share that is taken off, basis points: of moisture what is above the allowance."""
        return max(0, self.bp - self.free_bp)

    def of(self, accepted_kg: int) -> int:
        """Kilograms taken off ``accepted_kg``, rounded half up to the kilogram."""
        if self.kind in BY_PERCENT:
            return round_half_up(accepted_kg * self.share_bp, WHOLE_BP)
        return round_half_up(self.kg * self.multiplier_e2, ONCE_E2)

    def record(self) -> dict[str, Any]:
        """The entry with the keys of the evidence documents; what was not stated is left out."""
        entry: dict[str, Any] = {"kind": self.kind.value}
        if self.kind in BY_KG:
            entry["kg"] = self.kg
        if self.kind in BY_PERCENT:
            entry["bp"] = self.bp
        if self.kind is DeductionKind.IMPURITY:
            entry["multiplier_e2"] = self.multiplier_e2
        if self.kind is DeductionKind.MOISTURE:
            entry["free_bp"] = self.free_bp
        if self.reason_code:
            entry["reason_code"] = self.reason_code.value
        if self.reason:
            entry["reason"] = self.reason
        if self.photographs:
            entry["photographs"] = {str(n): each for n, each in enumerate(self.photographs, 1)}
        return entry


NO_DEDUCTION = Deduction()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deductions:
    """Several deductions of one ticket, each with its coded reason, at most one by percent.

    Each is reckoned from the accepted mass, so that the sum depends on no order (weighbridge.md,
    section 6.2).
    """

    lines: tuple[Deduction, ...]

    def __post_init__(self) -> None:
        """Refuse lines that say nothing, lack their code, or are by percent a second time."""
        if len(self.lines) > MOST_LINES:
            raise TooManyDeductionsError(
                field="deductions", value=len(self.lines), limit=MOST_LINES
            )
        for place, line in enumerate(self.lines):
            if not line.kg and not line.bp:
                raise DeductionOutOfRangeError(
                    field=f"deductions.{place}.kg", value=f"0 ({line.kind})", limit="1 kg, 1 bp"
                )
            if line.reason_code is None:
                raise ReasonMissingError(
                    field=f"deductions.{place}.reason_code", value=line.kind.value
                )
        by_percent = sum(line.kind in BY_PERCENT for line in self.lines)
        if by_percent > 1:
            raise TwoPercentLinesError(field="deductions", value=by_percent, limit=1)

    def of(self, accepted_kg: int) -> int:
        """Kilograms that all of them take off ``accepted_kg``, each rounded once."""
        return sum(line.of(accepted_kg) for line in self.lines)

    def record(self) -> dict[str, Any]:
        """The entries by their place from 1; of no entry what says that nothing is deducted."""
        if not self.lines:
            return NO_DEDUCTION.record()
        return {str(place): line.record() for place, line in enumerate(self.lines, 1)}


def entries(stated: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The single deductions of a document's member ``deduction``: one, several by place, or none.

    A document states one entry as an object of its own, or several as an object of objects.
    """
    if is_several(stated):
        places = sorted(stated, key=lambda place: (len(place), place))
        yield from (stated[place] for place in places)
    elif stated.get("kind", DeductionKind.NONE) != DeductionKind.NONE:
        yield stated


def is_several(stated: dict[str, Any]) -> bool:
    """Whether the member ``deduction`` of a document holds its entries by place."""
    return "kind" not in stated and any(isinstance(member, dict) for member in stated.values())


def deduction_of(stated: dict[str, Any]) -> Deduction:
    """One entry of a document as a value; raises ``KeyError`` for a figure that is not there."""
    kind = DeductionKind(stated["kind"])
    code = stated.get("reason_code")
    kg = stated["kg"] if kind in BY_KG else 0
    bp = stated["bp"] if kind in BY_PERCENT else 0
    is_said = code not in {None, DeductionReason.OTHER}
    return Deduction(
        kind=kind,
        kg=kg,
        bp=bp,
        reason=stated.get("reason", "") if is_said or not (kg or bp) else stated["reason"],
        reason_code=None if code is None else DeductionReason(code),
        multiplier_e2=stated["multiplier_e2"] if kind is DeductionKind.IMPURITY else ONCE_E2,
        free_bp=stated["free_bp"] if kind is DeductionKind.MOISTURE else 0,
        photographs=tuple(stated.get("photographs", {}).values()),
    )


def deducted_of(stated: dict[str, Any]) -> Deduction | Deductions:
    """A document's member ``deduction`` as a value; raises ``KeyError`` and what values refuse."""
    if is_several(stated):
        return Deductions(lines=tuple(deduction_of(entry) for entry in entries(stated)))
    return deduction_of(stated)
