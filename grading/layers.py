"""From the frames of an unloading to its layers: one key frame between two lifts.

Frames that show the same surface belong together; the sharpest one that passes the gate stands for
them. A surface is new where it differs from the layer before it. What differs from that layer and
yet equals an older one has been seen before, which no unloading does by itself: it is repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.geometry import Bed, Mask
from grading.picture import Pixels
from grading.register import register
from grading.shares import WHOLE_BP

GLANCE_WIDTH_PX: Final = 384
BLUR_SIGMA_PX: Final = 1.2
DIFFERENCE_MIN: Final = 0.5
"""Two places differ where their grey does by half a standard deviation of the bed's grey."""

LEAST_DIFFERENCE: Final = 8.0
"""Levels of grey: less is noise, however even the bed is."""

REST_MIN_BP: Final = 1000
LEAST_SPREAD: Final = 6.0
GAIN_MAX: Final = 2.0

SPECK_PX: Final = 5
"""Differences narrower than this are noise."""

GAP_PX: Final = 11
"""Gaps narrower than this lie within a difference: two surfaces are alike in places by chance."""

Grey = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """A frame at 384 px of width: its grey levels, blurred a little, and where its bed is."""

    grey: Grey
    bed: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """What a layer adds: parts of its bed, masks at the size of a glance."""

    bed: Mask
    new: Mask
    repeated: Mask

    @property
    def new_bp(self) -> int:
        """The newly exposed part of the bed."""
        return part_bp(self.new, self.bed)

    @property
    def repeated_bp(self) -> int:
        """The part of the bed that an older layer had shown."""
        return part_bp(self.repeated, self.bed)


def glance(pixels: Pixels, bed: Bed) -> Glance:
    """Return the glance at an H×W×3 frame."""
    height_px, width_px = pixels.shape[:2]
    height = max(1, round(height_px * GLANCE_WIDTH_PX / width_px))
    small = cv2.resize(pixels, (GLANCE_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (0, 0), BLUR_SIGMA_PX)
    return Glance(grey=np.asarray(grey, np.float32), bed=bed.mask(GLANCE_WIDTH_PX, height))


def differing(one: Glance, other: Glance) -> Mask:
    """Return where two glances of one camera show different things, anywhere in the frame.

    Light and contrast are evened by what lies outside the bed and does not change. Frames of other
    sizes differ everywhere.
    """
    if one.grey.shape != other.grey.shape:
        return np.ones_like(one.bed)
    spread = (float(one.grey[one.bed].std()) + float(other.grey[one.bed].std())) / 2
    limit = max(DIFFERENCE_MIN * spread, LEAST_DIFFERENCE) if one.bed.any() else LEAST_DIFFERENCE
    rough = np.abs(one.grey - _evened(other.grey, one)) > limit
    speck, gap = np.ones((SPECK_PX, SPECK_PX), np.uint8), np.ones((GAP_PX, GAP_PX), np.uint8)
    solid = cv2.morphologyEx(rough.astype(np.uint8), cv2.MORPH_CLOSE, gap)
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, speck)
    return np.asarray(solid > 0)


def differs(one: Glance, other: Glance) -> Mask:
    """Return where the beds of two glances of one camera differ."""
    return differing(one, other) & one.bed


def changed_bp(one: Glance, other: Glance) -> int:
    """Return the part of the bed that differs between two glances of one camera."""
    return part_bp(differing(one, other), one.bed)


def exposures(glances: Sequence[Glance], *, fixed_camera: bool) -> tuple[Exposure, ...]:
    """Return what each layer adds to those before it; the first one is wholly new.

    A camera that is not fixed is registered first; frames that cannot be registered with each other
    show different places.
    """
    return tuple(
        _exposure(layer, glances[:index], fixed_camera=fixed_camera)
        for index, layer in enumerate(glances)
    )


def lifted(glances: Sequence[Glance]) -> list[Mask]:
    """Return where each layer of a fixed camera was taken off before the next; the last wholly."""
    return [*(differs(one, after) for one, after in pairwise(glances)), glances[-1].bed]


def repeated_load_bp(shown: Sequence[Exposure]) -> int:
    """Return the part of what the layers after the first claim as new that was seen before."""
    repeated = sum(int(layer.repeated.sum()) for layer in shown)
    claimed = repeated + sum(int(layer.new.sum()) for layer in shown)
    return repeated * WHOLE_BP // max(claimed, 1)


def _exposure(layer: Glance, before: Sequence[Glance], *, fixed_camera: bool) -> Exposure:
    nothing = np.zeros_like(layer.bed)
    known = [_known(layer, other, fixed_camera=fixed_camera) for other in before]
    stayed = known[-1] if known else nothing
    older = np.logical_or.reduce(known[:-1]) if known[:-1] else nothing
    repeated = older & ~stayed
    return Exposure(bed=layer.bed, new=layer.bed & ~stayed & ~repeated, repeated=repeated)


def _known(layer: Glance, earlier: Glance, *, fixed_camera: bool) -> Mask:
    """Return where the bed of a layer shows what an earlier one showed."""
    if fixed_camera:
        return layer.bed & ~differing(layer, earlier)
    matrix = register(earlier.grey, layer.grey)
    if matrix is None:
        return np.zeros_like(layer.bed)
    height, width = layer.grey.shape
    grey = cv2.warpPerspective(earlier.grey, matrix, (width, height))
    bed = cv2.warpPerspective(earlier.bed.astype(np.uint8), matrix, (width, height)) > 0
    filled = np.where(bed, grey, layer.grey)
    moved = Glance(grey=np.asarray(filled, np.float32), bed=np.asarray(bed))
    return layer.bed & moved.bed & ~differing(layer, moved)


def _evened(grey: Grey, like: Glance) -> Grey:
    """Return a grey picture in the light of another one, by the quartiles outside the bed."""
    whole = np.ones_like(like.bed)
    rest = ~like.bed if part_bp(~like.bed, whole) >= REST_MIN_BP else whole
    low, middle, high = np.percentile(grey[rest], (25, 50, 75)).tolist()
    like_low, like_middle, like_high = np.percentile(like.grey[rest], (25, 50, 75)).tolist()
    gain = 1.0
    if min(high - low, like_high - like_low) >= LEAST_SPREAD:
        gain = min(max((like_high - like_low) / (high - low), 1 / GAIN_MAX), GAIN_MAX)
    return np.asarray((grey - middle) * gain + like_middle, np.float32)


def part_bp(part: Mask, whole: Mask) -> int:
    """Return how much of a mask another one covers, 0 to 10,000; 0 of nothing."""
    return int((part & whole).sum()) * WHOLE_BP // max(int(whole.sum()), 1)
