"""From logits to probabilities that mean what they say, and to sets that hold the truth.

All figures are whole numbers, so that they can be hashed and compared; every one is fitted on
answers for pictures that the head had not seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.shares import WHOLE_BP

LOGIT_UNIT: Final = 10_000
"""Logits are counted in steps of 1e-4 before anything is decided by them."""

SCALE_UNIT: Final = 100
ALPHA_BP: Final = 1000
OOD_QUANTILE_BP: Final = 500
FORM_MIN_BP: Final = 5000
NOT_SCRAP_BELOW_OOD_BP: Final = 1000
SCALE_RANGE: Final = range(20, 801)
ABSENT_LOGIT: Final = -(10**9)
"""Logit, in steps, of a class that a head has not been shown."""

Logits = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The fitted figures of a head.

    ``scale_percent`` multiplies the logits (240 is a temperature of 0.42),
    ``tile_scale_percent`` those of tiles; a form belongs to the
    conformal set when its probability is at least 10,000 − ``conformal_q_bp``, which holds the true
    form in 10,000 − ``alpha_bp`` of exchangeable pictures; below ``ood_cosine_bp`` a picture is
    unlike those of the training, below ``not_scrap_cosine_bp`` unlike any scrap. A form below
    ``form_min_bp`` is a guess, even where no other form is left: unlike pictures spread thin.
    """

    scale_percent: int
    tile_scale_percent: int
    alpha_bp: int
    conformal_q_bp: int
    form_min_bp: int
    ood_cosine_bp: int
    not_scrap_cosine_bp: int


def probabilities(logits: Logits, scale_percent: int) -> Probabilities:
    """Return the calibrated probabilities of N×K logits in steps of 1e-4."""
    scaled = logits * scale_percent / (SCALE_UNIT * LOGIT_UNIT)
    risen = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    answer: Probabilities = risen / risen.sum(axis=1, keepdims=True)
    return answer


def fit_scale_percent(logits: Logits, truth: Sequence[int]) -> int:
    """Return the multiplier of the logits with the least negative log likelihood, 20 to 800 %.

    A truth to which a fold's head gives no probability counts as 1 in 10,000: it was not in its
    training, which no temperature mends.
    """
    rows = np.arange(len(logits))

    def loss(scale_percent: int) -> float:
        likelihood = probabilities(logits, scale_percent)[rows, list(truth)]
        return float(-np.log(np.maximum(likelihood, 1 / WHOLE_BP)).mean())

    return min(SCALE_RANGE, key=loss)


def conformal_q_bp(true_form_bp: Sequence[int], alpha_bp: int) -> int:
    """Return the ⌈(n+1)(1−α)⌉-th smallest score, a score being 10,000 − p of the true form.

    Split conformal prediction: with fewer pictures than the level needs, 10,000, which makes every
    set hold all forms.
    """
    scores = sorted(WHOLE_BP - share_bp for share_bp in true_form_bp)
    rank = math.ceil((len(scores) + 1) * (WHOLE_BP - alpha_bp) / WHOLE_BP)
    return scores[rank - 1] if rank <= len(scores) else WHOLE_BP


def low_quantile_bp(cosines_bp: Sequence[int], quantile_bp: int) -> int:
    """Return the cosine below which ``quantile_bp`` of the given ones lie."""
    ordered = sorted(cosines_bp)
    return ordered[len(ordered) * quantile_bp // WHOLE_BP]


def quantised(logits: npt.NDArray[Any]) -> Logits:
    """Return logits in whole steps of 1e-4, so that the last bits of a processor decide nothing."""
    return np.rint(logits.astype(np.float64) * LOGIT_UNIT).astype(np.int64)
