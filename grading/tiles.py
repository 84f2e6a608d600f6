"""The parts of a frame that are judged one by one, and what the head says of each.

Tiles are upright squares of about half a metre on the bed, half over the next one, so that the
inner halves of a full grid lie edge to edge. Where that makes more tiles than the time allows, the
grid keeps the fields of one colour of a chessboard, then tiles edge to edge, then larger tiles;
each of these still sees every point of the bed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.backbone import Backbone
from grading.calibration import probabilities
from grading.features import tile_vectors
from grading.forms import CLASSES_BY_FORM, FORMS, GRADE_CLASSES
from grading.geometry import MASK_STEP_PX, Bed
from grading.head import Head
from grading.load_limits import LoadLimits
from grading.picture import Pixels
from grading.shares import WHOLE_BP, largest_remainder_bp

UNSCALED_PARTS: Final = 10
"""Without scale a tile is a tenth of the frame's width, of the whole frame an eighth."""

UNKNOWN_BED_PARTS: Final = 8
SMALLEST_SIDE_PX: Final = 64
GROWTH: Final = 1.15
TILES_AT_ONCE: Final = 16

Box = tuple[int, int, int, int]
TilesBp = npt.NDArray[np.int64]

_COLUMNS: Final = [[GRADE_CLASSES.index(name) for name in CLASSES_BY_FORM[form]] for form in FORMS]


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlace:
    """A tile before it is judged: its box x, y, width, height, its place in the grid.

    ``in_bed_bp`` is the part of its inner half that lies in the bed.
    """

    box_px: Box
    row: int
    column: int
    in_bed_bp: int


_Kept = Callable[[int, int], bool]
_THINNINGS: Final[tuple[_Kept, ...]] = (
    lambda row, column: True,  # noqa: ARG005 - the whole grid
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0 and column % 2 == 0,
)


def plan_tiles(bed: Bed, limits: LoadLimits) -> tuple[TilePlace, ...]:
    """Return the places of at most ``limits.tiles_max`` tiles in the bed, row by row."""
    filled = _Filled(bed)
    for side, kept in _grids(bed, limits):
        places = tuple(_places(bed, filled, side, kept, limits))
        if len(places) <= limits.tiles_max:
            return places
    return ()  # pragma: no cover - the grids grow without end


def judge_tiles(
    backbone: Backbone, head: Head, scale_percent: int, pixels: Pixels, places: Sequence[TilePlace]
) -> TilesBp:
    """Return N×9 basis points over ``FORMS`` for the tiles of an H×W×3 frame, each sum 10,000.

    ``scale_percent`` multiplies the logits of tiles. Trade grades without a form have no part.
    """
    shares = []
    for first in range(0, len(places), TILES_AT_ONCE):
        tiles = [_cut(pixels, place.box_px) for place in places[first : first + TILES_AT_ONCE]]
        logits = head.tile_logits(tile_vectors(backbone, tiles))
        classes = probabilities(logits, scale_percent)
        forms = np.stack([classes[:, columns].sum(axis=1) for columns in _COLUMNS], axis=1)
        shares += [largest_remainder_bp(row.tolist()) for row in forms]
    return np.array(shares, np.int64).reshape(-1, len(FORMS))


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

    def px(self, y: float) -> int:
        """Return the side at a row of the frame."""
        middle_x = float(self.bed.corners_px[:, 0].mean())
        scale = self.bed.mm_per_px(middle_x, y)
        parts = UNSCALED_PARTS if self.bed.known else UNKNOWN_BED_PARTS
        side = self.side_mm / scale if scale else self.bed.frame_width_px / parts
        largest = min(self.bed.frame_width_px, self.bed.frame_height_px)
        return min(max(round(side * self.growth), SMALLEST_SIDE_PX), largest)


def _grids(bed: Bed, limits: LoadLimits) -> Iterator[tuple[_Side, _Kept]]:
    """Yield the grids to try, the finest first."""
    sides_mm = {limits.tile_side_mm, limits.tile_side_max_mm} if bed.to_mm is not None else {0}
    for power in count():
        for kept in _THINNINGS:
            for side_mm in sorted(sides_mm):
                yield _Side(bed=bed, side_mm=side_mm, growth=GROWTH**power), kept


def _places(
    bed: Bed, filled: _Filled, sides: _Side, kept: _Kept, limits: LoadLimits
) -> Iterator[TilePlace]:
    left, top, width, height = bed.box_px
    row, y = 0, float(top)
    while True:
        side = sides.px(y)
        row_top = round(y) - side // 4
        if row_top + side // 2 > top + height:
            return
        for column, column_left in enumerate(range(left - side // 4, left + width, side // 2)):
            place = _place(bed, filled, (column_left, row_top, side, side), row, column)
            if kept(row, column) and place.in_bed_bp >= limits.tile_in_bed_min_bp:
                yield place
        row, y = row + 1, y + side / 2


def _place(bed: Bed, filled: _Filled, box_px: Box, row: int, column: int) -> TilePlace:
    """Return the tile at a box, moved into the frame where it reaches out of it."""
    x, y, side, _ = box_px
    x = min(max(x, 0), bed.frame_width_px - side)
    y = min(max(y, 0), bed.frame_height_px - side)
    inner = (x + side // 4, y + side // 4, side // 2, side // 2)
    return TilePlace(
        box_px=(x, y, side, side), row=row, column=column, in_bed_bp=filled.share_bp(inner)
    )


def _cut(pixels: npt.NDArray[Any], box_px: Box) -> Pixels:
    x, y, width, height = box_px
    return np.asarray(pixels[y : y + height, x : x + width], np.uint8)
