"""The figures behind the headline: by class, by confidence, by set, and as vendors count them.

Everything is a whole number, and over every picture: none leaves a denominator for being hard.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from grading.evaluate import Answer
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.metrics import CALIBRATION_BINS, calibration_chance_bp, share_of
from grading.propose import Decision
from grading.shares import WHOLE_BP, form_shares_bp
from grading.vendor import vendor_figures

NEIGHBOUR_FORMS: Final = frozenset(
    {
        frozenset({"heavy_mixed", "plate_structural"}),
        frozenset({"rail_axle_wheel", "rebar_rolling"}),
    }
)
"""Forms that flow into each other to the eye; named before anything was measured."""

NO_FORM: Final = "(no form)"
NO_ANSWER: Final = "(no answer)"
NO_DAY: Final = "(no day)"
CURVE_POINTS: Final = 50


def detailed(answers: Sequence[Answer], days: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the figures of one run; ``days`` holds the capture day of pictures by name."""
    truth = [answer.label for answer in answers]
    given = [answer.judgement.grade_class or NO_ANSWER for answer in answers]
    sure_bp = [answer.judgement.confidence_bp for answer in answers]
    right = [label == answer for label, answer in zip(truth, given, strict=True)]
    with_form = [answer for answer in answers if answer.label in FORM_BY_CLASS]
    form_truth = [FORM_BY_CLASS[answer.label] for answer in with_form]
    form_given = [form_of(answer) for answer in with_form]
    form_sure_bp = [_form_bp(answer) for answer in with_form]
    form_right = [label == form for label, form in zip(form_truth, form_given, strict=True)]
    return {
        "grades": {
            **_curves(sure_bp, right),
            "per_class": _per_class(answers, days),
            "confusion": _confusion(truth, given),
            "confusion_aware": asdict(share_of(sum(map(_is_near, answers)), len(answers))),
        },
        "forms": {
            **_curves(form_sure_bp, form_right),
            "confusion": _confusion(form_truth, form_given),
            "confusion_aware": asdict(share_of(sum(map(_is_near, with_form)), len(with_form))),
            "set_sizes": _set_sizes(with_form),
        },
        "reasons": dict(Counter(r for answer in answers for r in answer.judgement.reasons)),
        "vendor": vendor_figures(
            [(answer.label, answer.judgement.classes) for answer in answers],
            auto=[answer.judgement.decision is Decision.AUTO for answer in answers],
        ),
    }


def form_of(answer: Answer) -> str:
    """Return the form that was proposed, or that there was none."""
    if answer.judgement.grade_class is None:
        return NO_ANSWER
    return answer.judgement.form or NO_FORM


def reliability(sure_bp: Sequence[int], right: Sequence[bool]) -> list[dict[str, int]]:
    """Return, for each of ten bins of confidence, how sure the answers are and how often right."""
    bins: list[list[tuple[int, bool]]] = [[] for _ in range(CALIBRATION_BINS)]
    for share_bp, is_right in zip(sure_bp, right, strict=True):
        bins[min(share_bp * CALIBRATION_BINS // WHOLE_BP, CALIBRATION_BINS - 1)].append(
            (share_bp, is_right)
        )
    return [
        {
            "from_bp": place * WHOLE_BP // CALIBRATION_BINS,
            "count": len(kept),
            "confidence_bp": sum(share for share, _ in kept) // max(1, len(kept)),
            "right_bp": WHOLE_BP * sum(hit for _, hit in kept) // max(1, len(kept)),
        }
        for place, kept in enumerate(bins)
    ]


def risk_coverage(sure_bp: Sequence[int], right: Sequence[bool]) -> dict[str, Any]:
    """Return the share that is wrong among the most confident answers, and its mean (AURC).

    ``points`` are up to 50 pairs of coverage and risk in basis points.
    """
    ordered = sorted(zip(sure_bp, right, strict=True), key=lambda pair: -pair[0])
    risks_bp, wrong = [], 0
    for place, (_, is_right) in enumerate(ordered, start=1):
        wrong += not is_right
        risks_bp.append(WHOLE_BP * wrong // place)
    count = len(risks_bp)
    places = sorted({max(1, count * step // CURVE_POINTS) for step in range(1, CURVE_POINTS + 1)})
    return {
        "aurc_bp": sum(risks_bp) // max(1, count),
        "points": [[WHOLE_BP * place // count, risks_bp[place - 1]] for place in places if count],
    }


def _curves(sure_bp: Sequence[int], right: Sequence[bool]) -> dict[str, Any]:
    bins = reliability(sure_bp, right)
    gap_bp = sum(each["count"] * abs(each["confidence_bp"] - each["right_bp"]) for each in bins)
    return {
        "reliability": bins,
        "calibration_error_bp": gap_bp // max(1, len(right)),
        "calibration_chance_bp": calibration_chance_bp(sure_bp),
        "risk_coverage": risk_coverage(sure_bp, right),
    }


def _per_class(answers: Sequence[Answer], days: Mapping[str, str | None]) -> dict[str, Any]:
    """Return, for each trade grade, its share right, its days, and what it is taken for."""
    rows = {}
    for name in GRADE_CLASSES:
        own = [answer for answer in answers if answer.label == name]
        if not own:
            continue
        given = [answer.judgement.grade_class or NO_ANSWER for answer in own]
        wrong = Counter(answer for answer in given if answer != name)
        rows[name] = {
            "right": asdict(share_of(given.count(name), len(own))),
            "precision": asdict(_precision(answers, name)),
            "auto": sum(answer.judgement.decision is Decision.AUTO for answer in own),
            "days": len({days.get(answer.name) or NO_DAY for answer in own}),
            "form": FORM_BY_CLASS.get(name, NO_FORM),
            "taken_for": [[answer, count] for answer, count in wrong.most_common(3)],
        }
    return rows


def _precision(answers: Sequence[Answer], name: str) -> Any:
    given = [answer for answer in answers if answer.judgement.grade_class == name]
    return share_of(sum(answer.label == name for answer in given), len(given))


def _confusion(truth: Sequence[str], given: Sequence[str]) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for (label, answer), count in sorted(Counter(zip(truth, given, strict=True)).items()):
        rows.setdefault(label, {})[answer] = count
    return rows


def _is_near(answer: Answer) -> bool:
    """Whether the answer is right, or of a form that flows into the true one."""
    form, given = FORM_BY_CLASS.get(answer.label), answer.judgement.form
    if answer.judgement.grade_class == answer.label:
        return True
    return form is not None and (form == given or frozenset({form, given}) in NEIGHBOUR_FORMS)


def _form_bp(answer: Answer) -> int:
    """Return the confidence in the proposed form, 0 where there is none."""
    form = answer.judgement.form
    return 0 if form is None else form_shares_bp(answer.judgement.classes)[form]


def _set_sizes(answers: Sequence[Answer]) -> dict[str, int]:
    sizes = Counter(len(answer.judgement.conformal_set) for answer in answers)
    return {str(size): sizes[size] for size in sorted(sizes)}
