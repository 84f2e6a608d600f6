"""What is settled: a delivery with its weights, deductions, grades, fees and offsets."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.ticket import NegativeMassError
from service.domain.weighing import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleWeights:
    """Gross and tare on one party's scale, kg; ``approved_by`` names who allowed a typed weight."""

    gross_kg: int
    tare_kg: int
    source: Source
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpurityDeduction:
    """``kg`` taken off ``multiplier_e2`` / 100 times: 100 is once, 2000 is filled tubes (×20)."""

    kg: int
    multiplier_e2: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentDeduction:
    """A share taken off, basis points; at most one of a delivery."""

    bp: int


def moisture_deduction(*, measured_bp: int, free_bp: int) -> PercentDeduction:
    """The share of water above the free allowance, basis points."""
    return PercentDeduction(bp=max(0, measured_bp - free_bp))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPart:
    """Another grade inside a line: kilograms, or a share of the line in basis points."""

    grade: str
    kg: int | None = None
    share_bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePart:
    """A grade of the delivery: kilograms, or a share of the settlement mass in basis points."""

    grade: str
    kg: int | None = None
    share_bp: int | None = None
    foreign: tuple[ForeignPart, ...] = ()


class FeeStage(StrEnum):
    """Whether a fee lowers the invoice amount or is set off after tax."""

    IN_PRICE = "IN_PRICE"
    AFTER_TAX = "AFTER_TAX"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerTonneFee:
    """``fen_per_t`` for each tonne of ``kg``."""

    kg: int
    fen_per_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPieceFee:
    """``fen_per_piece`` for each of ``pieces``."""

    pieces: int
    fen_per_piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFee:
    """One amount."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee that the seller bears: what it is for, when it comes off, and how it is reckoned."""

    kind: str
    charge: PerTonneFee | PerPieceFee | FlatFee
    stage: FeeStage = FeeStage.IN_PRICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A signed amount before tax that was agreed by hand; other than 0 it needs a reason."""

    fen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """What was paid before: ``fen``, or ``bp`` of ``fen`` (a share of a provisional amount)."""

    kind: str
    fen: int
    bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A delivery as it comes to settlement.

    ``price_on`` is the business date whose price counts. ``prohibited`` names material that stops
    the whole load; ``live_settlement_no`` an unfinished settlement of the same delivery.
    """

    price_on: date
    buyer_weights: ScaleWeights | None = None
    seller_weights: ScaleWeights | None = None
    rejected_kg: int = 0
    residual_kg: int = 0
    deductions: tuple[ImpurityDeduction | PercentDeduction, ...] = ()
    grades: tuple[GradePart, ...] = ()
    fees: tuple[Fee, ...] = ()
    adjustment: Adjustment = Adjustment(fen=0, reason="")
    offsets: tuple[Offset, ...] = ()
    prohibited: str | None = None
    live_settlement_no: str | None = None

    def __post_init__(self) -> None:
        """Refuse masses below zero, which would turn what is taken off into what is added."""
        impurities = (part for part in self.deductions if isinstance(part, ImpurityDeduction))
        taken_off = {
            "rejected_kg": self.rejected_kg,
            "residual_kg": self.residual_kg,
            "deductions.kg": min((part.kg for part in impurities), default=0),
        }
        for name, kg in taken_off.items():
            if kg < 0:
                raise NegativeMassError(field=name, value=kg, limit=0)
