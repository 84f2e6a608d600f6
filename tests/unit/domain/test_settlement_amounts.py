import pytest

from service.domain.settlement_amounts import (
    AdjustmentWithoutReasonError,
    FeeLine,
    NegativeGrossError,
    TaxSplit,
    add_tax,
    adjustment_fen,
    fee_lines,
    offset_fen,
    split_gross,
    taxed,
)
from service.domain.settlement_load import (
    Adjustment,
    Fee,
    FeeStage,
    FlatFee,
    Offset,
    PerPieceFee,
    PerTonneFee,
)
from service.domain.settlement_terms import RoundingMode, Terms
from service.domain.settlement_trace import Trace

HALF_UP = RoundingMode.HALF_UP


def test_tax_is_what_the_rounded_net_leaves_of_the_gross() -> None:
    assert split_gross(8_280_166, 1_300, HALF_UP) == TaxSplit(
        gross_fen=8_280_166, net_fen=7_327_581, tax_fen=952_585
    )


def test_tax_computed_again_from_the_net_would_be_a_fen_off_in_13_of_113_amounts() -> None:
    splits = [split_gross(gross_fen, 1_300, HALF_UP) for gross_fen in range(113)]
    off = [one for one in splits if HALF_UP.divide(one.net_fen * 1_300, 10_000) != one.tax_fen]
    assert len(off) == 13


def test_tax_is_added_to_a_price_without_tax() -> None:
    assert add_tax(10_558_960, 1_300, HALF_UP).gross_fen == 11_931_625


@pytest.mark.parametrize(
    ("mode", "expected"), [(HALF_UP, 11_320_201), (RoundingMode.HALF_EVEN, 11_320_200)]
)
def test_a_tie_goes_the_way_of_the_contract(mode: RoundingMode, expected: int) -> None:
    assert mode.divide(31_010 * 365_050, 1_000) == expected


def test_fees_are_amounts_the_seller_bears() -> None:
    fees = (
        Fee(kind="CUT", charge=PerTonneFee(kg=2_347, fen_per_t=10_000)),
        Fee(kind="OVERLENGTH", charge=PerPieceFee(pieces=7, fen_per_piece=5_000)),
        Fee(kind="WEIGH", charge=FlatFee(fen=3_000), stage=FeeStage.AFTER_TAX),
    )
    assert [line.amount_fen for line in fee_lines(fees, HALF_UP, Trace())] == [
        -23_470,
        -35_000,
        -3_000,
    ]


def test_an_adjustment_needs_a_reason_unless_it_is_nothing() -> None:
    assert adjustment_fen(Adjustment(fen=0, reason=""), Trace()) == 0
    assert adjustment_fen(Adjustment(fen=-1_250, reason="torn tarpaulin"), Trace()) == -1_250
    with pytest.raises(AdjustmentWithoutReasonError):
        adjustment_fen(Adjustment(fen=-5_000, reason=" "), Trace())


def test_an_amount_below_zero_is_no_settlement() -> None:
    assert taxed(0, Terms(), Trace()).gross_fen == 0
    assert taxed(100, Terms(tax_inclusive=False), Trace()).gross_fen == 113
    with pytest.raises(NegativeGrossError):
        taxed(-1, Terms(), Trace())


def test_offsets_are_amounts_shares_and_fees_after_tax() -> None:
    offsets = (
        Offset(kind="PREPAYMENT", fen=11_850_005, bp=3_000),
        Offset(kind="DEPOSIT", fen=500_000),
    )
    fees = (
        FeeLine(kind="WEIGH", stage=FeeStage.AFTER_TAX, amount_fen=-3_000),
        FeeLine(kind="CUT", stage=FeeStage.IN_PRICE, amount_fen=-9),
    )
    assert offset_fen(offsets, fees, HALF_UP, Trace()) == 4_058_002
