"""Which loads are labelled blind, what may be drawn, and shares by catalogue grade."""

import pytest

from service.domain.grade_shares import grade_shares
from service.domain.inspection import (
    MOST_AREAS,
    InclusionArea,
    InclusionAreaError,
    InclusionKind,
    is_blind,
    require_areas,
)

PHOTOGRAPHS = {"photo-1": None}


def area(
    photograph_id: str = "photo-1", *, x: int = 0, y: int = 0, w: int = 1, h: int = 1
) -> InclusionArea:
    return InclusionArea(
        photograph_id=photograph_id,
        kind=InclusionKind.RUBBER,
        x_bp=x,
        y_bp=y,
        w_bp=w,
        h_bp=h,
    )


@pytest.mark.parametrize(("percent", "blind"), [(0, 0), (20, 20), (33, 33), (50, 50), (100, 100)])
def test_of_a_hundred_loads_so_many_are_labelled_blind(percent: int, blind: int) -> None:
    chosen = [place for place in range(100) if is_blind(place, percent)]
    assert len(chosen) == blind


def test_blind_loads_are_evenly_spread() -> None:
    assert [place for place in range(12) if is_blind(place, 20)] == [4, 9]


def test_a_box_lies_within_a_photograph_of_the_load() -> None:
    require_areas([area(), area(x=5_000, y=5_000, w=5_000, h=5_000)], PHOTOGRAPHS)
    for wrong in (
        area("photo-2"),
        area(x=-1),
        area(w=0),
        area(y=9_000, h=1_001),
        area(x=10_000, w=1),
    ):
        with pytest.raises(InclusionAreaError):
            require_areas([wrong], PHOTOGRAPHS)


def test_nobody_draws_without_end() -> None:
    require_areas([area()] * MOST_AREAS, PHOTOGRAPHS)
    with pytest.raises(InclusionAreaError):
        require_areas([area()] * (MOST_AREAS + 1), PHOTOGRAPHS)


def test_shares_by_form_are_shares_by_grade_where_each_form_has_one() -> None:
    codes = {"heavy_mixed": ("HRS101",), "rail_axle_wheel": ("HRS101",), "shredded": ("SRS401",)}
    forms = {"heavy_mixed": 5_000, "rail_axle_wheel": 1_000, "shredded": 4_000, "bales": 0}
    assert grade_shares(forms, codes) == {"HRS101": 6_000, "SRS401": 4_000}
    assert grade_shares({"bales": 1}, codes) is None
    assert grade_shares({"shredded": 1}, {"shredded": ("SRS401", "SRS402")}) is None
