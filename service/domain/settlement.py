"""The settlement of a delivery: from weights and prices to the fen that is paid.

The calculation is deterministic: each step writes its figures to a trace whose hash is part of the
statement, so that anyone can compute it again and name the step that differs (settlement.md, 3).
"""

from dataclasses import dataclass
from datetime import date

from service.domain.errors import FerrotraceError, RuleBrokenError, gettext_noop
from service.domain.grade import SharesNot10000Error
from service.domain.price_list import GradeNotInContractError, PriceList, PriceListMissingError
from service.domain.settlement_amounts import (
    AdjustmentWithoutReasonError,
    FeeLine,
    NegativeGrossError,
    adjustment_fen,
    fee_lines,
    offset_fen,
    taxed,
)
from service.domain.settlement_load import FeeStage, Load
from service.domain.settlement_prices import SettlementLine, price_list_used, settlement_lines
from service.domain.settlement_shares import (
    ForeignExceedsLineError,
    GradeKgNotSettlementKgError,
    MixRuleMissingError,
    grade_kg,
    pieces,
)
from service.domain.settlement_terms import Terms
from service.domain.settlement_trace import Step, Trace, TraceLine, trace_sha256
from service.domain.settlement_weight import (
    AcceptedNotPositiveError,
    QuantityExceedsContractError,
    TwoPercentDeductionsError,
    WeightDifferenceOpenError,
    WeightSourceNotAdmissibleError,
    accepted_kg,
    basis_kg,
    settlement_kg,
)
from service.domain.ticket import DeductionExceedsWeightError, TareNotBelowGrossError

EFFECTIVE = "EFFECTIVE"


class ContractNotEffectiveError(RuleBrokenError):
    """The contract is not in force on the price date."""

    message = gettext_noop("The contract is %(value)s; it must be EFFECTIVE within %(limit)s.")


class DeliveryAlreadySettledError(RuleBrokenError):
    """The delivery is in a settlement that lives."""

    message = gettext_noop(
        "The delivery is in settlement %(value)s already; at most %(limit)s may live."
    )


class ProhibitedMaterialError(RuleBrokenError):
    """The load holds a sealed vessel, an explosive or a source: it stops, nothing is deducted."""

    message = gettext_noop("The load holds prohibited material: %(value)s; allowed: %(limit)s.")


SETTLEMENT_REFUSALS: dict[type[FerrotraceError], str] = {
    ContractNotEffectiveError: "CONTRACT_NOT_EFFECTIVE",
    DeliveryAlreadySettledError: "DELIVERY_ALREADY_SETTLED",
    ProhibitedMaterialError: "PROHIBITED_MATERIAL",
    WeightSourceNotAdmissibleError: "WEIGHT_SOURCE_NOT_ADMISSIBLE",
    TareNotBelowGrossError: "TARE_NOT_BELOW_GROSS",
    WeightDifferenceOpenError: "WEIGHT_DIFFERENCE_OPEN",
    AcceptedNotPositiveError: "ACCEPTED_NOT_POSITIVE",
    TwoPercentDeductionsError: "TWO_PERCENT_DEDUCTIONS",
    DeductionExceedsWeightError: "DEDUCTION_EXCEEDS_WEIGHT",
    QuantityExceedsContractError: "QUANTITY_EXCEEDS_CONTRACT",
    SharesNot10000Error: "SHARES_NOT_10000",
    GradeKgNotSettlementKgError: "GRADE_KG_NOT_SETTLEMENT_KG",
    GradeNotInContractError: "GRADE_NOT_IN_CONTRACT",
    ForeignExceedsLineError: "FOREIGN_EXCEEDS_LINE",
    MixRuleMissingError: "MIX_RULE_MISSING",
    PriceListMissingError: "PRICE_LIST_MISSING",
    AdjustmentWithoutReasonError: "ADJUSTMENT_WITHOUT_REASON",
    NegativeGrossError: "NEGATIVE_GROSS",
}
"""The closed list of reasons why a delivery is not settled, with their names between programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a delivery comes to: masses in kg, money in fen.

    ``gross_fen`` = ``net_fen`` + ``tax_fen``. What is left after ``offset_fen`` is ``payable_fen``
    to the seller or, where more was paid before, ``receivable_fen`` from the seller; never both.
    ``price_list`` is the list used, ``None`` where the contract itself fixes the prices.
    """

    price_on: date
    price_list: PriceList | None
    settlement_kg: int
    lines: tuple[SettlementLine, ...]
    fees: tuple[FeeLine, ...]
    adjustment_fen: int
    gross_fen: int
    net_fen: int
    tax_fen: int
    offset_fen: int
    payable_fen: int
    receivable_fen: int
    trace: tuple[TraceLine, ...]

    @property
    def trace_sha256(self) -> str:
        """SHA-256 of the canonical text of the trace, as hex."""
        return trace_sha256(self.trace)


def settle(terms: Terms, load: Load, *, demo: bool = False) -> Settlement:
    """The settlement of ``load`` under ``terms``.

    ``demo`` says that the database was created for demonstration: only there a simulated weight
    settles. The first rule broken, in the order of the steps, raises its error; the errors are
    those of ``SETTLEMENT_REFUSALS``, besides ``ScaleWeightsMissingError`` and
    ``ShareOutOfRangeError`` for input that no contract can mean.
    """
    trace = Trace()
    _guard(terms, load)
    accepted = accepted_kg(basis_kg(terms, load, trace, demo=demo), load, trace)
    settled_kg = settlement_kg(accepted, terms, load, trace)
    lines_kg = grade_kg(settled_kg, terms, load, trace)
    lines = settlement_lines(pieces(lines_kg, terms, load, trace), terms, load, trace)
    fees = fee_lines(load.fees, terms.rounding.money, trace)
    adjusted_fen = adjustment_fen(load.adjustment, trace)
    in_price_fen = sum(fee.amount_fen for fee in fees if fee.stage is FeeStage.IN_PRICE)
    sum_fen = sum(line.amount_fen for line in lines) + in_price_fen + adjusted_fen
    tax = taxed(sum_fen, terms, trace)
    paid_before_fen = offset_fen(load.offsets, fees, terms.rounding.money, trace)
    balance_fen = tax.gross_fen - paid_before_fen
    trace.write(Step.PAYABLE, f"{tax.gross_fen} - {paid_before_fen} = {balance_fen} fen")
    return Settlement(
        price_on=load.price_on,
        price_list=price_list_used(terms, load),
        settlement_kg=settled_kg,
        lines=lines,
        fees=fees,
        adjustment_fen=adjusted_fen,
        gross_fen=tax.gross_fen,
        net_fen=tax.net_fen,
        tax_fen=tax.tax_fen,
        offset_fen=paid_before_fen,
        payable_fen=max(balance_fen, 0),
        receivable_fen=max(-balance_fen, 0),
        trace=tuple(trace.lines),
    )


def _guard(terms: Terms, load: Load) -> None:
    """Step GUARD: what must hold before anything is computed."""
    first, last = terms.valid_from or date.min, terms.valid_to or date.max
    if terms.state != EFFECTIVE or not first <= load.price_on <= last:
        raise ContractNotEffectiveError(
            field="price_on",
            value=f"{terms.state} ({load.price_on.isoformat()})",
            limit=f"{first.isoformat()}..{last.isoformat()}",
        )
    if load.live_settlement_no:
        raise DeliveryAlreadySettledError(
            field="delivery_id", value=load.live_settlement_no, limit=1
        )
    if load.prohibited:
        raise ProhibitedMaterialError(field="prohibited", value=load.prohibited, limit=0)
