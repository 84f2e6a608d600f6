"""Measures of a bed, on pictures whose figures are known by how they were drawn."""

import dataclasses

import cv2
import numpy as np
import pytest

from grading.bay import Bay
from grading.geometry import Bed, bed_of
from grading.load_limits import LoadLimits
from grading.measures import grain_px, measure
from grading.pieces import straight_edges, straight_pieces
from grading.thickness import edge_thickness, evidence_of, strip_widths_px
from tests.unit.grading.drawings import Drawing
from tests.unit.grading.loads import BAY

BGR_RUST, BGR_ZINC, BGR_DARK = (40, 70, 130), (190, 190, 190), (30, 30, 30)


def bed_in(pixels: Drawing, bay: Bay | None = BAY) -> Bed:
    """The bed where it is stored: what is drawn here has no sides to be found."""
    return bed_of(np.full_like(pixels, 90), bay)


def sheet(colour: tuple[int, int, int]) -> Drawing:
    return np.full((360, 640, 3), colour, np.uint8)


def test_a_quarter_of_rust_and_half_of_bright_metal_are_counted() -> None:
    pixels = sheet(BGR_DARK)
    pixels[:, 80:200] = BGR_RUST
    pixels[:, 200:440] = BGR_ZINC
    measured = measure(pixels, bed_in(pixels), LoadLimits())
    assert abs(measured["rust_bp"] - 2500) < 60
    assert abs(measured["bright_bp"] - 5000) < 60


@pytest.mark.parametrize("side", [8, 16, 32])
def test_the_grain_of_a_chessboard_is_about_the_side_of_its_fields(side: int) -> None:
    rows, columns = np.mgrid[:256, :512]
    board = ((rows // side + columns // side) % 2 * 150 + 50).astype(np.uint8)
    _, middle, _ = grain_px(board, np.ones(board.shape, np.bool_))
    assert abs(middle / 10 - side) <= side * 0.15


def test_an_even_bed_has_no_grain_that_matters_and_no_pieces() -> None:
    pixels = sheet(BGR_DARK)
    measured = measure(pixels, bed_in(pixels), LoadLimits())
    assert measured["long_pieces"] == 0
    assert measured["longest_mm"] == 0


def test_a_bar_of_four_metres_is_one_piece_and_oversize() -> None:
    pixels = sheet(BGR_DARK)
    cv2.rectangle(pixels, (200, 150), (399, 159), BGR_ZINC, -1)
    measured = measure(pixels, bed_in(pixels), LoadLimits())
    assert measured["oversize_pieces"] == 1
    assert measured["long_pieces"] == 1
    assert abs(measured["longest_mm"] - 4000) < 300
    assert measure(pixels, bed_in(pixels), LoadLimits(long_piece_mm=5000))["oversize_pieces"] == 0


def test_without_scale_lengths_are_pixels_and_nothing_is_oversize() -> None:
    pixels = sheet(BGR_DARK)
    cv2.rectangle(pixels, (200, 150), (399, 159), BGR_ZINC, -1)
    measured = measure(
        pixels, bed_in(pixels, dataclasses.replace(BAY, bed_width_mm=None)), LoadLimits()
    )
    assert abs(measured["longest_px"] - 200) < 15
    assert not {name for name in measured if name.endswith("_mm") or name == "oversize_pieces"}


def test_two_bars_in_line_with_a_gap_are_one_piece_and_apart_two() -> None:
    whole = np.ones((200, 400), np.bool_)
    near, far = (np.full((200, 400), 30, np.uint8) for _ in range(2))
    cv2.rectangle(near, (50, 98), (190, 103), 200, -1)
    cv2.rectangle(near, (200, 98), (340, 103), 200, -1)
    cv2.rectangle(far, (50, 48), (340, 53), 200, -1)
    cv2.rectangle(far, (50, 148), (340, 153), 200, -1)
    assert [round(float(end)) for end in straight_pieces(near, whole)[0][[0, 2]]] in (
        [50, 340],
        [340, 50],
    ) or abs(np.ptp(straight_pieces(near, whole)[0][[0, 2]]) - 290) < 8
    assert len(straight_pieces(near, whole)) == 1
    assert len(straight_pieces(far, whole)) == 2


def test_the_width_of_a_light_strip_is_measured_and_of_a_dark_one_not() -> None:
    whole = np.ones((200, 200), np.bool_)
    light, dark = np.full((200, 200), 40, np.uint8), np.full((200, 200), 200, np.uint8)
    light[20:180, 90:96] = 200
    dark[20:180, 90:96] = 40
    assert [round(width) for width in strip_widths_px(straight_edges(light, whole, 25))] == [6, 6]
    assert strip_widths_px(straight_edges(dark, whole, 25)) == []
    assert strip_widths_px(np.zeros((0, 4))) == []


def test_thickness_is_evidence_only_where_a_pixel_is_a_millimetre_or_finer() -> None:
    pixels = sheet(BGR_DARK)
    for x in range(100, 540, 20):
        pixels[90:270, x : x + 6] = BGR_ZINC
    fine = dataclasses.replace(bed_in(pixels), to_mm=np.diag([0.8, 0.8, 1.0]))
    counts = edge_thickness(pixels, fine)
    assert sum(counts.values()) == counts["edges_from_3_to_6mm"] + counts["edges_below_3mm"]
    assert evidence_of(counts) == "edges"
    assert edge_thickness(pixels, bed_in(pixels)) == {}
    assert evidence_of({}) == "none"
