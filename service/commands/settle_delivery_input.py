"""A delivery as a case file writes it, and the load it stands for."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from service.commands.settle_input import Input, NotNegative, Share
from service.domain.settlement_load import (
    Adjustment,
    Fee,
    FeeStage,
    FlatFee,
    ForeignPart,
    GradePart,
    ImpurityDeduction,
    Load,
    Offset,
    PercentDeduction,
    PerPieceFee,
    PerTonneFee,
    ScaleWeights,
    moisture_deduction,
)
from service.domain.weighing import Source


class WeighingInput(Input):
    """Gross and tare on one party's scale."""

    gross_kg: int
    tare_kg: int
    source: Source
    approved_by: str | None = None

    def to_weights(self) -> ScaleWeights:
        """The domain's value."""
        return ScaleWeights(
            gross_kg=self.gross_kg,
            tare_kg=self.tare_kg,
            source=self.source,
            approved_by=self.approved_by,
        )


class KgInput(Input):
    """Kilograms taken off, with a word for what they are."""

    kind: Literal["KG"]
    kg: NotNegative
    label: str = ""

    def to_deduction(self) -> ImpurityDeduction:
        """The domain's value: once the kilograms."""
        return ImpurityDeduction(kg=self.kg)


class ImpurityInput(Input):
    """Kilograms of a class of impurity, taken off several times."""

    kind: Literal["IMPURITY"]
    kg: NotNegative
    multiplier_e2: NotNegative
    impurity_class: str = Field(default="", alias="class")

    def to_deduction(self) -> ImpurityDeduction:
        """The domain's value."""
        return ImpurityDeduction(kg=self.kg, multiplier_e2=self.multiplier_e2)


class PercentInput(Input):
    """A share taken off."""

    kind: Literal["PCT"]
    bp: Share
    label: str = ""

    def to_deduction(self) -> PercentDeduction:
        """The domain's value."""
        return PercentDeduction(bp=self.bp)


class MoistureInput(Input):
    """Water measured, and what of it is free."""

    kind: Literal["MOISTURE"]
    measured_bp: Share
    free_bp: Share = 0

    def to_deduction(self) -> PercentDeduction:
        """The domain's value."""
        return moisture_deduction(measured_bp=self.measured_bp, free_bp=self.free_bp)


DeductionInput = Annotated[
    KgInput | ImpurityInput | PercentInput | MoistureInput, Field(discriminator="kind")
]


class ForeignInput(Input):
    """Another grade inside a line."""

    grade: str
    kg: NotNegative | None = None
    share_bp: Share | None = None


class GradeInput(Input):
    """A grade of the delivery."""

    grade: str
    kg: NotNegative | None = None
    share_bp: Share | None = None
    foreign: tuple[ForeignInput, ...] = ()

    def to_part(self) -> GradePart:
        """The domain's value."""
        return GradePart(
            grade=self.grade,
            kg=self.kg,
            share_bp=self.share_bp,
            foreign=tuple(ForeignPart(**part.model_dump()) for part in self.foreign),
        )


class FeeInput(Input):
    """A fee with the figures of its basis."""

    kind: str
    basis: Literal["PER_TONNE", "PER_PIECE", "FLAT"]
    stage: FeeStage = FeeStage.IN_PRICE
    kg: NotNegative = 0
    fen_per_t: NotNegative = 0
    pieces: NotNegative = 0
    fen_per_piece: NotNegative = 0
    fen: NotNegative = 0

    def to_fee(self) -> Fee:
        """The domain's value."""
        charges: dict[str, PerTonneFee | PerPieceFee | FlatFee] = {
            "PER_TONNE": PerTonneFee(kg=self.kg, fen_per_t=self.fen_per_t),
            "PER_PIECE": PerPieceFee(pieces=self.pieces, fen_per_piece=self.fen_per_piece),
            "FLAT": FlatFee(fen=self.fen),
        }
        return Fee(kind=self.kind, stage=self.stage, charge=charges[self.basis])


class AdjustmentInput(Input):
    """An amount agreed by hand."""

    fen: int
    reason: str = ""


class OffsetInput(Input):
    """What was paid before: an amount, or a share of one."""

    kind: str
    fen: NotNegative | None = None
    of_fen: NotNegative | None = None
    bp: Share | None = None

    def to_offset(self) -> Offset:
        """The domain's value."""
        if self.fen is not None:
            return Offset(kind=self.kind, fen=self.fen)
        return Offset(kind=self.kind, fen=self.of_fen or 0, bp=self.bp or 0)


class DeliveryInput(Input):
    """A delivery; loading and arrival days are named for the reader, the price date decides."""

    price_date: date
    load_date: date | None = None
    arrive_date: date | None = None
    buyer_weighing: WeighingInput | None = None
    seller_weighing: WeighingInput | None = None
    rejected_kg: NotNegative = 0
    residual_kg: NotNegative = 0
    deductions: tuple[DeductionInput, ...] = ()
    grades: tuple[GradeInput, ...]
    fees: tuple[FeeInput, ...] = ()
    adjustment: AdjustmentInput = AdjustmentInput(fen=0)
    prohibited: str | None = None
    live_settlement_no: str | None = None

    def to_load(self, offsets: Sequence[OffsetInput]) -> Load:
        """The domain's value."""
        return Load(
            price_on=self.price_date,
            buyer_weights=_weights(self.buyer_weighing),
            seller_weights=_weights(self.seller_weighing),
            rejected_kg=self.rejected_kg,
            residual_kg=self.residual_kg,
            deductions=tuple(part.to_deduction() for part in self.deductions),
            grades=tuple(part.to_part() for part in self.grades),
            fees=tuple(fee.to_fee() for fee in self.fees),
            adjustment=Adjustment(fen=self.adjustment.fen, reason=self.adjustment.reason),
            offsets=tuple(offset.to_offset() for offset in offsets),
            prohibited=self.prohibited,
            live_settlement_no=self.live_settlement_no,
        )


def _weights(weighing: WeighingInput | None) -> ScaleWeights | None:
    return None if weighing is None else weighing.to_weights()
