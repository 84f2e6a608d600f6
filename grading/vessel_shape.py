"""Shapes of vessels in a part of a picture: round ends and straight sides.

They explain why something was taken for a vessel. They do not find one alone: pipes, axles and
wheels have them too.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import cv2
import numpy as np

from grading.picture import Pixels

ROUND_END: Final = "ROUND_END"
STRAIGHT_SIDES: Final = "STRAIGHT_SIDES"
LOOKED_AT_PX: Final = 240
SMALLEST_AXIS: Final = 0.12
LARGEST_AXIS: Final = 0.9
FLATTEST: Final = 0.2
ON_ELLIPSE: Final = 0.08
MOST_LINES: Final = 24
LINE: Final = 0.25
PARALLEL_DEGREES: Final = 6.0
NEAREST_SIDES: Final = 0.12


def vessel_codes(part: Pixels) -> tuple[str, ...]:
    """Return ``ROUND_END`` and ``STRAIGHT_SIDES`` where a BGR part has an ellipse, two sides."""
    if min(part.shape[:2]) < SMALLEST_AXIS * LOOKED_AT_PX:
        return ()
    scale = LOOKED_AT_PX / max(part.shape[:2])
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    edges = cv2.Canny(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0), 50, 130)
    codes = []
    if _has_ellipse(edges):
        codes.append(ROUND_END)
    if _has_sides(edges):
        codes.append(STRAIGHT_SIDES)
    return tuple(codes)


def _has_ellipse(edges: cv2.typing.MatLike) -> bool:
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return any(_is_ellipse(contour) for contour in contours)


def _is_ellipse(contour: cv2.typing.MatLike) -> bool:
    if len(contour) < LOOKED_AT_PX * SMALLEST_AXIS * 2:
        return False
    (x, y), axes, degrees = cv2.fitEllipse(contour)
    shorter, longer = min(axes), max(axes)
    if not LOOKED_AT_PX * SMALLEST_AXIS < longer < LOOKED_AT_PX * LARGEST_AXIS:
        return False
    if shorter < FLATTEST * longer:
        return False
    turn = np.deg2rad(degrees)
    points = contour.reshape(-1, 2).astype(np.float64) - (x, y)
    along = points @ np.array([np.cos(turn), np.sin(turn)]) * 2 / axes[0]
    across = points @ np.array([-np.sin(turn), np.cos(turn)]) * 2 / axes[1]
    return bool(np.median(np.abs(np.hypot(along, across) - 1)) < ON_ELLIPSE)


def _has_sides(edges: cv2.typing.MatLike) -> bool:
    length = LOOKED_AT_PX * LINE
    lines = cv2.HoughLinesP(edges, 1, np.pi / 180, 40, minLineLength=length, maxLineGap=6)
    if lines is None:
        return False
    ends = [[float(end) for end in line] for line in lines.reshape(-1, 4)[:MOST_LINES]]
    return any(_are_sides(one, other) for one, other in combinations(ends, 2))


def _are_sides(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether two segments are parallel, apart, and face each other."""
    first, second = (np.array([line[2] - line[0], line[3] - line[1]]) for line in (one, other))
    first = first / np.linalg.norm(first)
    second = second / np.linalg.norm(second)
    if abs(float(first @ second)) < np.cos(np.deg2rad(PARALLEL_DEGREES)):
        return False
    between = np.array(
        [other[0] + other[2] - one[0] - one[2], other[1] + other[3] - one[1] - one[3]]
    )
    apart = abs(float(between[0] * first[1] - between[1] * first[0])) / 2
    along = abs(float(between @ first)) / 2
    return apart > NEAREST_SIDES * LOOKED_AT_PX and along < apart
