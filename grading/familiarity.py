"""How much a picture looks like the pictures that a head was shown.

The measure is the cosine between two pictures' mean roots of ``feat`` (of tiles and quadrants):
nearly the Bhattacharyya coefficient of two profiles of what the network found. On
drawings, household objects and office scenes it separates better than the raw vectors do.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH
from grading.features import TILE_WIDTH
from grading.shares import WHOLE_BP

Bank = npt.NDArray[np.uint8]

STEPS: Final = 1500
"""Steps of the numbers of a bank: the parts of a profile stay below 0.17."""


def profile(vectors: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the unit profiles, N×1280, of N×4048 picture vectors."""
    quadrants = vectors[:, TILE_WIDTH : TILE_WIDTH + FEAT_WIDTH].astype(np.float64)
    roots = vectors[:, :FEAT_WIDTH] + quadrants
    lengths = np.sqrt((roots * roots).sum(axis=1, keepdims=True))
    unit: npt.NDArray[np.float64] = roots / np.maximum(lengths, np.finfo(np.float64).tiny)
    return unit


def bank_of(vectors: npt.NDArray[Any]) -> Bank:
    """Return the profiles of the training pictures, N×1280, one byte a number."""
    return np.minimum(np.rint(profile(vectors) * STEPS), 255).astype(np.uint8)


def cosines_bp(vectors: npt.NDArray[Any], bank: Bank) -> npt.NDArray[np.int64]:
    """Return the cosines of N pictures with the M of a bank, N×M, in units of 1e-4."""
    kept = bank.astype(np.float64)
    kept /= np.sqrt((kept * kept).sum(axis=1, keepdims=True))
    return np.rint(profile(vectors) @ kept.T * WHOLE_BP).astype(np.int64)
