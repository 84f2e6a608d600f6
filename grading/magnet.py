"""What passes over a bed while it is unloaded: a lifting magnet, a grab, what hangs on them.

One frame does not tell a yellow magnet from a yellow plate. The frames before and after do: what
passes is in neither of them, and unlike scrap it reaches over the sides of the bed.
"""

from typing import Final

from grading.geometry import Mask
from grading.layers import Glance, differing, part_bp

OUTSIDE_MIN_BP: Final = 300
"""Of the frame outside the bed: more than noise and shadows of the yard change there."""


def passing(frame: Glance, before: Glance, after: Glance) -> Mask:
    """Return what a frame shows that neither the one before nor the one after shows.

    A mask over the whole frame; all three are glances of one camera that did not move.
    """
    return differing(frame, before) & differing(frame, after)


def hidden_bp(over: Mask, frame: Glance) -> int:
    """Return the part of the bed that a mask hides, 0 to 10,000."""
    return part_bp(over, frame.bed)


def reaches_out(over: Mask, frame: Glance) -> bool:
    """Return whether a mask lies over what is not the bed, as scrap never does."""
    return part_bp(over, ~frame.bed) >= OUTSIDE_MIN_BP
