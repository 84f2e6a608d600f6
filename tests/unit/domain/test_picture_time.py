"""Clocks of photographs against the server's and the weighings."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.picture_time import PictureTime, time_reasons

IN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OUT = IN + timedelta(hours=1)


def picture(taken_s: int, captured_s: int | None = None, *, camera: bool = False) -> PictureTime:
    captured_at = None if captured_s is None else IN + timedelta(seconds=captured_s)
    return PictureTime(
        taken_at=IN + timedelta(seconds=taken_s), captured_at=captured_at, from_camera=camera
    )


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        ([], ()),
        ([picture(600)], ()),
        ([picture(600, 5)], ()),
        ([picture(1_300, 600)], ("CLOCK_DISAGREES",)),
        ([picture(600, 480, camera=True)], ()),
        ([picture(600, 479, camera=True)], ("CLOCK_DISAGREES",)),
        ([picture(600, 610, camera=True), picture(601, 605, camera=True)], ("CLOCK_DISAGREES",)),
        ([picture(600, 610), picture(601, 605)], ()),
        ([picture(-600)], ()),
        ([picture(-601)], ("TIME_OUTSIDE_WEIGHING",)),
        ([picture(3_600 + 601)], ("TIME_OUTSIDE_WEIGHING",)),
        ([picture(-100, -700)], ("TIME_OUTSIDE_WEIGHING",)),
        ([picture(600, -86_400)], ("CLOCK_DISAGREES", "TIME_OUTSIDE_WEIGHING")),
    ],
)
def test_clocks_that_disagree_and_times_outside_are_named(
    pictures: list[PictureTime], expected: tuple[str, ...]
) -> None:
    assert time_reasons(pictures, IN, OUT) == expected


def test_a_load_that_was_not_weighed_bounds_nothing() -> None:
    assert time_reasons([picture(-90_000), picture(90_000)], None, None) == ()
