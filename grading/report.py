"""The report on the engine: one HTML file that says how good it is, and needs nothing beside it.

It holds figures alone: no photograph, no profile of one, no address that it would load from.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jinja2
import markupsafe

from grading.calibration import ALPHA_BP
from grading.forms import FORM_BY_CLASS, FORMS, GRADE_CLASSES
from grading.metrics import share_of
from grading.report_words import WORDS
from grading.shares import WHOLE_BP

PAGE: Final = Path(__file__).parent / "report_page"
SPLITS: Final = ("phash", "phash+day")
FEW_DAYS: Final = 3
"""With this many days or fewer a class has next to nothing to learn other days from."""

AIMS_BP: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "grades": (8_800, 7_500),
    "forms": (9_400, 8_700),
    "grades_80": (9_500, None),
    "forms_80": (9_800, None),
    "calibration": (300, 300),
    "coverage": (200, 200),
}
"""What is aimed at: pictures of known days, of days that were never seen; None where nothing is."""


def report_html(evaluation: Mapping[str, Any], *, made_at: datetime) -> str:
    """Return the page for the answer of ``grading.api.evaluation``."""
    splits = [split_figures(evaluation["runs"], name) for name in SPLITS]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, points=points)
    environment.globals.update(w=_both, word=_word)
    return environment.get_template("page.html").render(
        splits=splits,
        aims=[_aim(name, splits) for name in AIMS_BP],
        classes=_class_rows(splits),
        probes=evaluation.get("probes", []),
        timing=evaluation.get("timing"),
        model=evaluation["model"],
        pictures=splits[0]["pictures"],
        unreadable=evaluation["unreadable"],
        forms=FORMS,
        grades=GRADE_CLASSES,
        few_days=FEW_DAYS,
        made_at=made_at.strftime("%Y-%m-%d %H:%M UTC"),
        style=_part("report.css"),
        script=_part("report.js"),
        echarts=_part("echarts.min.js"),
        data=_embedded({"splits": splits, "words": WORDS}),
    )


def split_figures(runs: Sequence[Mapping[str, Any]], grouping: str) -> dict[str, Any]:
    """Return the figures of one split: each seed, and all seeds together.

    Shares are the mean of the seeds; their intervals are those of one run, for the seeds see the
    same pictures and add none.
    """
    own = [run for run in runs if run["grouping"] == grouping]
    return {
        "grouping": grouping,
        "pictures": own[0]["pictures"],
        "runs": own,
        "grades": _task(own, "grades"),
        "forms": _task(own, "forms"),
        "auto": {
            name: _mean_share([run["auto"][name] for run in own])
            for name in ("share", "forms_right", "grades_right")
        },
        "coverage": _mean_share([run["forms"]["conformal_coverage"] for run in own]),
        "single": _mean_share([run["forms"]["conformal_single"] for run in own]),
        "set_sizes": _summed([run["detail"]["forms"]["set_sizes"] for run in own]),
        "reasons": _summed([run["detail"]["reasons"] for run in own]),
        "per_class": _mean_classes([run["detail"]["grades"]["per_class"] for run in own]),
        "vendor": _mean_vendor([run["detail"]["vendor"] for run in own]),
    }


def percent(value_bp: int, digits: int = 1) -> str:
    """Return basis points as per cent: 8123 is 81.2 %."""
    return f"{value_bp / 100:.{digits}f}\u00a0%"


def points(value_bp: int) -> str:
    """Return basis points as points of a hundred: 480 is 4.8."""
    return f"{value_bp / 100:.1f}"


def _task(runs: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    details = [run["detail"][name] for run in runs]
    accuracies = [run[name]["accuracy"] for run in runs]
    return {
        "accuracy": _mean_share(accuracies),
        "balanced_bp": _mean([run[name]["balanced_accuracy_bp"] for run in runs]),
        "macro_f1_bp": _mean([run[name]["macro_f1_bp"] for run in runs]),
        "near": _mean_share([detail["confusion_aware"] for detail in details]),
        "calibration_error_bp": _mean([detail["calibration_error_bp"] for detail in details]),
        "calibration_chance_bp": _mean([detail["calibration_chance_bp"] for detail in details]),
        "aurc_bp": _mean([detail["risk_coverage"]["aurc_bp"] for detail in details]),
        "at_80_bp": _mean([_at_coverage(detail["risk_coverage"], 8_000) for detail in details]),
        "reliability": _pooled_bins([detail["reliability"] for detail in details]),
        "curve": [
            [details[0]["risk_coverage"]["points"][place][0], _mean(risks)]
            for place, risks in enumerate(
                zip(*([p[1] for p in d["risk_coverage"]["points"]] for d in details), strict=True)
            )
        ],
        "confusion": _pooled_confusion([detail["confusion"] for detail in details]),
    }


def _at_coverage(curve: Mapping[str, Any], coverage_bp: int) -> int:
    """Return the part that is right among the most confident ``coverage_bp``."""
    risks = [risk for covered, risk in curve["points"] if covered <= coverage_bp]
    return 10_000 - int(risks[-1]) if risks else 10_000


def _mean(values: Sequence[int]) -> int:
    return round(sum(values) / len(values))


def _mean_share(shares: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return the mean share with the interval that one run of its size has."""
    of = _mean([share["of"] for share in shares])
    hits = sum(share["hits"] for share in shares) / len(shares)
    mean = asdict(share_of(round(hits), of))
    return {**mean, "share_bp": _mean([share["share_bp"] for share in shares])}


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common())


