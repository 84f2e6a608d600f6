from dataclasses import replace
from datetime import date

import pytest

from service.domain.errors import FerrotraceError
from service.domain.settlement_load import (
    ImpurityDeduction,
    Load,
    PercentDeduction,
    ScaleWeights,
    moisture_deduction,
)
from service.domain.settlement_terms import (
    OnExceed,
    PercentBase,
    Rounding,
    RoundingMode,
    Terms,
    Tolerance,
    ToleranceMode,
    WeightBasis,
    WeightRule,
)
from service.domain.settlement_trace import Trace
from service.domain.settlement_weight import (
    AcceptedNotPositiveError,
    QuantityExceedsContractError,
    ScaleWeightsMissingError,
    ToleranceResult,
    TwoPercentDeductionsError,
    WeightDifferenceOpenError,
    accepted_kg,
    apply_tolerance,
    basis_kg,
    settlement_kg,
)
from service.domain.ticket import (
    DeductionExceedsWeightError,
    NegativeMassError,
    TareNotBelowGrossError,
)
from service.domain.weighing import Source

BUYER = ScaleWeights(gross_kg=46_520, tare_kg=15_600, source=Source.LIVE)  # net 30,920
SELLER = ScaleWeights(gross_kg=46_580, tare_kg=15_640, source=Source.LIVE)  # net 30,940
LOAD = Load(price_on=date(2026, 9, 15), buyer_weights=BUYER, seller_weights=SELLER)
THRESHOLD = Tolerance(bp=30, mode=ToleranceMode.THRESHOLD, on_exceed=OnExceed.BUYER)
DEDUCTIBLE = Tolerance(bp=30, mode=ToleranceMode.DEDUCTIBLE)


def basis(rule: WeightRule, load: Load = LOAD, mass: RoundingMode = RoundingMode.HALF_UP) -> int:
    terms = Terms(weight_rule=rule, rounding=Rounding(mass=mass))
    return basis_kg(terms, load, Trace(), demo=False)


@pytest.mark.parametrize(
    ("rule", "expected_kg"),
    [
        (WeightRule(), 30_920),
        (WeightRule(basis=WeightBasis.SELLER_SCALE), 30_940),
        (WeightRule(basis=WeightBasis.LOWER), 30_920),
        (WeightRule(basis=WeightBasis.AVERAGE), 30_930),
        (WeightRule(basis=WeightBasis.AVERAGE, rounding_kg=20), 30_940),
        (WeightRule(tolerance=THRESHOLD), 30_920),
        (WeightRule(basis=WeightBasis.SELLER_SCALE, tolerance=THRESHOLD), 30_940),
    ],
)
def test_the_contract_says_whose_weight_counts(rule: WeightRule, expected_kg: int) -> None:
    assert basis(rule) == expected_kg


def test_a_tie_goes_to_the_even_multiple_where_the_contract_says_so() -> None:
    rule = WeightRule(basis=WeightBasis.AVERAGE, rounding_kg=20)
    assert basis(rule, mass=RoundingMode.HALF_EVEN) == 30_920


@pytest.mark.parametrize(
    ("rule", "load"),
    [
        (WeightRule(), replace(LOAD, buyer_weights=None)),
        (WeightRule(basis=WeightBasis.SELLER_SCALE), replace(LOAD, seller_weights=None)),
        (WeightRule(basis=WeightBasis.AVERAGE), replace(LOAD, seller_weights=None)),
        (WeightRule(tolerance=THRESHOLD), replace(LOAD, seller_weights=None)),
    ],
)
def test_a_rule_without_its_scales_is_refused(rule: WeightRule, load: Load) -> None:
    with pytest.raises(ScaleWeightsMissingError):
        basis(rule, load)


@pytest.mark.parametrize("tare_kg", [0, -5, 46_520, 50_000])
def test_tare_is_above_zero_and_below_gross(tare_kg: int) -> None:
    with pytest.raises(TareNotBelowGrossError):
        basis(WeightRule(), replace(LOAD, buyer_weights=replace(BUYER, tare_kg=tare_kg)))


