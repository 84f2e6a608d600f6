"""Four corners make a bed in the frame, or are refused with the reason."""

from typing import Any

import pytest

from service.domain.bay import Bay, BayShapeError, BaySideError

CORNERS = ((100, 100), (1_100, 120), (1_080, 600), (90, 620))


def bay(corners: tuple[tuple[int, int], ...] = CORNERS, **given: Any) -> Bay:
    figures: dict[str, Any] = {"frame_width_px": 1_280, "frame_height_px": 720} | given
    return Bay(corners_px=corners, **figures)


def test_corners_go_clockwise_round_a_bed() -> None:
    assert bay(bed_length_mm=9_600, bed_width_mm=2_350, clock_rows_px=30).corners_px == CORNERS


@pytest.mark.parametrize(
    ("corners", "reason"),
    [
        (CORNERS[:3], "not four"),
        (((100, 100), (1_400, 120), (1_080, 600), (90, 620)), "outside"),
        (tuple(reversed(CORNERS)), "cross over"),
        (((100, 100), (1_080, 600), (1_100, 120), (90, 620)), "cross over"),
        (((0, 0), (20, 0), (20, 20), (0, 20)), "too small"),
    ],
)
def test_corners_that_make_no_bed_are_refused(
    corners: tuple[tuple[int, int], ...], reason: str
) -> None:
    with pytest.raises(BayShapeError, match=reason):
        bay(corners)


@pytest.mark.parametrize(
    "figures",
    [
        {"frame_width_px": 100},
        {"frame_height_px": 30_000},
        {"bed_length_mm": 400},
        {"bed_width_mm": 40_000},
        {"clock_rows_px": 720},
    ],
)
def test_figures_that_no_bay_has_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(BaySideError, match=next(iter(figures))):
        bay(**figures)