def _pooled_bins(runs: Sequence[Sequence[Mapping[str, int]]]) -> list[dict[str, int]]:
    pooled = []
    for bins in zip(*runs, strict=True):
        count = sum(each["count"] for each in bins)
        pooled.append(
            {
                "from_bp": bins[0]["from_bp"],
                "count": count,
                **{
                    name: round(sum(b[name] * b["count"] for b in bins) / max(1, count))
                    for name in ("confidence_bp", "right_bp")
                },
            }
        )
    return pooled


def _pooled_confusion(
    runs: Sequence[Mapping[str, Mapping[str, int]]],
) -> dict[str, dict[str, int]]:
    """Return how often each truth was given each answer, over all seeds."""
    labels = sorted({label for run in runs for label in run})
    return {label: _summed([run.get(label, {}) for run in runs]) for label in labels}


def _mean_classes(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rows = {}
    for name, first in runs[0].items():
        taken: Counter[str] = Counter()
        for run in runs:
            taken.update(dict(run[name]["taken_for"]))
        rows[name] = {
            "right": _mean_share([run[name]["right"] for run in runs]),
            "precision": _mean_share([run[name]["precision"] for run in runs]),
            "auto": _mean([run[name]["auto"] for run in runs]),
            "days": first["days"],
            "form": first["form"],
            "taken_for": taken.most_common(2),
        }
    return rows


def _mean_vendor(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "price_table": runs[0]["price_table"],
        **{
            part: {
                "main": _mean_share([r[part]["main_grade_within_10_points"] for r in runs]),
                "below": {
                    limit: _mean_share([r[part]["price_error_below"][limit] for r in runs])
                    for limit in runs[0][part]["price_error_below"]
                },
                **{
                    name: _mean([r[part][name] for r in runs])
                    for name in (
                        "share_mae_bp",
                        "price_error_mean_cny",
                        "price_error_p95_cny",
                        "price_error_signed_cny",
                    )
                },
            }
            for part in ("all", "auto_only")
        },
    }


def _aim(name: str, splits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an aim with what was reached at each split, and whether that is enough."""
    cells = []
    for split, aim_bp in zip(splits, AIMS_BP[name], strict=True):
        reached_bp = _reached_bp(name, split)
        is_limit = name in {"calibration", "coverage"}
        met = aim_bp is None or (reached_bp <= aim_bp if is_limit else reached_bp >= aim_bp)
        cells.append({"aim_bp": aim_bp, "reached_bp": reached_bp, "met": met, "limit": is_limit})
    return {"name": name, "cells": cells}


def _reached_bp(name: str, split: Mapping[str, Any]) -> int:
    if name == "calibration":
        return max(int(split[task]["calibration_error_bp"]) for task in ("grades", "forms"))
    if name == "coverage":
        return abs(int(split["coverage"]["share_bp"]) - (WHOLE_BP - ALPHA_BP))
    task, _, is_80 = name.partition("_")
    return int(split[task]["at_80_bp"] if is_80 else split[task]["accuracy"]["share_bp"])


def _class_rows(splits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the classes, those first that take most from the figure of unseen days."""
    near, days = splits
    rows = []
    for name, row in days["per_class"].items():
        lost = row["right"]["of"] - row["right"]["hits"]
        rows.append(
            {
                "name": name,
                "form": FORM_BY_CLASS.get(name),
                "near": near["per_class"][name],
                "days": row,
                "lost": lost,
                "lost_bp": round(10_000 * lost / days["pictures"]),
                "few_days": row["days"] <= FEW_DAYS,
            }
        )
    return sorted(rows, key=lambda row: (-int(row["lost"]), str(row["name"])))


def _part(name: str) -> str:
    return (PAGE / name).read_text("utf-8")


def _embedded(value: object) -> str:
    """Return JSON that may stand in a script element: it cannot close it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _word(key: str) -> tuple[str, str]:
    """Return a word in Chinese and English; a key without words stands for itself."""
    return WORDS.get(key, (key, key))


def _both(key: str, **values: object) -> str:
    """Return markup that shows a word in the language that the page is read in.

    A value that is a pair holds the Chinese and the English one.
    """
    zh, en = (
        text.format(**{n: v[place] if isinstance(v, tuple) else v for n, v in values.items()})
        for place, text in enumerate(_word(key))
    )
    return markupsafe.Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(zh, en)
