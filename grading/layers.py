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

SPECK_PX: Final = 5
"""Differences narrower than this are noise, gaps narrower than this lie within a difference."""

Grey = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """A frame at 384 px of width: its grey, freed of light and contrast, and its bed.

    ``seen`` is the bed less what a magnet hides.
    """

    grey: Grey
    bed: Mask
    seen: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """What a layer adds: masks at the size of a glance, within what is seen of the bed."""

    seen: Mask
    new: Mask
    repeated: Mask

    @property
    def new_bp(self) -> int:
        """The newly exposed part of what is seen."""
        return _part_bp(self.new, self.seen)

    @property
    def repeated_bp(self) -> int:
        """The part of what is seen that an older layer had shown."""
        return _part_bp(self.repeated, self.seen)


def glance(pixels: Pixels, bed: Bed, hidden: Mask | None = None) -> Glance:
    """Return the glance at an H×W×3 frame; ``hidden`` is a mask of any size over the frame."""
    height_px, width_px = pixels.shape[:2]
    height = max(1, round(height_px * GLANCE_WIDTH_PX / width_px))
    small = cv2.resize(pixels, (GLANCE_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (0, 0), BLUR_SIGMA_PX)
    in_bed = bed.mask(GLANCE_WIDTH_PX, height)
    seen = in_bed
    if hidden is not None:
        over = cv2.resize(hidden.astype(np.uint8), (GLANCE_WIDTH_PX, height))
        seen = in_bed & (over == 0)
    values = grey[seen] if seen.any() else grey
    spread = max(float(values.std()), 1.0)
    return Glance(
        grey=((grey - float(values.mean())) / spread).astype(np.float32), bed=in_bed, seen=seen
    )


def differs(one: Glance, other: Glance) -> Mask:
    """Return where two glances of one camera show different things, within what both see."""
    rough = np.abs(one.grey - other.grey) > DIFFERENCE_MIN
    kernel = np.ones((SPECK_PX, SPECK_PX), np.uint8)
    solid = cv2.morphologyEx(rough.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, kernel)
    return (solid > 0) & one.seen & other.seen


def changed_bp(one: Glance, other: Glance) -> int:
    """Return the part of the bed that differs; frames of other sizes differ wholly."""
    if one.grey.shape != other.grey.shape:
        return WHOLE_BP
    return _part_bp(differs(one, other), one.seen & other.seen)


def exposures(glances: Sequence[Glance], *, fixed_camera: bool) -> tuple[Exposure, ...]:
    """Return what each layer adds to those before it; the first one is new wherever it is seen.

    A camera that is not fixed is registered first; frames that cannot be registered with each other
    show different places.
    """
    return tuple(
        _exposure(layer, glances[:index], fixed_camera=fixed_camera)
        for index, layer in enumerate(glances)
    )


def lifted(glances: Sequence[Glance]) -> list[Mask]:
    """Return where each layer of a fixed camera was taken off before the next; the last wholly."""
    gone = [
        differs(one, after) if one.grey.shape == after.grey.shape else one.seen
        for one, after in pairwise(glances)
    ]
    return [*gone, glances[-1].seen]


def covered_bp(seen: Sequence[Mask], glances: Sequence[Glance]) -> int:
    """Return the part of the bed that was seen in at least one layer of a fixed camera."""
    return _part_bp(np.logical_or.reduce(seen), np.logical_or.reduce([own.bed for own in glances]))


def repeated_load_bp(shown: Sequence[Exposure]) -> int:
    """Return the part of what the layers after the first claim as new that was seen before."""
    repeated = sum(int(layer.repeated.sum()) for layer in shown)
    claimed = repeated + sum(int(layer.new.sum()) for layer in shown)
    return repeated * WHOLE_BP // max(claimed, 1)


def _exposure(layer: Glance, before: Sequence[Glance], *, fixed_camera: bool) -> Exposure:
    nothing = np.zeros_like(layer.seen)
    known = [_known(layer, other, fixed_camera=fixed_camera) for other in before]
    stayed = known[-1] if known else nothing
    older = np.logical_or.reduce(known[:-1]) if known[:-1] else nothing
    repeated = older & ~stayed
    return Exposure(seen=layer.seen, new=layer.seen & ~stayed & ~repeated, repeated=repeated)


def _known(layer: Glance, earlier: Glance, *, fixed_camera: bool) -> Mask:
    """Return where a layer shows what an earlier one showed."""
    nothing = np.zeros_like(layer.seen)
    if not fixed_camera:
        matrix = register(earlier.grey, layer.grey)
        if matrix is None:
            return nothing
        earlier = _warped(earlier, matrix, layer)
    elif layer.grey.shape != earlier.grey.shape:
        return nothing
    return layer.seen & earlier.seen & ~differs(layer, earlier)


def _warped(earlier: Glance, matrix: npt.NDArray[np.float64], layer: Glance) -> Glance:
    height, width = layer.grey.shape
    grey = cv2.warpPerspective(earlier.grey, matrix, (width, height))
    seen = cv2.warpPerspective(earlier.seen.astype(np.uint8), matrix, (width, height)) > 0
    return Glance(grey=np.asarray(grey, np.float32), bed=layer.bed, seen=seen)


def _part_bp(part: Mask, whole: Mask) -> int:
    return int((part & whole).sum()) * WHOLE_BP // max(int(whole.sum()), 1)
