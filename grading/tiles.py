"""The parts of a frame that are judged one by one, and what the head says of each.

Tiles are upright squares of about half a metre on the bed, half over the next one, so that the
inner halves of a full grid lie edge to edge. Where that makes more tiles than the time allows, the
grid keeps the fields of one colour of a chessboard, then tiles edge to edge, then larger tiles;
each of these still sees every point of the bed.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import count
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.backbone import Backbone
from grading.calibration import probabilities
from grading.features import Vectors, tile_vectors
from grading.forms import CLASSES_BY_FORM, FORMS, GRADE_CLASSES
from grading.geometry import MASK_STEP_PX, Bed
from grading.head import Head
from grading.load_limits import LoadLimits
from grading.picture import Pixels
from grading.shares import WHOLE_BP, largest_remainder_bp

UNSCALED_PARTS: Final = 9
"""Without scale a tile is a ninth of the frame's width, of the whole frame an eighth."""

UNKNOWN_BED_PARTS: Final = 8
SMALLEST_SIDE_PX: Final = 64
GROWTH: Final = 1.15
TILES_AT_ONCE: Final = 4

Box = tuple[int, int, int, int]
TilesBp = npt.NDArray[np.int64]

_COLUMNS: Final = [[GRADE_CLASSES.index(name) for name in CLASSES_BY_FORM[form]] for form in FORMS]


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlace:
    """A tile before it is judged: its box x, y, width, height, its place in the grid.

    ``cell_px`` is what it stands for: its inner half, or all of it where tiles lie apart;
    ``in_bed_bp`` is the part of its inner half that lies in the bed.
    """

    box_px: Box
    cell_px: Box
    row: int
    column: int
    in_bed_bp: int


class _Thinning(Enum):
    """How a grid is made of fewer tiles: fields of one colour, or tiles edge to edge."""

    ALL = 0
    CHESSBOARD = 1
    APART = 2

    def keeps(self, row: int, column: int) -> bool:
        """Whether the field at a row and a column is kept."""
        return self is not _Thinning.CHESSBOARD or (row + column) % 2 == 0


def plan_tiles(bed: Bed, limits: LoadLimits) -> tuple[TilePlace, ...]:
    """Return the places of at most ``limits.tiles_max`` tiles in the bed, row by row."""
    filled = _Filled(bed)
    for side, thinning in _grids(bed, limits):
        places = tuple(_places(bed, filled, side, thinning, limits))
        if len(places) <= limits.tiles_max:
            return places
    return ()  # pragma: no cover - the grids grow without end


def look_at_tiles(
    backbone: Backbone, pixels: Pixels, places: Sequence[TilePlace], *, threads: int = 1
) -> Vectors:
    """Return what the network sees in the tiles of an H×W×3 frame, N×1392.

    The number of threads changes nothing in the answer.
    """

    def looked_at(first: int) -> Vectors:
        some = places[first : first + TILES_AT_ONCE]
        return tile_vectors(backbone, [_cut(pixels, place.box_px) for place in some])

    with ThreadPoolExecutor(max_workers=threads) as workers:
        return np.concatenate(list(workers.map(looked_at, range(0, len(places), TILES_AT_ONCE))))


def tile_shares(head: Head, scale_percent: int, vectors: Vectors) -> TilesBp:
    """Return N×9 basis points over ``FORMS`` for N tiles, each sum 10,000.

    ``scale_percent`` multiplies the logits of tiles. Trade grades without a form have no part.
    """
    classes = probabilities(head.tile_logits(vectors), scale_percent)
    forms = np.stack([classes[:, columns].sum(axis=1) for columns in _COLUMNS], axis=1)
    return np.array([largest_remainder_bp(row.tolist()) for row in forms], np.int64)


class _Filled:
    """How much of a rectangle of the frame lies in the bed, by sums over every fourth pixel."""

    def __init__(self, bed: Bed) -> None:
        width = bed.frame_width_px // MASK_STEP_PX
        height = bed.frame_height_px // MASK_STEP_PX
        sums = bed.mask(width, height).astype(np.int64).cumsum(axis=0).cumsum(axis=1)
        self._sums = np.pad(sums, ((1, 0), (1, 0)))

    def share_bp(self, box_px: Box) -> int:
        """Return the part of a box in the bed, 0 to 10,000."""
        left, top, width, height = (round(part / MASK_STEP_PX) for part in box_px)
        rows, columns = self._sums.shape
        right, bottom = min(left + width, columns - 1), min(top + height, rows - 1)
        inside = (
            self._sums[bottom, right]
            - self._sums[top, right]
            - self._sums[bottom, left]
            + self._sums[top, left]
        )
        return int(inside) * WHOLE_BP // max(width * height, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The side of a tile: so many millimetres, or without scale so many parts of the frame."""

    bed: Bed
    side_mm: int
    growth: float

    def half_px(self, x: float, y: float) -> float:
        """Return half the side at a point of the frame."""
        scale = self.bed.mm_per_px(x, y)
        parts = UNSCALED_PARTS if self.bed.known else UNKNOWN_BED_PARTS
        side = self.side_mm / scale if scale else self.bed.frame_width_px / parts
        largest = min(self.bed.frame_width_px, self.bed.frame_height_px)
        return min(max(side * self.growth, SMALLEST_SIDE_PX), largest) / 2


