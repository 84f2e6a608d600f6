"""Whether two frames show the same place from different standpoints, and how one maps on the other.

ORB features at the size of a glance, the ratio test, a homography by RANSAC; fewer than 25 agreeing
features are chance (measured on pairs of different photographs: 12 at most).
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

FEATURES: Final = 1000
RATIO: Final = 0.75
RANSAC_PX: Final = 3.0
INLIERS_MIN: Final = 25

Matrix = npt.NDArray[np.float64]


def register(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> Matrix | None:
    """Return the homography, 3×3, that maps the grey ``one`` on the grey ``other``; None for none.

    Both are levels of grey, 0 to 255.
    """
    orb = cv2.ORB.create(FEATURES, fastThreshold=10)
    points, words = orb.detectAndCompute(_levels(one), None)
    other_points, other_words = orb.detectAndCompute(_levels(other), None)
    if len(points) <= INLIERS_MIN or len(other_points) <= INLIERS_MIN:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(words, other_words, k=2)
    good = [pair[0] for pair in pairs if _is_clear(pair)]
    if len(good) < INLIERS_MIN:
        return None
    source = np.array([points[match.queryIdx].pt for match in good], np.float32)
    target = np.array([other_points[match.trainIdx].pt for match in good], np.float32)
    cv2.setRNGSeed(0)
    found: tuple[Any, Any] = cv2.findHomography(source, target, cv2.RANSAC, RANSAC_PX)
    matrix, inliers = found
    if matrix is None or int(inliers.sum()) < INLIERS_MIN:
        return None
    return np.asarray(matrix, np.float64)


def _levels(grey: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    return np.asarray(np.rint(grey), np.uint8)


def _is_clear(pair: Sequence[cv2.DMatch]) -> bool:
    return len(pair) > 1 and pair[0].distance < RATIO * pair[1].distance
