"""Lines of a load: by kilograms or by percent, together exactly the settlement mass."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.errors import RuleBrokenError
from service.domain.grade import SharesNot10000Error
from service.domain.load_lines import (
    NO_LINES,
    LineCountError,
    LineGradeNotDecidedError,
    LineMassMissingError,
    LineNameError,
    LinesNotSettlementError,
    LineTwiceError,
    LoadLine,
    LoadLines,
    balanced,
    equal_parts,
    lines_of,
    regraded,
)

BY_SHARE = LoadLines(
    lines=(LoadLine(grade="HRS101", bp=6_000), LoadLine(material="copper", bp=4_000))
)


def by_kg(*kilograms: int) -> LoadLines:
    codes = ("HRS101", "MRS201", "LRS301")
    return LoadLines(
        lines=tuple(LoadLine(grade=code, kg=kg) for code, kg in zip(codes, kilograms, strict=False))
    )


def test_shares_come_to_whole_kilograms_and_the_largest_remainder_gets_the_rest() -> None:
    assert BY_SHARE.record(31_678) == {
        "1": {"grade": "HRS101", "bp": 6_000, "kg": 19_007},
        "2": {"material": "copper", "bp": 4_000, "kg": 12_671},
    }


def test_kilograms_are_kept_as_they_were_stated() -> None:
    assert by_kg(20_000, 11_678).record(31_678) == {
        "1": {"grade": "HRS101", "kg": 20_000},
        "2": {"grade": "MRS201", "kg": 11_678},
    }


def test_a_load_that_is_not_split_states_no_lines() -> None:
    assert NO_LINES.record(31_678) is None
    assert not NO_LINES.is_by_share


def test_what_a_document_states_is_read_in_the_order_of_its_places() -> None:
    stated = BY_SHARE.record(31_678) or {}
    assert lines_of(dict(reversed(stated.items()))) == BY_SHARE
    weighed = by_kg(20_000, 11_678)
    assert lines_of(weighed.record(31_678) or {}) == weighed


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([{"grade": "HRS101", "bp": 10_000}], LineCountError),
        ([{"material": f"m{n}", "kg": 1} for n in range(13)], LineCountError),
        ([{"grade": "HRS101", "material": "copper", "kg": 1}], LineNameError),
        ([{"kg": 1}], LineNameError),
        ([{"material": "  ", "kg": 1}], LineNameError),
        ([{"material": "m" * 61, "kg": 1}], LineNameError),
        ([{"grade": "HRS101", "kg": 0}], LineMassMissingError),
        ([{"grade": "HRS101", "bp": -1}], LineMassMissingError),
        ([{"grade": "HRS101"}], LineMassMissingError),
        ([{"grade": "HRS101", "kg": 1, "bp": 1}], LineMassMissingError),
        ([{"grade": "HRS101", "kg": 1}, {"grade": "MRS201", "bp": 1}], LineMassMissingError),
        ([{"grade": "HRS101", "kg": 1}, {"grade": "HRS101", "kg": 2}], LineTwiceError),
        ([{"grade": "HRS101", "bp": 1}, {"grade": "MRS201", "bp": 2}], SharesNot10000Error),
    ],
)
def test_what_is_no_split_of_a_whole_is_refused(
    lines: list[dict[str, Any]], error: type[RuleBrokenError]
) -> None:
    with pytest.raises(error):
        LoadLines(lines=tuple(LoadLine(**line) for line in lines))


def test_lines_by_kilograms_must_be_the_settlement_mass() -> None:
    with pytest.raises(LinesNotSettlementError, match=r"31677 kg.*31678 kg"):
        by_kg(20_000, 11_677).of(31_678)


def test_a_line_is_of_a_grade_that_the_inspector_found() -> None:
    BY_SHARE.require_decided(("HRS101",))
    with pytest.raises(LineGradeNotDecidedError):
        by_kg(1, 2).require_decided(("HRS101",))


def test_equal_parts_and_the_balance() -> None:
    assert equal_parts(10_000, 3) == [3_334, 3_333, 3_333]
    assert balanced(10_000, [6_000, 0, 1_500], 1) == [6_000, 2_500, 1_500]
    assert balanced(10_000, [6_000, 900, 6_000], 1) == [6_000, 0, 6_000]


def test_another_grade_decision_splits_the_graded_mass_anew_and_keeps_the_materials() -> None:
    stated = BY_SHARE.record(31_678) or {}
    assert regraded(stated, {"MRS201": 5_000, "LRS301": 5_000, "HRS101": 0}, 31_678) == {
        "1": {"grade": "MRS201", "kg": 9_504},
        "2": {"grade": "LRS301", "kg": 9_503},
        "3": {"material": "copper", "kg": 12_671},
    }
    assert regraded({}, {"MRS201": 10_000}, 31_678) is None


@settings(max_examples=50)
@given(
    settlement_kg=st.integers(0, 100_000),
    cuts=st.lists(st.integers(1, 9_999), min_size=1, max_size=11, unique=True),
)
def test_the_lines_are_always_exactly_the_settlement_mass(
    settlement_kg: int, cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares_bp = [above - below for below, above in pairwise(edges)]
    lines = LoadLines(
        lines=tuple(LoadLine(material=f"m{n}", bp=bp) for n, bp in enumerate(shares_bp))
    )
    parts_kg = lines.of(settlement_kg)
    assert sum(parts_kg) == settlement_kg
    assert all(
        abs(kg * 10_000 - bp * settlement_kg) < 10_000
        for kg, bp in zip(parts_kg, shares_bp, strict=True)
    )
