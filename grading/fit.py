"""Lines that tell classes apart, by ridge regression on what the network sees in views.

Each view of a picture is a sample of its own with the label of the picture, so that what differs
between the views of one picture is held for noise. Ridge regression has a closed form: the sums
over all pictures less those of a fold give the lines without that fold.
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
from grading.forms import GRADE_CLASSES
from grading.head import Linear

PENALTY: Final = 0.3
CLASS_BALANCE: Final = 0.75
"""A class counts by this power of how rare it is: 0 as it comes, 1 all alike."""

GROUP_BALANCE: Final = 0.5
"""A picture counts by this power of how few there are in its group, within its class."""

LOGIT_SCALE: Final = 10
"""Ridge regression answers about 0 to 1; ten times that makes logits of usual size."""

SMALLEST_DEVIATION: Final = 1e-6
SMALLEST_PART: Final = 1e-9
FEWEST_CLASSES: Final = 2

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Lines fitted on all pictures, and those fitted without the pictures of each fold."""

    linear: Linear
    without: Mapping[int, Linear]


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
            fold: _Sums.of(samples, labels, weights, np.flatnonzero(own_fold == fold))
            for fold in sorted(set(own_fold.tolist()))
        }
        every = _Sums.total(list(parts.values()))
        return Fit(
            linear=samples.unscaled(every),
            without={fold: samples.unscaled(every.less(part)) for fold, part in parts.items()}
            if folds
            else {},
        )


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

    def unscaled(self, sums: "_Sums") -> Linear:
        """Return the lines for views as they are."""
        weights, bias = sums.solved()
        if self.basis is not None:
            weights = weights @ self.basis
        lines = LOGIT_SCALE * weights / self.scale
        kept = sums.mass_by_class > 0
        return Linear(
            classes=tuple(name for name, has in zip(GRADE_CLASSES, kept, strict=True) if has),
            weights=lines[kept].astype(np.float32),
            bias=(LOGIT_SCALE * bias - lines @ self.mean)[kept].astype(np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """Weighted sums over pictures: of one, of views, of views by class, of products of views."""

    mass_by_class: Numbers
    views: Numbers
    views_by_class: Numbers
    products: Numbers

    @classmethod
    def of(
        cls, samples: _Samples, labels: Sequence[str], weights: Numbers, rows: Numbers
    ) -> "_Sums":
        per_picture = samples.values.shape[1]
        values = samples.values[rows].reshape(-1, samples.values.shape[2])
        counts = np.repeat(weights[rows], per_picture).astype(np.float32)
        member = np.zeros((len(values), len(GRADE_CLASSES)), np.float32)
        places = np.repeat([GRADE_CLASSES.index(labels[row]) for row in rows], per_picture)
        member[np.arange(len(values)), places] = counts
        rooted = values * np.sqrt(counts)[:, None]
        return cls(
            mass_by_class=member.sum(axis=0, dtype=np.float64),
            views=(counts @ values).astype(np.float64),
            views_by_class=(member.T @ values).astype(np.float64),
            products=(rooted.T @ rooted).astype(np.float64),
        )

    @classmethod
    def total(cls, parts: "Sequence[_Sums]") -> "_Sums":
        return cls(**{name: sum(getattr(part, name) for part in parts) for name in cls.__slots__})

    def less(self, part: "_Sums") -> "_Sums":
        """Return the sums without those of ``part``; a class that was all in it has no mass."""
        rest = _Sums(**{name: getattr(self, name) - getattr(part, name) for name in self.__slots__})
        gone = rest.mass_by_class < SMALLEST_PART * self.mass_by_class.sum()
        rest.mass_by_class[gone] = 0
        rest.views_by_class[gone] = 0
        return rest

    def solved(self) -> tuple[Numbers, Numbers]:
        """Return K×R weights and K offsets of the lines with the least penalised square error."""
        mass = self.mass_by_class.sum()
        middle, priors = self.views / mass, self.mass_by_class / mass
        spread = self.products - mass * np.outer(middle, middle)
        spread[np.diag_indices_from(spread)] += PENALTY
        towards = self.views_by_class - np.outer(self.mass_by_class, middle)
        weights = np.linalg.solve(spread, towards.T).T
        return weights, priors - weights @ middle


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
