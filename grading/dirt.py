"""Dirt or drops on the lens: spots that stay blurred while what is behind them changes.

One frame does not tell a spot from a soft background. The layers of a load do: where four of them
or more show something new and none has detail, while the bed all around is full of it, the lens is
covered. What never changes (a wall, the floor of the bed) and what reaches the sides of the bed is
left out.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from grading.geometry import Mask
from grading.layers import Exposure, Glance, part_bp

FEWEST_LAYERS: Final = 4
FINE_PX: Final = 9
"""Detail is what a mean over a square of this side takes away, in a frame of 384 px of width."""

PLACE_PX: Final = 15
"""Its strength is looked at over squares of this side; a spot is at least as large."""

HOLE_PX: Final = 61
"""Spots up to this size in an area that changed have changed with it, though nothing shows."""

FAINT_PERCENT: Final = 35
"""A place is blind where its detail is never more than this part of what is usual in the bed."""


def dirt_bp(glances: Sequence[Glance], shown: Sequence[Exposure]) -> int:
    """Return the part of the bed behind spots on the lens, 0 to 10,000.

    ``glances`` are those of the layers of a camera that did not move, ``shown`` what each added.
    Nothing is said of fewer than four layers.
    """
    if len(glances) < FEWEST_LAYERS:
        return 0
    bed = np.logical_and.reduce([layer.bed for layer in glances])
    changed = sum(_filled(layer.new | layer.repeated).astype(np.uint8) for layer in shown)
    judged = bed & (np.asarray(changed) >= FEWEST_LAYERS)
    if not judged.any():
        return 0
    finest = np.maximum.reduce([_detail(layer) for layer in glances])
    usual = float(np.median(finest[bed]))
    blind = (finest * 100 < usual * FAINT_PERCENT) & judged
    square = np.ones((PLACE_PX, PLACE_PX), np.uint8)
    solid = cv2.morphologyEx(blind.astype(np.uint8), cv2.MORPH_OPEN, square)
    return part_bp(_within(np.asarray(solid > 0), bed), bed)


def _within(spots: Mask, bed: Mask) -> Mask:
    """Return the spots that do not reach the sides of the bed."""
    inner = cv2.erode(np.pad(bed.astype(np.uint8), 1), np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    _, labels = cv2.connectedComponents(spots.astype(np.uint8))
    reaching = np.unique(labels[spots & ~inner])
    return np.asarray(spots & ~np.isin(labels, reaching))


def _detail(layer: Glance) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    fine = np.abs(layer.grey - cv2.blur(layer.grey, (FINE_PX, FINE_PX)))
    return np.asarray(cv2.blur(fine, (PLACE_PX, PLACE_PX)), np.float32)


def _filled(mask: Mask) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (HOLE_PX, HOLE_PX))
    padded = np.pad(mask.astype(np.uint8), HOLE_PX)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc)
    return np.asarray(closed[HOLE_PX:-HOLE_PX, HOLE_PX:-HOLE_PX] > 0)
