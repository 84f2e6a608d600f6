"""The bed of a frame: found near where it is stored, measured where its sides are known."""

import dataclasses

import cv2
import numpy as np
import pytest

from grading.geometry import Bed, bed_of
from tests.unit.grading.drawings import Drawing
from tests.unit.grading.loads import BAY, BOTTOM, LEFT, RAIL_PX, RIGHT, TOP, frame, surface


@pytest.fixture(scope="module")
def picture() -> Drawing:
    return frame(surface("chips", 1), 1)


def shifted(pixels: Drawing, across: int, down: int) -> Drawing:
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float32)
    moved = cv2.warpAffine(pixels, matrix, pixels.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def near(bed: Bed, corners: list[tuple[int, int]], within_px: int) -> bool:
    return bool(np.abs(bed.corners_px - np.array(corners)).max() <= within_px)


def test_the_bed_is_where_its_sides_are_found(picture: Drawing) -> None:
    stored = tuple((x + 4, y - 3) for x, y in BAY.corners_px)
    bed = bed_of(picture, dataclasses.replace(BAY, corners_px=stored))
    assert bed.refined == 4
    assert not bed.moved
    assert near(bed, list(BAY.corners_px), RAIL_PX + 1)


def test_a_nudged_camera_is_told_and_has_no_scale(picture: Drawing) -> None:
    bed = bed_of(shifted(picture, 22, 16), BAY)
    assert bed.moved
    assert bed.to_mm is None
    assert near(bed, list(BAY.corners_px), 0)


def test_a_bed_without_edges_stays_where_it_is_stored() -> None:
    bed = bed_of(np.full((360, 640, 3), 90, np.uint8), BAY)
    assert (bed.refined, bed.moved) == (0, False)
    assert bed.corners == BAY.corners_px


def test_a_larger_frame_of_the_same_camera_scales_the_bay(picture: Drawing) -> None:
    large = np.asarray(cv2.resize(picture, (1280, 720)), np.uint8)
    bed = bed_of(large, BAY)
    assert near(bed, [(2 * x, 2 * y) for x, y in BAY.corners_px], 2 * RAIL_PX + 2)
    assert bed.scale_um_per_px is not None
    assert abs(bed.scale_um_per_px - 10_000) < 500


def test_a_frame_of_other_proportions_has_no_bay(picture: Drawing) -> None:
    bed = bed_of(picture[:300], dataclasses.replace(BAY, clock_rows_px=20))
    assert not bed.known
    assert bed.box_px == (0, 20, 640, 280)
    assert bed.scale_um_per_px is None
    assert bed.length_mm((0, 0), (1, 1)) is None
    assert bed_of(picture, None).box_px == (0, 0, 640, 360)


def test_twenty_millimetres_a_pixel_are_measured_as_drawn() -> None:
    bed = bed_of(np.full((360, 640, 3), 90, np.uint8), BAY)
    assert bed.scale_um_per_px == 20_000
    assert bed.length_mm((LEFT, TOP), (RIGHT, TOP)) == 9600
    assert bed.length_mm((LEFT, TOP), (LEFT, BOTTOM)) == 4800


def test_perspective_makes_far_pixels_longer() -> None:
    corners = ((200, 60), (440, 60), (560, 300), (80, 300))
    bay = dataclasses.replace(BAY, corners_px=corners, bed_length_mm=4800, bed_width_mm=9600)
    bed = bed_of(np.full((360, 640, 3), 90, np.uint8), bay)
    far, close = bed.mm_per_px(320, 70), bed.mm_per_px(320, 290)
    assert far is not None
    assert close is not None
    assert far > 1.5 * close
    assert bed.length_mm((200, 60), (440, 60)) == 4800
    assert bed.length_mm((80, 300), (560, 300)) == 4800


def test_the_mask_of_a_bed_has_its_area() -> None:
    bed = bed_of(np.full((360, 640, 3), 90, np.uint8), BAY)
    assert abs(int(bed.mask(640, 360).sum()) - 481 * 241) <= 2
