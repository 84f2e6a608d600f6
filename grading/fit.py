"""Lines that tell classes apart by what the network sees in views.

Each view of a picture is a sample of its own with the label of the picture, so that what differs
between the views of one picture is held for noise. The lines are those of a ridge regression plus
those of a logistic regression: the one is even-handed, the other minds the borders. Then the lines
of the classes of one form are drawn together a little. Far from what was shown borders mean little;
for frames of other cameras there are the lines of the ridge regression alone.
"""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH, MID_WIDTHS
from grading.errors import PhotoFolderError
from grading.forms import CLASSES_BY_FORM, GRADE_CLASSES
from grading.head import Linear
from grading.logistic import logistic_lines
from grading.ridge import SMALLEST_PART, RidgeSums

CLASS_BALANCE: Final = 0.75
"""A class counts by this power of how rare it is: 0 as it comes, 1 all alike."""

GROUP_BALANCE: Final = 0.5
"""A picture counts by this power of how few there are in its group, within its class."""

RIDGE_PART: Final = 10
"""Ridge regression answers about 0 to 1; ten times that makes logits of usual size."""

LOGISTIC_PART: Final = 1.5
FORM_PART: Final = 0.2
"""How much of a class's line is the mean of the lines of its form."""

SMALLEST_DEVIATION: Final = 1e-6
FEWEST_CLASSES: Final = 2

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Lines fitted on all pictures, and those fitted without the pictures of each fold.

    ``ridge`` and ``ridge_without`` are those of the ridge regression alone.
    """

    linear: Linear
    ridge: Linear
    without: Mapping[int, Linear]
    ridge_without: Mapping[int, Linear]


def sample_weights(labels: Sequence[str], groups: Sequence[int]) -> Numbers:
    """Return how much each picture counts: rare classes and small groups count more."""
    class_sizes, group_sizes = Counter(labels), Counter(groups)
    own = np.array([group_sizes[group] ** -GROUP_BALANCE for group in groups])
    names = np.array(labels)
    for name, size in class_sizes.items():
        in_class = names == name
        balance = (len(labels) / (len(GRADE_CLASSES) * size)) ** CLASS_BALANCE
        own[in_class] *= balance / own[in_class].mean()
    return own


def fit_views(
    views: Numbers, labels: Sequence[str], weights: Numbers, folds: Sequence[int] = ()
) -> Fit:
    """Return the lines for N×V×W views of N pictures with their classes and weights.

    Views are standardised for the fit; the scaling is folded into the lines. It runs on one thread,
    so that it can be repeated. Raises ``PhotoFolderError`` for fewer than two classes.
    """
    from threadpoolctl import (  # type: ignore[import-untyped] # noqa: PLC0415 - only for who trains
        threadpool_limits,
    )

    if len(set(labels)) < FEWEST_CLASSES:
        raise PhotoFolderError(value=f"{len(set(labels))} class with pictures, at least 2 needed")
    with threadpool_limits(1):
        samples = _Samples.of(views)
        own_fold = np.array(folds or [0] * len(labels))
        parts = {
            fold: RidgeSums.of(
                samples.values[own_fold == fold],
                [label for label, own in zip(labels, own_fold, strict=True) if own == fold],
                weights[own_fold == fold],
            )
            for fold in sorted(set(own_fold.tolist()))
        }
        every = RidgeSums.total(list(parts.values()))
        linear, ridge = samples.lines(every, labels, weights)
        without = {
            fold: samples.lines(every.less(part), labels, weights, own_fold != fold)
            for fold, part in parts.items()
            if folds
        }
        return Fit(
            linear=linear,
            ridge=ridge,
            without={fold: pair[0] for fold, pair in without.items()},
            ridge_without={fold: pair[1] for fold, pair in without.items()},
        )


def drawn_together(lines: Numbers, present: Numbers) -> Numbers:
    """Return 24×… lines in which each of a form has ``FORM_PART`` of the mean of its form.

    ``present`` says which classes there are; the others have no part.
    """
    answer = lines.copy()
    for names in CLASSES_BY_FORM.values():
        own = [place for place in map(GRADE_CLASSES.index, names) if present[place]]
        if own:
            answer[own] += FORM_PART * (lines[own].mean(axis=0) - lines[own])
    return answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Samples:
    """Standardised views N×V×R in a basis of the space that they span, and the way back to W."""

    values: Numbers
    mean: Numbers
    scale: Numbers
    basis: Numbers | None

    @classmethod
    def of(cls, views: Numbers) -> "_Samples":
        count, per_picture, width = views.shape
        flat = views.reshape(-1, width).astype(np.float32)
        mean = flat.mean(axis=0, dtype=np.float64)
        deviation = flat.std(axis=0, dtype=np.float64)
        scale = np.maximum(deviation, SMALLEST_DEVIATION) * np.sqrt(_block_sizes(width))
        even = ((flat - mean) / scale).astype(np.float32)
        basis = _basis(even) if len(even) < width else None
        values = even if basis is None else even @ basis.T
        return cls(
            values=values.reshape(count, per_picture, -1), mean=mean, scale=scale, basis=basis
        )

    def lines(
        self,
        sums: RidgeSums,
        labels: Sequence[str],
        weights: Numbers,
        rows: Numbers | slice = slice(None),
    ) -> tuple[Linear, Linear]:
        """Return the lines for views as they are, fitted on the pictures of ``rows``.

        The first are those of both regressions, the second those of the ridge regression alone.
        ``sums`` are those of the same pictures.
        """
        kept = sums.mass_by_class > 0
        ridge = [RIDGE_PART * part for part in sums.solved()]
        logistic = logistic_lines(self.values[rows], np.array(labels)[rows].tolist(), weights[rows])
        both = [
            drawn_together(one + LOGISTIC_PART * other, kept)
            for one, other in zip(ridge, logistic, strict=True)
        ]
        return self._unscaled(both, kept), self._unscaled(ridge, kept)

    def _unscaled(self, lines_and_offsets: Sequence[Numbers], kept: Numbers) -> Linear:
        lines, offsets = lines_and_offsets
        wide = (lines if self.basis is None else lines @ self.basis) / self.scale
        return Linear(
            classes=tuple(name for name, has in zip(GRADE_CLASSES, kept, strict=True) if has),
            weights=wide[kept].astype(np.float32),
            bias=(offsets - wide @ self.mean)[kept].astype(np.float32),
        )


def _block_sizes(width: int) -> Numbers:
    """Return, for each column, how many columns its stage of the network has."""
    blocks = (FEAT_WIDTH, *MID_WIDTHS)
    if width != sum(blocks):
        return np.full(width, width)
    return np.repeat(blocks, blocks)


def _basis(samples: Numbers) -> Numbers:
    """Return an orthonormal basis, R×W, of the space of fewer samples than columns."""
    lengths, directions = np.linalg.eigh((samples @ samples.T).astype(np.float64))
    kept = lengths > SMALLEST_PART * lengths[-1]
    basis = (directions[:, kept] / np.sqrt(lengths[kept])).T @ samples
    return np.asarray(basis, np.float32)


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
