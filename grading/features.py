"""What the network sees: a picture as 2,672 numbers, a tile of one as 1,392."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH, INPUT_SIDE_PX, MID112_WIDTH, Backbone
from grading.picture import Pixels

FEATURES_VERSION: Final = "whole+quadrants-1"
VECTOR_WIDTH: Final = 2 * FEAT_WIDTH + MID112_WIDTH
TILE_WIDTH: Final = FEAT_WIDTH + MID112_WIDTH
TILES_ACROSS: Final = 3
TILES_DOWN: Final = 2
CANVAS_WIDTH_PX: Final = 800
CANVAS_HEIGHT_PX: Final = 600

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]


def picture_vector(backbone: Backbone, pixels: Pixels) -> Vector:
    """Return the vector of an H×W×3 BGR picture, float32 of length 2,672.

    The picture is brought to 800×600; the network sees the whole and its four quadrants. The vector
    is ``feat`` of the whole, mean ``feat`` of the quadrants and mean ``mid112`` of all five.
    """
    feat, mid112 = backbone.outputs(_views(pixels), "feat", "mid112")
    return np.concatenate([feat[0], feat[1:].mean(axis=0), mid112.mean(axis=0)], dtype=np.float32)


def tile_vectors(backbone: Backbone, tiles: Sequence[Pixels]) -> Vectors:
    """Return the vectors of BGR tiles of any size, N×1392 float32: ``feat`` and ``mid112``."""
    if not tiles:
        return np.empty((0, TILE_WIDTH), np.float32)
    inputs = [_resized(tile, INPUT_SIDE_PX, INPUT_SIDE_PX)[:, :, ::-1] for tile in tiles]
    return np.concatenate(backbone.outputs(np.stack(inputs), "feat", "mid112"), axis=1)


def training_tiles(pixels: Pixels) -> list[Pixels]:
    """Return the three by two tiles of a labelled picture, each with the label of the whole."""
    canvas = _resized(pixels, CANVAS_WIDTH_PX, CANVAS_HEIGHT_PX)
    return [
        np.ascontiguousarray(tile)
        for row in np.array_split(canvas, TILES_DOWN, axis=0)
        for tile in np.array_split(row, TILES_ACROSS, axis=1)
    ]


def _views(pixels: Pixels) -> Pixels:
    """Return the whole and the quadrants, 5×224×224×3 RGB."""
    canvas = _resized(pixels, CANVAS_WIDTH_PX, CANVAS_HEIGHT_PX)
    middle_y, middle_x = CANVAS_HEIGHT_PX // 2, CANVAS_WIDTH_PX // 2
    parts = [
        canvas,
        canvas[:middle_y, :middle_x],
        canvas[:middle_y, middle_x:],
        canvas[middle_y:, :middle_x],
        canvas[middle_y:, middle_x:],
    ]
    views = [_resized(part, INPUT_SIDE_PX, INPUT_SIDE_PX)[:, :, ::-1] for part in parts]
    return np.stack(views)


def _resized(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    resized = cv2.resize(pixels, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)
