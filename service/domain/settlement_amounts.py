"""From the lines to what is paid: steps FEE to PAYABLE of a settlement."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.settlement_load import (
    Adjustment,
    Fee,
    FeeStage,
    Offset,
    PerPieceFee,
    PerTonneFee,
)
from service.domain.settlement_terms import RoundingMode, Terms
from service.domain.settlement_trace import Step, Trace
from service.domain.units import WHOLE_BP


class AdjustmentWithoutReasonError(RuleBrokenError):
    """An amount was changed by hand and nobody says why."""

    message = gettext_noop("Adjustment of %(value)s fen needs a reason; without one: %(limit)s.")


class NegativeGrossError(RuleBrokenError):
    """Fees exceed the goods: that is a debit note, not a settlement."""

    message = gettext_noop("The amount before tax is %(value)s fen; the least is %(limit)s fen.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """A fee with its amount in fen, which is negative: the seller bears it."""

    kind: str
    stage: FeeStage
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSplit:
    """An amount with tax, without it, and the tax: ``gross_fen`` = ``net_fen`` + ``tax_fen``."""

    gross_fen: int
    net_fen: int
    tax_fen: int


def split_gross(gross_fen: int, vat_bp: int, mode: RoundingMode) -> TaxSplit:
    """The tax inside ``gross_fen``: net is rounded, tax is the rest.

    Tax is never computed again from the rounded net: at 13 % that is a fen off in 11.5 % of all
    amounts (settlement.md, section 3).
    """
    net_fen = mode.divide(gross_fen * WHOLE_BP, WHOLE_BP + vat_bp)
    return TaxSplit(gross_fen=gross_fen, net_fen=net_fen, tax_fen=gross_fen - net_fen)


def add_tax(net_fen: int, vat_bp: int, mode: RoundingMode) -> TaxSplit:
    """The tax on top of ``net_fen``, rounded once."""
    tax_fen = mode.divide(net_fen * vat_bp, WHOLE_BP)
    return TaxSplit(gross_fen=net_fen + tax_fen, net_fen=net_fen, tax_fen=tax_fen)


def fee_lines(fees: Sequence[Fee], mode: RoundingMode, trace: Trace) -> tuple[FeeLine, ...]:
    """Step FEE: the amount of each fee."""
    lines = tuple(
        FeeLine(kind=fee.kind, stage=fee.stage, amount_fen=-_charge_fen(fee, mode)) for fee in fees
    )
    for line in lines:
        trace.write(Step.FEE, f"{line.kind} {line.stage}: {line.amount_fen} fen")
    return lines


def _charge_fen(fee: Fee, mode: RoundingMode) -> int:
    charge = fee.charge
    if isinstance(charge, PerTonneFee):
        return mode.divide(charge.kg * charge.fen_per_t, 1000)
    if isinstance(charge, PerPieceFee):
        return charge.pieces * charge.fen_per_piece
    return charge.fen


def adjustment_fen(adjustment: Adjustment, trace: Trace) -> int:
    """Step FEE: the amount agreed by hand; raises ``AdjustmentWithoutReasonError``."""
    if adjustment.fen == 0:
        return 0
    if not adjustment.reason.strip():
        raise AdjustmentWithoutReasonError(
            field="adjustment.reason", value=adjustment.fen, limit="0 fen"
        )
    trace.write(Step.FEE, f"adjustment: {adjustment.fen} fen, {adjustment.reason}")
    return adjustment.fen


def taxed(sum_fen: int, terms: Terms, trace: Trace) -> TaxSplit:
    """Steps GROSS and TAX: ``sum_fen`` with and without tax; raises ``NegativeGrossError``."""
    trace.write(Step.GROSS, f"{sum_fen} fen")
    if sum_fen < 0:
        raise NegativeGrossError(field="fees", value=sum_fen, limit=0)
    split = (split_gross if terms.tax_inclusive else add_tax)(
        sum_fen, terms.vat_bp, terms.rounding.money
    )
    trace.write(
        Step.TAX,
        f"{terms.vat_bp} bp: net {split.net_fen} + tax {split.tax_fen} = {split.gross_fen} fen",
    )
    return split


def offset_fen(
    offsets: Sequence[Offset], fees: Sequence[FeeLine], mode: RoundingMode, trace: Trace
) -> int:
    """Step OFFSET: what was paid before, and fees with a document of their own."""
    total_fen = 0
    for offset in offsets:
        fen = offset.fen
        if offset.bp is not None:
            fen = mode.divide(offset.fen * offset.bp, WHOLE_BP)
        trace.write(Step.OFFSET, f"{offset.kind}: {fen} fen")
        total_fen += fen
    return total_fen - sum(fee.amount_fen for fee in fees if fee.stage is FeeStage.AFTER_TAX)
