"""Things that the frozen network knows when it sees them: a gas cylinder, a magnet, bare ground.

Each is a linear prototype on what the network sees in a part of the picture, fitted on few of them
and kept as whole numbers in ``sights.json`` with where it comes from. Parts are the whole and 12
tiles, four by three, each two fifths of the width and half of the height.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH, INPUT_SIDE_PX, Backbone
from grading.canonical import sha256_hex
from grading.clock_bar import clock_rows
from grading.picture import Pixels

SIGHTS_FILE: Final = Path(__file__).parent / "sights.json"
SIGHTS_FORMAT: Final = "ferrotrace-sights-1"
MAGNET: Final = "magnet"
BARE: Final = "bare"
TILES_ACROSS: Final = 4
TILES_DOWN: Final = 3

Box = tuple[int, int, int, int]
Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """A prototype: a part whose score (thousandths of a logit) is above ``limit`` shows it."""

    weights: npt.NDArray[np.float64]
    bias: int
    limit: int

    def scores(self, vectors: Vectors) -> Scores:
        """Return the score of each of N parts; the first 1,280 columns are ``feat``."""
        feat = vectors[:, :FEAT_WIDTH].astype(np.float64)
        lengths = np.linalg.norm(feat, axis=1, keepdims=True)
        unit = feat / np.maximum(lengths, 1e-9)
        return np.asarray(np.rint(unit @ self.weights + self.bias), np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """The parts of a picture: N boxes x, y, width, height in its pixels, N vectors, whole first."""

    boxes_px: tuple[Box, ...]
    vectors: Vectors


@cache
def sights() -> Mapping[str, Sight]:
    """Return the prototypes that the product comes with, by name."""
    content: dict[str, Any] = json.loads(SIGHTS_FILE.read_bytes())
    return {
        name: Sight(
            weights=np.array(figures["weights"], np.float64),
            bias=int(figures["bias"]),
            limit=int(figures["limit"]),
        )
        for name, figures in content["sights"].items()
    }


@cache
def sights_sha256() -> str:
    """Return the hash of the file of prototypes."""
    return sha256_hex(SIGHTS_FILE.read_bytes())


def look_around(backbone: Backbone, pixels: Pixels) -> Surroundings:
    """Return what the network sees in the whole and the tiles of an H×W×3 BGR picture."""
    boxes = part_boxes(pixels.shape[1], pixels.shape[0], clock_rows(pixels))
    parts = [_network_input(pixels[y : y + h, x : x + w]) for x, y, w, h in boxes]
    (vectors,) = backbone.outputs(np.stack(parts), "feat")
    return Surroundings(boxes_px=boxes, vectors=vectors)


def part_boxes(width_px: int, height_px: int, clock_rows_px: int = 0) -> tuple[Box, ...]:
    """Return the boxes of the whole and of the twelve tiles below the clock bar."""
    height = height_px - clock_rows_px
    wide, tall = max(1, width_px * 2 // 5), max(1, height // 2)
    tiles = [
        (
            round(column * (width_px - wide) / (TILES_ACROSS - 1)),
            clock_rows_px + round(row * (height - tall) / (TILES_DOWN - 1)),
            wide,
            tall,
        )
        for row in range(TILES_DOWN)
        for column in range(TILES_ACROSS)
    ]
    return ((0, clock_rows_px, width_px, height), *tiles)


def sight_reasons(vectors: Vectors) -> list[str]:
    """Return ``Q_MAGNET`` and ``Q_NO_LOAD`` for the N tiles of a frame, the whole left out.

    A magnet hides a good part of one tile or more; there is no load where the middle tile of all,
    ordered by how bare they look, shows bare ground or an empty floor.
    """
    if not len(vectors):
        return []
    magnet, bare = sights()[MAGNET], sights()[BARE]
    reasons = []
    if float(np.median(bare.scores(vectors))) > bare.limit:
        reasons.append("Q_NO_LOAD")
    if int(magnet.scores(vectors).max()) > magnet.limit:
        reasons.append("Q_MAGNET")
    return reasons


def seen_boxes(name: str, boxes_px: Sequence[Box], vectors: Vectors) -> list[tuple[Box, int]]:
    """Return the parts that show a thing, with their scores, the surest first."""
    sight = sights()[name]
    scores = sight.scores(vectors)
    order = np.argsort(-scores, kind="stable")
    return [(boxes_px[at], int(scores[at])) for at in order if scores[at] > sight.limit]


def _network_input(part: Pixels) -> Pixels:
    side = (INPUT_SIDE_PX, INPUT_SIDE_PX)
    return np.asarray(cv2.resize(part, side, interpolation=cv2.INTER_AREA), np.uint8)[:, :, ::-1]
