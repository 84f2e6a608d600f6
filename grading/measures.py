"""What can be measured in the bed of a frame without a trained head: evidence beside its answer.

Whole numbers by name: ``rust_bp`` and ``bright_bp`` (shares of the bed), ``grain_d10_…``,
``grain_d50_…`` and ``grain_d90_…`` (sizes below which 10, 50 and 90 % of the area lies),
``long_pieces`` (straight, at least half the shorter side of the bed long) and ``longest_…``,
each length in ``mm`` with scale and in ``px`` of the frame without; ``oversize_pieces`` with scale
alone. None of them votes.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.geometry import MICROMETRES, Bed, Mask
from grading.load_limits import LoadLimits
from grading.picture import Pixels
from grading.pieces import lengths_of, straight_pieces
from grading.shares import WHOLE_BP

MEASURED_WIDTH_PX: Final = 960
PIECES_WIDTH_PX: Final = 640
RUST_RED_MIN: Final = 6
"""Lab a* less neutral; rust is red and yellow, lead paint is redder, earth is not red."""

RUST_YELLOW_MIN: Final = 8
RUST_RED_MAX: Final = 40
BRIGHT_LIGHT_MIN: Final = 150
BRIGHT_CHROMA_MAX: Final = 10
"""Bright or galvanised metal: light, and without colour."""

GRAIN_SIDES_PX: Final = (3, 5, 7, 9, 13, 17, 23, 31, 41, 55, 73, 97)
"""Odd, so that a square has a middle and moves nothing."""

TENTHS: Final = 10
GRAIN_SHARES_PERCENT: Final = (10, 50, 90)
LAB_NEUTRAL: Final = 128

Levels = npt.NDArray[np.uint8]


def measure(pixels: Pixels, bed: Bed, limits: LoadLimits) -> dict[str, int]:
    """Return the measures of the bed in an H×W×3 BGR frame."""
    x, y, width, height = bed.box_px
    scale = min(1.0, MEASURED_WIDTH_PX / width)
    small_width, small_height = max(1, round(width * scale)), max(1, round(height * scale))
    crop = pixels[y : y + height, x : x + width]
    small = cv2.resize(crop, (small_width, small_height), interpolation=cv2.INTER_AREA)
    inside = _inside(bed, small_width, small_height)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    return {
        **_colours(np.asarray(small, np.uint8), inside),
        **_grain(grey, inside, bed, 1 / scale),
        **_long(grey, bed, limits),
    }


def rusty(lab: Levels) -> Mask:
    """Return which pixels of an H×W×3 Lab picture have the colour of rust."""
    red, yellow = lab[:, :, 1].astype(np.int16), lab[:, :, 2].astype(np.int16)
    red, yellow = red - LAB_NEUTRAL, yellow - LAB_NEUTRAL
    return np.asarray((red >= RUST_RED_MIN) & (red <= RUST_RED_MAX) & (yellow >= RUST_YELLOW_MIN))


def bright(lab: Levels) -> Mask:
    """Return which pixels of an H×W×3 Lab picture are as light and colourless as bare metal."""
    parts = lab.astype(np.int16) - LAB_NEUTRAL
    plain = np.maximum(np.abs(parts[:, :, 1]), np.abs(parts[:, :, 2])) <= BRIGHT_CHROMA_MAX
    return np.asarray(plain & (lab[:, :, 0] >= BRIGHT_LIGHT_MIN))


def grain_px(grey: Levels, inside: Mask) -> tuple[int, ...]:
    """Return the grain sizes D10, D50 and D90 in tenths of a pixel by the pattern spectrum.

    Opening and closing with growing squares: what a square takes from the picture that the one
    before it left are structures between the two sizes, by contrast and area.
    """
    taken, previous = [0], grey
    for side in GRAIN_SIDES_PX:
        square = np.ones((side, side), np.uint8)
        opened = cv2.morphologyEx(grey, cv2.MORPH_OPEN, square)
        smooth = np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, square), np.uint8)
        taken.append(taken[-1] + int(cv2.absdiff(smooth, previous)[inside].sum(dtype=np.int64)))
        previous = smooth
    sizes = np.interp(np.array(GRAIN_SHARES_PERCENT) * taken[-1] / 100, taken, (1, *GRAIN_SIDES_PX))
    return tuple(round(float(size) * TENTHS) for size in sizes)


def _inside(bed: Bed, width: int, height: int) -> Mask:
    x, y, box_width, box_height = bed.box_px
    corners = (bed.corners_px - [x, y]) * [width / box_width, height / box_height]
    drawn = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(drawn, np.rint(corners).astype(np.int32), 1)
    return drawn.astype(np.bool_)


def _colours(small: Levels, inside: Mask) -> dict[str, int]:
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.uint8)
    area = max(int(inside.sum()), 1)
    return {
        "rust_bp": int((rusty(lab) & inside).sum()) * WHOLE_BP // area,
        "bright_bp": int((bright(lab) & inside).sum()) * WHOLE_BP // area,
    }


def _grain(grey: Levels, inside: Mask, bed: Bed, px_per_px: float) -> dict[str, int]:
    um_per_px = bed.scale_um_per_px
    sizes = [size * px_per_px / TENTHS for size in grain_px(grey, inside)]
    unit = "px" if um_per_px is None else "mm"
    factor = 1 if um_per_px is None else um_per_px / MICROMETRES
    return {
        f"grain_d{percent}_{unit}": round(size * factor)
        for percent, size in zip(GRAIN_SHARES_PERCENT, sizes, strict=True)
    }


def _long(grey: Levels, bed: Bed, limits: LoadLimits) -> dict[str, int]:
    """Return how many straight pieces are long, and how long the longest one is."""
    x, y, box_width, box_height = bed.box_px
    width = min(PIECES_WIDTH_PX, grey.shape[1])
    height = max(1, round(grey.shape[0] * width / grey.shape[1]))
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    pieces = straight_pieces(np.asarray(small, np.uint8), _inside(bed, width, height))
    ends = pieces * (box_width / width) + [x, y, x, y]
    lengths_px = lengths_of(ends)
    counted = {"long_pieces": int((lengths_px >= min(box_width, box_height) / 2).sum())}
    if bed.to_mm is None:
        return {**counted, "longest_px": round(float(lengths_px.max(initial=0)))}
    lengths_mm = [bed.length_mm((one[0], one[1]), (one[2], one[3])) or 0 for one in ends.tolist()]
    return {
        **counted,
        "longest_mm": max(lengths_mm, default=0),
        "oversize_pieces": sum(length > limits.long_piece_mm for length in lengths_mm),
    }
