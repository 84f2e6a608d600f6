"""How good a head is on pictures that it has not seen, by the decisions it would have taken."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from grading.errors import PhotoFolderError
from grading.fit import stratified_folds
from grading.forms import FORM_BY_CLASS, NEIGHBOURING_CLASSES
from grading.grouping import Grouping, groups_of
from grading.head import Head
from grading.metrics import (
    balanced_accuracy_bp,
    calibration_error_bp,
    macro_f1_bp,
    risk_coverage_bp,
    share_of,
)
from grading.photos import Photo, PhotoSet, UnreadablePhoto
from grading.propose import NOTHING_READ, Decision, Judgement, View, judge
from grading.site import Site
from grading.train import train_head

EVALUATION_FOLDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A picture's true class and the judgement on it by a head that had not seen it."""

    name: str
    label: str
    judgement: Judgement


def answers_of(head: Head, site: Site, photos: Sequence[Photo]) -> list[Answer]:
    """Return the judgement of ``head`` on each picture."""
    return [
        Answer(
            name=photo.name,
            label=photo.label,
            judgement=judge(head, site, [View(vector=photo.vector, quality=photo.quality)]),
        )
        for photo in photos
    ]


def unread_answers(photos: Sequence[UnreadablePhoto]) -> list[Answer]:
    """Return the one judgement that there is on pictures which cannot be read."""
    return [Answer(name=photo.name, label=photo.label, judgement=NOTHING_READ) for photo in photos]


def draw_folds(photos: Sequence[Photo], grouping: Grouping, seed: int) -> dict[str, int]:
    """Return five folds by the name of the picture, classes spread and groups kept whole."""
    folds = stratified_folds(
        [photo.label for photo in photos], groups_of(photos, grouping), EVALUATION_FOLDS, seed
    )
    return {photo.name: fold for photo, fold in zip(photos, folds, strict=True)}


def cross_validated(
    photo_set: PhotoSet,
    fold_by_name: Mapping[str, int],
    *,
    onnx_sha256: str,
    site: Site,
    grouping: Grouping = Grouping.PHASH_AND_DAY,
) -> list[Answer]:
    """Return every picture's judgement by a head trained without the picture's fold.

    ``grouping`` is what the folds keep together: a head is calibrated for the split it is asked on.
    Pictures without a fold are in every training and in no answer, unreadable ones in one answer.
    """
    answers: list[Answer] = []
    for fold in sorted(set(fold_by_name.values())):
        seen = [photo for photo in photo_set.photos if fold_by_name.get(photo.name) != fold]
        held_out = [photo for photo in photo_set.photos if fold_by_name.get(photo.name) == fold]
        head = train_head(seen, onnx_sha256=onnx_sha256, grouping=grouping)
        answers += answers_of(head, site, held_out)
    if not answers:
        raise PhotoFolderError(value="no picture has a fold")
    return answers + unread_answers(photo_set.unreadable)


def report(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the figures of merit of ``answers``, in basis points.

    ``accuracy_with_neighbours`` counts a confusion inside ``NEIGHBOURING_CLASSES`` as right: it is
    label noise in part. It stands beside ``accuracy`` and replaces it nowhere.
    """
    truth = [answer.label for answer in answers]
    given = [answer.judgement.grade_class for answer in answers]
    right = [label == grade_class for label, grade_class in zip(truth, given, strict=True)]
    near = sum(
        label == name or any({label, name} <= kin for kin in NEIGHBOURING_CLASSES)
        for label, name in zip(truth, given, strict=True)
    )
    confidence_bp = [answer.judgement.confidence_bp for answer in answers]
    return {
        "pictures": len(answers),
        "grades": {
            "accuracy": asdict(share_of(sum(right), len(right))),
            "accuracy_with_neighbours": asdict(share_of(near, len(right))),
            "balanced_accuracy_bp": balanced_accuracy_bp(truth, given),
            "macro_f1_bp": macro_f1_bp(truth, given),
            "calibration_error_bp": calibration_error_bp(confidence_bp, right),
            "accuracy_at_coverage_percent": risk_coverage_bp(confidence_bp, right),
        },
        "forms": _form_report([answer for answer in answers if answer.label in FORM_BY_CLASS]),
        "auto": _auto_report(answers),
    }


def _form_report(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the figures over the nine forms, for the pictures that have one."""
    truth = [FORM_BY_CLASS[answer.label] for answer in answers]
    given = [answer.judgement.form for answer in answers]
    sets = [answer.judgement.conformal_set for answer in answers]
    right = sum(form == answer for form, answer in zip(truth, given, strict=True))
    covered = sum(form in held for form, held in zip(truth, sets, strict=True))
    return {
        "pictures": len(answers),
        "accuracy": asdict(share_of(right, len(answers))),
        "balanced_accuracy_bp": balanced_accuracy_bp(truth, given) if answers else 0,
        "macro_f1_bp": macro_f1_bp(truth, given) if answers else 0,
        "conformal_coverage": asdict(share_of(covered, len(answers))),
        "conformal_single": asdict(share_of(sum(len(held) == 1 for held in sets), len(answers))),
    }


def _auto_report(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return how many pictures need no person, and how many of those are right."""
    auto = [answer for answer in answers if answer.judgement.decision is Decision.AUTO]
    forms_right = sum(answer.judgement.form == FORM_BY_CLASS.get(answer.label) for answer in auto)
    grades_right = sum(answer.judgement.grade_class == answer.label for answer in auto)
    return {
        "share": asdict(share_of(len(auto), len(answers))),
        "forms_right": asdict(share_of(forms_right, len(auto))),
        "grades_right": asdict(share_of(grades_right, len(auto))),
    }
