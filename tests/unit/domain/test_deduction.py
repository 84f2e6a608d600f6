"""Several deductions: each from the accepted mass, coded, and at most one by percent."""

from typing import Any

import pytest

from service.domain.deduction import (
    MOST_LINES,
    Deduction,
    DeductionKind,
    DeductionOutOfRangeError,
    DeductionReason,
    Deductions,
    ReasonMissingError,
    TooManyDeductionsError,
    TwoPercentLinesError,
    deducted_of,
    entries,
)
from service.domain.errors import RuleBrokenError
from service.domain.ticket import masses

SOIL = Deduction(kind=DeductionKind.KG, kg=85, reason_code=DeductionReason.SOIL)
SLAG = Deduction(
    kind=DeductionKind.IMPURITY, kg=42, multiplier_e2=200, reason_code=DeductionReason.DOUBLE
)
WATER = Deduction(
    kind=DeductionKind.MOISTURE,
    bp=260,
    free_bp=200,
    reason_code=DeductionReason.MOISTURE,
    photographs=("p-1", "p-2"),
)


def test_each_deduction_is_reckoned_from_the_accepted_mass() -> None:
    """Scale figures of the last of the settlement cases: 85 + 84 + 0.60 % of 32,540."""
    fixed = masses(49_120, 16_280, 300, deduction=Deductions(lines=(SOIL, SLAG, WATER)))
    assert fixed.accepted_kg == 32_540
    assert fixed.deducted_kg == 85 + 84 + 195
    backwards = Deductions(lines=(WATER, SLAG, SOIL))
    assert masses(49_120, 16_280, 300, deduction=backwards) == fixed


def test_moisture_below_the_allowance_takes_nothing() -> None:
    assert Deduction(kind=DeductionKind.MOISTURE, bp=150, free_bp=200, reason="rain").of(100) == 0


def test_an_impurity_counts_as_often_as_it_says() -> None:
    one_and_a_half = Deduction(
        kind=DeductionKind.IMPURITY, kg=35, multiplier_e2=150, reason_code=DeductionReason.PLAIN
    )
    assert one_and_a_half.of(20_000) == 53


def test_deductions_are_recorded_by_place_and_read_back() -> None:
    stated = Deductions(lines=(SOIL, SLAG, WATER)).record()
    assert stated == {
        "1": {"kind": "KG", "kg": 85, "reason_code": "SOIL"},
        "2": {"kind": "IMPURITY", "kg": 42, "multiplier_e2": 200, "reason_code": "DOUBLE"},
        "3": {
            "kind": "MOISTURE",
            "bp": 260,
            "free_bp": 200,
            "reason_code": "MOISTURE",
            "photographs": {"1": "p-1", "2": "p-2"},
        },
    }
    assert deducted_of(stated) == Deductions(lines=(SOIL, SLAG, WATER))
    assert len(list(entries(stated))) == 3


def test_a_document_states_one_several_or_nothing() -> None:
    one = {"kind": "PCT", "bp": 120, "reason": "dirt"}
    assert deducted_of(one) == Deduction(kind=DeductionKind.PCT, bp=120, reason="dirt")
    assert list(entries(one)) == [one]
    assert Deductions(lines=()).record() == {"kind": "NONE"}
    assert list(entries({"kind": "NONE"})) == []
    assert deducted_of({"kind": "NONE"}).of(100) == 0


def test_more_than_nine_entries_keep_their_order() -> None:
    lines = tuple(
        Deduction(kind=DeductionKind.KG, kg=n, reason_code=DeductionReason.OIL)
        for n in range(1, MOST_LINES + 1)
    )
    assert deducted_of(Deductions(lines=lines).record()) == Deductions(lines=lines)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((WATER, WATER), TwoPercentLinesError),
        ((Deduction(kind=DeductionKind.KG, kg=5, reason="soil"),), ReasonMissingError),
        ((Deduction(),), DeductionOutOfRangeError),
        ((SOIL,) * (MOST_LINES + 1), TooManyDeductionsError),
    ],
)
def test_a_list_that_says_nothing_or_too_much_is_refused(
    lines: tuple[Deduction, ...], error: type[RuleBrokenError]
) -> None:
    with pytest.raises(error):
        Deductions(lines=lines)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"multiplier_e2": 99}, DeductionOutOfRangeError),
        ({"multiplier_e2": 10_001}, DeductionOutOfRangeError),
        ({"kind": DeductionKind.KG, "multiplier_e2": 200}, DeductionOutOfRangeError),
        ({"free_bp": 1}, DeductionOutOfRangeError),
        ({"photographs": ("p",) * 7}, TooManyDeductionsError),
        ({"reason_code": DeductionReason.OTHER}, ReasonMissingError),
    ],
)
def test_an_entry_with_a_figure_of_another_kind_is_refused(
    changes: dict[str, Any], error: type[RuleBrokenError]
) -> None:
    given: dict[str, Any] = {
        "kind": DeductionKind.IMPURITY,
        "kg": 5,
        "reason_code": DeductionReason.PLAIN,
    }
    with pytest.raises(error):
        Deduction(**(given | changes))
