"""How much of a bed a lifting magnet hides.

A magnet is a large painted body over a small-grained load: a smooth compact patch of one strong
hue, yellow to orange as hoists are painted, that reaches over a good part of the bed. Where several
frames are at hand the layers tell the rest: what hangs in one frame alone differs from both sides.
"""

from typing import Final

import cv2
import numpy as np

from grading.geometry import Bed, Mask
from grading.picture import Pixels
from grading.shares import WHOLE_BP

LOOKED_AT_WIDTH_PX: Final = 480
HUE_MIN, HUE_MAX = 10, 34
"""OpenCV hues, half degrees: orange to yellow."""

SATURATION_MIN: Final = 70
VALUE_MIN: Final = 70
CLOSED_PX: Final = 15
OPENED_PX: Final = 11
SOLIDITY_MIN: Final = 0.75
AREA_MIN_BP: Final = 300


def hidden_by_magnet(pixels: Pixels, bed: Bed) -> Mask:
    """Return where a magnet hides the frame, a mask at 480 px of width."""
    height_px, width_px = pixels.shape[:2]
    width = min(LOOKED_AT_WIDTH_PX, width_px)
    height = max(1, round(height_px * width / width_px))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(small, cv2.COLOR_BGR2HSV)
    painted = cv2.inRange(hsv, (HUE_MIN, SATURATION_MIN, VALUE_MIN), (HUE_MAX, 255, 255))
    in_bed = bed.mask(width, height)
    painted[~in_bed] = 0
    painted = cv2.morphologyEx(painted, cv2.MORPH_CLOSE, _disc(CLOSED_PX))
    painted = cv2.morphologyEx(painted, cv2.MORPH_OPEN, _disc(OPENED_PX))
    hidden = np.zeros((height, width), np.uint8)
    contours, _ = cv2.findContours(painted, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        hull = cv2.convexHull(contour)
        area, hull_area = cv2.contourArea(contour), max(cv2.contourArea(hull), 1.0)
        is_large = area * WHOLE_BP >= AREA_MIN_BP * float(in_bed.sum())
        if is_large and area / hull_area >= SOLIDITY_MIN:
            cv2.fillConvexPoly(hidden, hull, 1)
    return hidden.astype(np.bool_)


def hidden_bp(hidden: Mask, bed: Bed) -> int:
    """Return the part of the bed that a mask hides, 0 to 10,000."""
    height, width = hidden.shape
    in_bed = bed.mask(width, height)
    return int((hidden & in_bed).sum()) * WHOLE_BP // max(int(in_bed.sum()), 1)


def _disc(side_px: int) -> "cv2.typing.MatLike":
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side_px, side_px))
