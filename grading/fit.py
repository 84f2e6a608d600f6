"""Multinomial logistic regression on picture vectors, class-balanced."""

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.errors import PhotoFolderError
from grading.head import Linear

INVERSE_REGULARISATION: Final = 0.002
TILE_INVERSE_REGULARISATION: Final = 0.003
MAX_ITERATIONS: Final = 2000
SMALLEST_DEVIATION: Final = 1e-6
FEWEST_CLASSES: Final = 2


def fit_linear(
    vectors: npt.NDArray[Any],
    labels: Sequence[str],
    inverse_regularisation: float = INVERSE_REGULARISATION,
) -> Linear:
    """Return the fitted lines for N×W vectors and their N classes.

    The vectors are standardised for the fit; the scaling is folded into the lines. It runs on one
    thread, so that it can be repeated. Raises ``PhotoFolderError`` for fewer than two classes.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow, and only for who trains
    from threadpoolctl import (  # type: ignore[import-untyped] # noqa: PLC0415 - as above
        threadpool_limits,
    )

    if len(set(labels)) < FEWEST_CLASSES:
        raise PhotoFolderError(value=f"{len(set(labels))} class with pictures, at least 2 needed")
    wide = vectors.astype(np.float64)
    mean, deviation = wide.mean(axis=0), wide.std(axis=0)
    deviation[deviation < SMALLEST_DEVIATION] = 1
    model = LogisticRegression(
        C=inverse_regularisation, class_weight="balanced", max_iter=MAX_ITERATIONS
    )
    with threadpool_limits(1):
        model.fit((wide - mean) / deviation, list(labels))
    return _unscaled(model, mean, deviation)


def _unscaled(model: Any, mean: npt.NDArray[Any], deviation: npt.NDArray[Any]) -> Linear:
    """Return the lines for vectors as they are; two classes share one line in scikit-learn."""
    lines, offsets = model.coef_, model.intercept_
    if len(lines) == 1:
        lines = np.concatenate([-lines / 2, lines / 2])
        offsets = np.concatenate([-offsets / 2, offsets / 2])
    weights = lines / deviation
    return Linear(
        classes=tuple(str(name) for name in model.classes_),
        weights=weights.astype(np.float32),
        bias=(offsets - weights @ mean).astype(np.float32),
    )


def stratified_folds(
    labels: Sequence[str], groups: Sequence[int], folds: int, seed: int
) -> list[int]:
    """Return the fold of each picture, 0 to ``folds`` − 1: classes spread, groups kept whole.

    With fewer groups than folds, there are as many folds as groups.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - slow, and only for who trains

    most_pictures = max(labels.count(name) for name in set(labels)) if labels else 0
    possible = min(folds, len(set(groups)), most_pictures)
    if possible < FEWEST_CLASSES:
        raise PhotoFolderError(value=f"{len(labels)} pictures in {len(set(groups))} groups")
    splitter = StratifiedGroupKFold(possible, shuffle=True, random_state=seed)
    answer = [0] * len(labels)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, held_out) in enumerate(splitter.split(labels, labels, groups)):
            for index in held_out:
                answer[int(index)] = fold
    return answer
