"""A head from labelled pictures: fitted on all of them, calibrated on pictures it had not seen."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.calibration import (
    ALPHA_BP,
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
from grading.fit import TILE_INVERSE_REGULARISATION, fit_linear, stratified_folds
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.grouping import Grouping, groups_of
from grading.head import Head, Linear
from grading.photos import Photo, vectors_of
from grading.shares import form_shares_bp, largest_remainder_bp

CALIBRATION_FOLDS: Final = 5


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
    folds = np.array(stratified_folds(labels, groups, CALIBRATION_FOLDS, seed))
    logits = _out_of_fold_logits(vectors, labels, folds, fit_linear)
    scale_percent = _scale_percent(logits, labels)
    tiles = np.concatenate([photo.tiles for photo in photos])
    tile_labels = [photo.label for photo in photos for _ in photo.tiles]
    tile_folds = np.repeat(folds, [len(photo.tiles) for photo in photos])
    tile_logits = _out_of_fold_logits(tiles, tile_labels, tile_folds, _fit_tiles)
    cosines = _cosines_across_groups(photos, groups)
    ood_cosine_bp = low_quantile_bp(cosines, OOD_QUANTILE_BP)
    return Head(
        linear=fit_linear(vectors, labels),
        tile_linear=_fit_tiles(tiles, tile_labels),
        calibration=Calibration(
            scale_percent=scale_percent,
            tile_scale_percent=_scale_percent(tile_logits, tile_labels),
            alpha_bp=ALPHA_BP,
            conformal_q_bp=conformal_q_bp(_true_form_bp(logits, scale_percent, labels), ALPHA_BP),
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


def _fit_tiles(tiles: npt.NDArray[Any], labels: Sequence[str]) -> Linear:
    """Return the lines for tiles, each of which has the label of its picture."""
    return fit_linear(tiles, labels, TILE_INVERSE_REGULARISATION)


def _out_of_fold_logits(
    vectors: npt.NDArray[Any],
    labels: Sequence[str],
    folds: npt.NDArray[Any],
    fit: Callable[[npt.NDArray[Any], Sequence[str]], Linear],
) -> Logits:
    """Return N×24 logits, each vector's from lines that were fitted without its fold."""
    logits = np.zeros((len(vectors), len(GRADE_CLASSES)), np.int64)
    names = np.array(labels)
    for fold in sorted(set(folds.tolist())):
        seen = folds != fold
        logits[~seen] = fit(vectors[seen], names[seen].tolist()).logits(vectors[~seen])
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
