"""Tiles: where they lie in a bed, that they cover it, that their number keeps the time."""

import dataclasses

import numpy as np
import pytest

from grading.backbone import Backbone
from grading.bay import Bay
from grading.geometry import bed_of
from grading.head import SHIPPED_HEAD, read_head
from grading.load_limits import LoadLimits
from grading.tiles import TilePlace, look_at_tiles, plan_tiles, tile_shares
from tests.unit.grading.drawings import Drawing
from tests.unit.grading.loads import BAY, BOTTOM, LEFT, RIGHT, TOP, frame, surface

BLANK: Drawing = np.full((360, 640, 3), 90, np.uint8)
UNSCALED = dataclasses.replace(BAY, bed_length_mm=None)


def seen(places: tuple[TilePlace, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    mask = np.zeros((360, 640), np.bool_)
    for place in places:
        x, y, width, height = place.box_px
        mask[y : y + height, x : x + width] = True
    return mask


@pytest.mark.parametrize("tiles_max", [400, 100, 40, 12, 6])
def test_few_tiles_or_many_cover_the_bed(tiles_max: int) -> None:
    places = plan_tiles(bed_of(BLANK, UNSCALED), LoadLimits(tiles_max=tiles_max))
    assert 1 <= len(places) <= tiles_max
    assert seen(places)[TOP:BOTTOM, LEFT:RIGHT].mean() > 0.85


def test_the_cells_of_a_full_grid_fill_the_bed_and_do_not_overlap() -> None:
    places = plan_tiles(bed_of(BLANK, UNSCALED), LoadLimits(tiles_max=400))
    count = np.zeros((360, 640), np.int64)
    for place in places:
        x, y, width, height = place.cell_px
        count[y : y + height, x : x + width] += 1
    assert count.max() == 1
    assert count[TOP:BOTTOM, LEFT:RIGHT].mean() == 1


def test_with_scale_a_tile_is_about_half_a_metre_wide() -> None:
    large = np.full((2160, 3840, 3), 90, np.uint8)
    places = plan_tiles(bed_of(large, BAY), LoadLimits(tiles_max=10_000))
    sides_mm = {place.box_px[2] * 20 / 6 for place in places}
    assert all(470 <= side_mm <= 530 for side_mm in sides_mm)


def test_without_scale_a_tile_is_a_ninth_of_the_frame_and_of_an_unknown_bed_an_eighth() -> None:
    known = plan_tiles(bed_of(BLANK, UNSCALED), LoadLimits(tiles_max=400))
    unknown = plan_tiles(bed_of(BLANK, None), LoadLimits(tiles_max=400))
    assert all(60 <= place.box_px[2] <= 82 for place in known)
    assert all(72 <= place.box_px[2] <= 88 for place in unknown)


def test_tiles_follow_a_bed_that_stands_upright_in_the_frame() -> None:
    bay = Bay(
        bay_id="tall",
        frame_width_px=640,
        frame_height_px=360,
        corners_px=((300, 10), (360, 10), (420, 350), (240, 350)),
    )
    bed = bed_of(BLANK, bay)
    places = plan_tiles(bed, LoadLimits(tiles_max=400))
    rows = {place.cell_px[1] for place in places}
    assert len(rows) >= 8
    assert all(place.in_bed_bp >= 8000 for place in places)
    inside = bed.mask(640, 360)
    assert (seen(places) & inside).sum() > 0.9 * inside.sum()


def test_a_tile_never_reaches_out_of_the_frame() -> None:
    for place in plan_tiles(bed_of(BLANK, None), LoadLimits()):
        x, y, width, height = place.box_px
        assert 0 <= x <= 640 - width
        assert 0 <= y <= 360 - height


def test_tiles_answer_the_same_by_one_thread_and_by_two(backbone: Backbone) -> None:
    head = read_head(SHIPPED_HEAD).head
    pixels = frame(surface("rods", 1), 1)
    places = plan_tiles(bed_of(pixels, UNSCALED), LoadLimits(tiles_max=10))
    one = look_at_tiles(backbone, pixels, places)
    two = look_at_tiles(backbone, pixels, places, threads=2)
    assert one.tobytes() == two.tobytes()
    shares = tile_shares(head, head.calibration.tile_scale_percent, one)
    assert shares.shape == (len(places), 9)
    assert (shares.sum(axis=1) == 10_000).all()
