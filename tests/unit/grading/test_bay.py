"""A bay: four corners that make a bed, its file, its hash."""

import json
from pathlib import Path
from typing import Any

import pytest

from grading.bay import Bay, BayFileError, bay_from_content, read_bay

CONTENT: dict[str, Any] = {
    "format": "ferrotrace-bay-1",
    "bay_id": "B1",
    "frame_width_px": 1000,
    "frame_height_px": 500,
    "corners_px": [[100, 100], [900, 120], [880, 400], [120, 390]],
}


def changed(**members: object) -> dict[str, Any]:
    return {**CONTENT, **members}


def test_a_bay_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "bay.json"
    path.write_text(json.dumps(changed(bed_length_mm=12_000, bed_width_mm=2300)))
    bay = read_bay(path)
    assert bay.has_scale
    assert bay_from_content(bay.content()) == bay


def test_what_is_left_out_counts_as_unknown_and_the_hash_is_fixed() -> None:
    bay = bay_from_content(CONTENT)
    assert (bay.bed_length_mm, bay.bed_width_mm, bay.clock_rows_px, bay.has_scale) == (
        None,
        None,
        0,
        False,
    )
    assert bay.sha256 == bay_from_content(changed(bed_length_mm=None, clock_rows_px=0)).sha256
    assert bay.sha256 != bay_from_content(changed(clock_rows_px=30)).sha256


@pytest.mark.parametrize(
    "content",
    [
        [],
        changed(format="ferrotrace-bay-2"),
        changed(colour="red"),
        changed(clock_rows_px=1.5),
        changed(clock_rows_px=True),
        changed(clock_rows_px=None),
        changed(clock_rows_px=500),
        changed(corners_px="here"),
        changed(corners_px=[[1.0, 2], [3, 4], [5, 6], [7, 8]]),
        changed(corners_px=CONTENT["corners_px"][:3]),
        changed(corners_px=CONTENT["corners_px"][::-1]),
        changed(corners_px=[[100, 100], [900, 120], [150, 150], [120, 390]]),
        changed(corners_px=[[100, 100], [900, 120], [1880, 400], [120, 390]]),
        changed(corners_px=[[100, 100], [150, 100], [150, 150], [100, 150]]),
        changed(frame_width_px=30),
        changed(bed_length_mm=100),
        changed(bed_width_mm=90_000),
        {name: value for name, value in CONTENT.items() if name != "bay_id"},
    ],
)
def test_anything_else_is_refused(content: object) -> None:
    with pytest.raises(BayFileError):
        bay_from_content(content)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bay.json"
    path.write_bytes(b"{")
    with pytest.raises(BayFileError):
        read_bay(path)
    with pytest.raises(BayFileError):
        read_bay(tmp_path / "none.json")


def test_corners_stay_whole_pixels() -> None:
    corners = ((0, 0), (10**3, 0), (10**3, 500), (0, 500))
    assert (
        Bay(bay_id="x", frame_width_px=1000, frame_height_px=500, corners_px=corners).corners_px
        == corners
    )
