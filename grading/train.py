"""A head from labelled pictures: fitted on all of them, calibrated on pictures it had not seen."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

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
from grading.fit import fit_linear, stratified_folds
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.grouping import Grouping, groups_of
from grading.head import Head
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
    linear = fit_linear(vectors, labels)
    logits = _out_of_fold_logits(photos, stratified_folds(labels, groups, CALIBRATION_FOLDS, seed))
    scale_percent = fit_scale_percent(logits, [GRADE_CLASSES.index(label) for label in labels])
    cosines = _cosines_across_groups(photos, groups)
    ood_cosine_bp = low_quantile_bp(cosines, OOD_QUANTILE_BP)
    return Head(
        linear=linear,
        calibration=Calibration(
            scale_percent=scale_percent,
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


def _out_of_fold_logits(photos: tuple[Photo, ...], folds: Sequence[int]) -> Logits:
    """Return N×24 logits, each picture's from lines that were fitted without its fold."""
    logits = np.zeros((len(photos), len(GRADE_CLASSES)), np.int64)
    for fold in sorted(set(folds)):
        seen = tuple(photo for photo, own in zip(photos, folds, strict=True) if own != fold)
        rows = [index for index, own in enumerate(folds) if own == fold]
        linear = fit_linear(vectors_of(seen), [photo.label for photo in seen])
        logits[rows] = linear.logits(vectors_of(tuple(photos[index] for index in rows)))
    return logits


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
