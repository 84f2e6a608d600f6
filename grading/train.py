"""A head from labelled pictures: fitted on all of them, calibrated on pictures it had not seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.calibration import (
    ALPHA_BP,
    FORM_MIN_BP,
    NOT_SCRAP_BELOW_OOD_BP,
    OOD_QUANTILE_BP,
    Calibration,
    Logits,
    conformal_q_bp,
    fit_scale_percent,
    low_quantile_bp,
    probabilities,
)
from grading.familiarity import bank_of, cosines_bp
from grading.features import TILE_WIDTH, TILES, rooted
from grading.fit import fit_views, sample_weights, stratified_folds
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.grouping import Grouping, groups_of
from grading.head import Head, Linear
from grading.photos import Photo, vectors_of
from grading.shares import form_shares_bp, largest_remainder_bp

CALIBRATION_FOLDS: Final = 5
QUADRANT_PART: Final = np.float32(0.5)
"""What the quadrants weigh beside the tiles."""


def train_head(
    photos: Sequence[Photo],
    *,
    onnx_sha256: str,
    grouping: Grouping = Grouping.PHASH_AND_DAY,
    seed: int = 0,
) -> Head:
    """Return a head for ``photos``.

    The lines are fitted on all of them. Temperature, conformal quantile and limits of familiarity
    come from answers out of fold, with the groups of ``grouping`` kept whole: by default days too,
    for a head will be asked about other days than it has seen. Raises ``PhotoFolderError`` for too
    few pictures.
    """
    photos = tuple(photos)
    vectors = vectors_of(photos)
    labels = [photo.label for photo in photos]
    groups = groups_of(photos, grouping)
    folds = stratified_folds(labels, groups, CALIBRATION_FOLDS, seed)
    views = rooted(np.stack([photo.views for photo in photos]))
    weights = sample_weights(labels, groups_of(photos, Grouping.PHASH_AND_DAY))
    tiles = fit_views(views[:, :TILES], labels, weights, folds)
    quadrants = fit_views(views[:, TILES:], labels, weights, folds)
    pictures = {
        fold: joined(tiles.without[fold], quadrants.without[fold]) for fold in tiles.without
    }
    frames = {
        fold: joined(tiles.ridge_without[fold], quadrants.ridge_without[fold])
        for fold in tiles.ridge_without
    }
    logits = _unseen_logits(pictures, vectors, folds)
    scale_percent = _scale_percent(logits, labels)
    frame_percent = _scale_percent(_unseen_logits(frames, vectors, folds), labels)
    tile_logits = _unseen_logits(
        tiles.ridge_without,
        views[:, :TILES].reshape(-1, TILE_WIDTH),
        np.repeat(folds, TILES).tolist(),
    )
    cosines = _cosines_across_groups(photos, groups)
    ood_cosine_bp = low_quantile_bp(cosines, OOD_QUANTILE_BP)
    return Head(
        linear=joined(tiles.linear, quadrants.linear),
        frame_linear=_scaled(joined(tiles.ridge, quadrants.ridge), frame_percent / scale_percent),
        tile_linear=tiles.ridge,
        calibration=Calibration(
            scale_percent=scale_percent,
            tile_scale_percent=_scale_percent(tile_logits, np.repeat(labels, TILES).tolist()),
            alpha_bp=ALPHA_BP,
            conformal_q_bp=conformal_q_bp(_true_form_bp(logits, scale_percent, labels), ALPHA_BP),
            form_min_bp=FORM_MIN_BP,
            ood_cosine_bp=ood_cosine_bp,
            not_scrap_cosine_bp=max(0, ood_cosine_bp - NOT_SCRAP_BELOW_OOD_BP),
        ),
        bank=bank_of(vectors),
        onnx_sha256=onnx_sha256,
        training={
            "pictures": dict(sorted(Counter(labels).items())),
            "grouping": grouping.value,
            "groups": len(set(groups)),
            "folds": CALIBRATION_FOLDS,
            "seed": seed,
        },
    )


def joined(tile: Linear, quadrant: Linear) -> Linear:
    """Return the lines for a whole picture: those of its tiles plus half those of its quadrants."""
    return Linear(
        classes=tile.classes,
        weights=np.concatenate([tile.weights, QUADRANT_PART * quadrant.weights], axis=1),
        bias=tile.bias + QUADRANT_PART * quadrant.bias,
    )


def _scaled(linear: Linear, factor: float) -> Linear:
    return Linear(
        classes=linear.classes,
        weights=linear.weights * np.float32(factor),
        bias=linear.bias * np.float32(factor),
    )


def _unseen_logits(
    without: Mapping[int, Linear], vectors: npt.NDArray[Any], folds: Sequence[int]
) -> Logits:
    """Return N×24 logits, each vector's from lines that were fitted without its fold."""
    logits = np.zeros((len(vectors), len(GRADE_CLASSES)), np.int64)
    for fold, linear in without.items():
        own = np.array(folds) == fold
        logits[own] = linear.logits(vectors[own])
    return logits


def _scale_percent(logits: Logits, labels: Sequence[str]) -> int:
    return fit_scale_percent(logits, [GRADE_CLASSES.index(label) for label in labels])


def _true_form_bp(logits: Logits, scale_percent: int, labels: Sequence[str]) -> list[int]:
    """Return the probability of the true form of every picture that has a form."""
    shares = []
    for label, row in zip(labels, probabilities(logits, scale_percent), strict=True):
        if label in FORM_BY_CLASS:
            classes_bp = dict(zip(GRADE_CLASSES, largest_remainder_bp(row.tolist()), strict=True))
            shares.append(form_shares_bp(classes_bp)[FORM_BY_CLASS[label]])
    return shares


def _cosines_across_groups(photos: tuple[Photo, ...], groups: Sequence[int]) -> list[int]:
    """Return each picture's highest cosine with a picture of another group."""
    vectors = vectors_of(photos)
    cosines = cosines_bp(vectors, bank_of(vectors))
    same_group = np.equal.outer(groups, groups)
    return [int(value) for value in np.where(same_group, 0, cosines).max(axis=1)]
