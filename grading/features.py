"""What the network sees: a view as 2,024 numbers, a picture as 4,048.

A view is a part of a picture. Its vector is ``feat`` (1,280, what things are) and the means of five
earlier stages (744, what they are made of). The earlier ones tell scrap apart as well as the last.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH, INPUT_SIDE_PX, MID_WIDTHS, Backbone
from grading.picture import Pixels

FEATURES_VERSION: Final = "tiles+quadrants-2"
TILE_WIDTH: Final = FEAT_WIDTH + sum(MID_WIDTHS)
VECTOR_WIDTH: Final = 2 * TILE_WIDTH
TILES_ACROSS: Final = 3
TILES_DOWN: Final = 2
TILES: Final = TILES_ACROSS * TILES_DOWN
QUADRANTS: Final = 4
VIEWS: Final = TILES + QUADRANTS
CANVAS_WIDTH_PX: Final = 800
CANVAS_HEIGHT_PX: Final = 600

_OUTPUTS: Final = ("feat", *(f"mid{width}" for width in MID_WIDTHS))

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]


def picture_vector(backbone: Backbone, pixels: Pixels) -> Vector:
    """Return the vector of an H×W×3 BGR picture, float32 of length 4,048."""
    return vector_of_views(picture_views(backbone, pixels))


def picture_views(backbone: Backbone, pixels: Pixels) -> Vectors:
    """Return the views of an H×W×3 BGR picture, 10×2024: three by two tiles, four quadrants.

    The picture is brought to 800×600 first.
    """
    canvas = _resized(pixels, CANVAS_WIDTH_PX, CANVAS_HEIGHT_PX)
    return tile_vectors(backbone, [*_grid(canvas, TILES_DOWN, TILES_ACROSS), *_grid(canvas, 2, 2)])


def vector_of_views(views: Vectors) -> Vector:
    """Return the vector of a picture: the mean of its rooted tiles, that of its quadrants."""
    even = rooted(views)
    parts = [even[:TILES].mean(axis=0), even[TILES:].mean(axis=0)]
    return np.concatenate(parts, dtype=np.float32)


def tile_vectors(backbone: Backbone, tiles: Sequence[Pixels]) -> Vectors:
    """Return the vectors of BGR tiles of any size, N×2024 float32: ``feat``, then the stages."""
    if not tiles:
        return np.empty((0, TILE_WIDTH), np.float32)
    inputs = [_resized(tile, INPUT_SIDE_PX, INPUT_SIDE_PX)[:, :, ::-1] for tile in tiles]
    return np.concatenate(backbone.outputs(np.stack(inputs), *_OUTPUTS), axis=1)


def rooted(vectors: npt.NDArray[Any]) -> Vectors:
    """Return …×2024 vectors with the root of ``feat``, so that few strong finds do not drown it."""
    feat = np.sqrt(np.maximum(vectors[..., :FEAT_WIDTH], 0))
    return np.concatenate([feat, vectors[..., FEAT_WIDTH:]], axis=-1, dtype=np.float32)


def _grid(canvas: Pixels, rows: int, columns: int) -> list[Pixels]:
    return [
        np.ascontiguousarray(part)
        for row in np.array_split(canvas, rows, axis=0)
        for part in np.array_split(row, columns, axis=1)
    ]


def _resized(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    resized = cv2.resize(pixels, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)