@pytest.mark.parametrize(
    ("actual_kg", "tolerance", "expected"),
    [
        (498_500, THRESHOLD, (True, 500_000, 0)),
        (501_500, THRESHOLD, (True, 500_000, 0)),
        (498_499, THRESHOLD, (False, 498_499, -1_501)),
        (498_000, replace(THRESHOLD, on_exceed=OnExceed.SELLER), (False, 500_000, 0)),
        (498_000, DEDUCTIBLE, (False, 499_500, -500)),
        (501_700, DEDUCTIBLE, (False, 500_200, 200)),
    ],
)
def test_tolerance_counts_all_of_the_difference_or_what_is_beyond_it(
    actual_kg: int, tolerance: Tolerance, expected: tuple[bool, int, int]
) -> None:
    result = apply_tolerance(reference_kg=500_000, actual_kg=actual_kg, tolerance=tolerance)
    inside, kg, counted_kg = expected
    assert result == ToleranceResult(inside=inside, basis_kg=kg, counted_difference_kg=counted_kg)


@pytest.mark.parametrize("on_exceed", [OnExceed.REWEIGH, OnExceed.DISPUTE])
def test_beyond_the_tolerance_people_decide_where_the_contract_says_so(
    on_exceed: OnExceed,
) -> None:
    with pytest.raises(WeightDifferenceOpenError):
        apply_tolerance(
            reference_kg=500_000,
            actual_kg=498_000,
            tolerance=replace(THRESHOLD, on_exceed=on_exceed),
        )


def test_a_difference_outside_the_tolerance_is_traced() -> None:
    trace = Trace()
    rule = WeightRule(tolerance=replace(THRESHOLD, bp=1))
    basis_kg(Terms(weight_rule=rule), LOAD, trace, demo=False)
    assert "outside" in trace.lines[2].calculation


def test_rejected_and_residual_are_not_accepted() -> None:
    load = replace(LOAD, rejected_kg=640, residual_kg=60)
    assert accepted_kg(30_440, load, Trace()) == 29_740
    with pytest.raises(AcceptedNotPositiveError):
        accepted_kg(700, load, Trace())


@pytest.mark.parametrize(
    ("deductions", "base", "expected_kg"),
    [
        ((), PercentBase.ACCEPTED, 29_740),
        ((ImpurityDeduction(kg=150), PercentDeduction(bp=125)), PercentBase.ACCEPTED, 29_218),
        ((ImpurityDeduction(kg=150), PercentDeduction(bp=125)), PercentBase.AFTER_KG, 29_220),
        ((ImpurityDeduction(kg=18, multiplier_e2=2_000),), PercentBase.ACCEPTED, 29_380),
        ((PercentDeduction(bp=10_000),), PercentBase.ACCEPTED, 0),
    ],
)
def test_deductions_are_taken_off_the_base_agreed(
    deductions: tuple[ImpurityDeduction | PercentDeduction, ...],
    base: PercentBase,
    expected_kg: int,
) -> None:
    load = replace(LOAD, deductions=deductions)
    assert settlement_kg(29_740, Terms(percent_base=base), load, Trace()) == expected_kg


@pytest.mark.parametrize(
    ("terms", "deductions", "error"),
    [
        (Terms(), (PercentDeduction(bp=1), PercentDeduction(bp=1)), TwoPercentDeductionsError),
        (Terms(), (ImpurityDeduction(kg=1_001),), DeductionExceedsWeightError),
        (
            Terms(percent_base=PercentBase.AFTER_KG),
            (ImpurityDeduction(kg=1_001), PercentDeduction(bp=10_000)),
            DeductionExceedsWeightError,
        ),
        (Terms(qty_max_kg=1_500, delivered_before_kg=501), (), QuantityExceedsContractError),
    ],
)
def test_deductions_and_quantity_have_limits(
    terms: Terms,
    deductions: tuple[ImpurityDeduction | PercentDeduction, ...],
    error: type[FerrotraceError],
) -> None:
    with pytest.raises(error):
        settlement_kg(1_000, terms, replace(LOAD, deductions=deductions), Trace())


def test_the_quantity_of_the_contract_may_be_filled() -> None:
    terms = Terms(qty_max_kg=1_500, delivered_before_kg=500)
    assert settlement_kg(1_000, terms, LOAD, Trace()) == 1_000


def test_only_water_above_the_allowance_is_taken_off() -> None:
    assert moisture_deduction(measured_bp=415, free_bp=200).bp == 215
    assert moisture_deduction(measured_bp=150, free_bp=200).bp == 0


def test_what_is_taken_off_is_never_negative() -> None:
    with pytest.raises(NegativeMassError):
        replace(LOAD, rejected_kg=-1)
    with pytest.raises(NegativeMassError):
        replace(LOAD, residual_kg=-1)
    with pytest.raises(NegativeMassError):
        replace(LOAD, deductions=(ImpurityDeduction(kg=-1),))