def _grids(bed: Bed, limits: LoadLimits) -> Iterator[tuple[_Side, _Thinning]]:
    """Yield the grids to try, the finest first."""
    sides_mm = {limits.tile_side_mm, limits.tile_side_max_mm} if bed.to_mm is not None else {0}
    for power in count():
        for thinning in _Thinning:
            for side_mm in sorted(sides_mm):
                yield _Side(bed=bed, side_mm=side_mm, growth=GROWTH**power), thinning


def _places(
    bed: Bed, filled: _Filled, sides: _Side, thinning: _Thinning, limits: LoadLimits
) -> Iterator[TilePlace]:
    """Yield the tiles of a grid that follows the bed: strips across it, each filled on its own."""
    left, top, width, height = bed.box_px
    is_tall = height > width
    corners = bed.corners_px[:, ::-1] if is_tall else bed.corners_px
    halves = 2 if thinning is _Thinning.APART else 1

    def step(x: float, y: float) -> float:
        return halves * (sides.half_px(y, x) if is_tall else sides.half_px(x, y))

    start, length = (top, height) if is_tall else (left, width)
    middle = float(corners[:, 1].mean())
    for strip, (x, across) in enumerate(_steps(start, start + length, partial(step, y=middle))):
        low, high = _chord(corners, x + across / 2)
        for place, (y, down) in enumerate(_steps(low, high, partial(step, x + across / 2))):
            cell = _box(y, x, down, across) if is_tall else _box(x, y, across, down)
            box = _tile_box(bed, cell, halves)
            inner = _inner_half(box) if thinning is _Thinning.APART else cell
            in_bed_bp = filled.share_bp(inner)
            if thinning.keeps(place, strip) and in_bed_bp >= limits.tile_in_bed_min_bp:
                yield TilePlace(
                    box_px=box, cell_px=cell, row=place, column=strip, in_bed_bp=in_bed_bp
                )


def _tile_box(bed: Bed, cell: Box, halves: int) -> Box:
    """Return the square tile round a cell, moved into the frame where it reaches out of it."""
    x, y, width, height = cell
    side = min(2 // halves * max(width, height), bed.frame_width_px, bed.frame_height_px)
    left = min(max(x + width // 2 - side // 2, 0), bed.frame_width_px - side)
    top = min(max(y + height // 2 - side // 2, 0), bed.frame_height_px - side)
    return left, top, side, side


def _inner_half(box: Box) -> Box:
    x, y, width, height = box
    return x + width // 4, y + height // 4, width // 2, height // 2


def _steps(
    start: float, end: float, half_at: Callable[[float], float]
) -> Iterator[tuple[float, float]]:
    """Yield begin and size of the steps from start to end, stretched a little to fill it."""
    sizes = [half_at(start)]
    while sum(sizes) + sizes[-1] / 2 < end - start:
        sizes.append(half_at(start + sum(sizes)))
    stretch, at = (end - start) / sum(sizes), start
    for size in sizes:
        yield at, size * stretch
        at += size * stretch


def _chord(corners: npt.NDArray[np.float64], x: float) -> tuple[float, float]:
    """Return where the upright line at ``x`` enters and leaves a convex polygon it crosses."""
    crossed = [
        y + (x - at) * (after_y - y) / (after_x - at)
        for (at, y), (after_x, after_y) in zip(corners, np.roll(corners, -1, axis=0), strict=True)
        if at != after_x and min(at, after_x) <= x <= max(at, after_x)
    ]
    return float(min(crossed)), float(max(crossed))


def _box(x: float, y: float, width: float, height: float) -> Box:
    left, top = round(x), round(y)
    return left, top, round(x + width) - left, round(y + height) - top


def _cut(pixels: npt.NDArray[Any], box_px: Box) -> Pixels:
    x, y, width, height = box_px
    return np.asarray(pixels[y : y + height, x : x + width], np.uint8)
