"""Lines by multinomial logistic regression, which looks at the borders between classes."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.forms import GRADE_CLASSES

STRENGTH: Final = 0.002
"""Inverse of the penalty (``C``) for views of ``SPREAD`` times unit length."""

SPREAD: Final = np.float32(30)
TOLERANCE: Final = 2e-3
"""A finer one takes eight times as long and moves no logit by a hundredth of their spread."""

STEPS_MAX: Final = 2000
PAIR: Final = 2

Numbers = npt.NDArray[Any]


def logistic_lines(
    values: Numbers, labels: Sequence[str], weights: Numbers
) -> tuple[Numbers, Numbers]:
    """Return 24×R weights and 24 offsets for N×V×R views of N pictures, classes and weights.

    Lines of classes without a picture are nought, and so are all where there is one class alone.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow, and only for who trains

    per_picture, width = values.shape[1:]
    lines = np.zeros((len(GRADE_CLASSES), width))
    offsets = np.zeros(len(GRADE_CLASSES))
    if len(set(labels)) < PAIR:
        return lines, offsets
    fitted = LogisticRegression(C=STRENGTH, max_iter=STEPS_MAX, tol=TOLERANCE).fit(
        values.reshape(-1, width) * SPREAD,
        np.repeat([GRADE_CLASSES.index(label) for label in labels], per_picture),
        sample_weight=np.repeat(weights, per_picture),
    )
    found, starts = fitted.coef_.astype(np.float64), fitted.intercept_.astype(np.float64)
    if len(fitted.classes_) == PAIR:
        found, starts = np.concatenate([-found, found]) / PAIR, np.repeat(starts, PAIR) / PAIR
        starts[0] = -starts[0]
    lines[fitted.classes_] = found * SPREAD
    offsets[fitted.classes_] = starts
    return lines, offsets
