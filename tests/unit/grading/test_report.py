"""The report counts every picture, says it in both languages, and needs nothing beside it."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grading.evaluate import Answer, report
from grading.evaluation import evaluation, timing
from grading.figures import NO_ANSWER, detailed, reliability, risk_coverage
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.probes import probe_answers
from grading.propose import NOTHING_READ, Decision, GradeProposal, Judgement
from grading.report import report_html
from grading.report_words import WORDS
from grading.vendor import EXAMPLE_PRICES_CNY_PER_T, price_error_cny, vendor_figures
from tests.unit.grading.drawings import draw, jpeg


def judged(grade_class: str, share_bp: int, *, auto: bool = True) -> Judgement:
    other = "Alternators" if grade_class != "Alternators" else "HMS_1"
    form = FORM_BY_CLASS.get(grade_class)
    return Judgement(
        decision=Decision.AUTO if auto else Decision.MANUAL,
        form=form,
        grade_class=grade_class,
        classes=dict.fromkeys(GRADE_CLASSES, 0) | {grade_class: share_bp, other: 10_000 - share_bp},
        confidence_bp=share_bp,
        conformal_set=(form,) if form else (),
        reasons=() if auto else ("FORMS_SEVERAL",),
    )


ANSWERS = [
    Answer(name="HMS_1/a.jpg", label="HMS_1", judgement=judged("HMS_1", 9_500)),
    Answer(name="HMS_1/b.jpg", label="HMS_1", judgement=judged("pns", 6_000, auto=False)),
    Answer(name="lms/c.jpg", label="lms", judgement=judged("lms", 8_000)),
    Answer(name="lms/d.jpg", label="lms", judgement=NOTHING_READ),
    Answer(name="Alternators/e.jpg", label="Alternators", judgement=judged("Shredded", 5_000)),
]
DAYS = {"HMS_1/a.jpg": "2011-05-01", "HMS_1/b.jpg": "2011-05-02", "lms/c.jpg": None}


@pytest.fixture(scope="module")
def detail() -> dict[str, Any]:
    return detailed(ANSWERS, DAYS)


def test_no_picture_leaves_the_table_of_classes_or_the_confusion(detail: dict[str, Any]) -> None:
    per_class = detail["grades"]["per_class"]
    assert sum(row["right"]["of"] for row in per_class.values()) == len(ANSWERS)
    assert sum(sum(row.values()) for row in detail["grades"]["confusion"].values()) == len(ANSWERS)
    assert detail["grades"]["confusion"]["lms"] == {NO_ANSWER: 1, "lms": 1}
    assert (per_class["HMS_1"]["days"], per_class["lms"]["days"]) == (2, 1)
    assert per_class["HMS_1"]["taken_for"] == [["pns", 1]]


def test_a_neighbouring_form_is_forgiven_in_its_own_figure_alone(detail: dict[str, Any]) -> None:
    assert detail["grades"]["confusion_aware"]["hits"] == 3
    assert detail["forms"]["confusion_aware"]["of"] == 4


def test_risk_is_what_is_wrong_among_the_surest_and_aurc_its_mean() -> None:
    curve = risk_coverage([9_000, 8_000, 7_000, 6_000], [True, True, False, True])
    assert curve["points"] == [[2_500, 0], [5_000, 0], [7_500, 3_333], [10_000, 2_500]]
    assert curve["aurc_bp"] == (0 + 0 + 3_333 + 2_500) // 4
    assert risk_coverage([], []) == {"aurc_bp": 0, "points": []}


def test_reliability_holds_every_answer_in_ten_bins() -> None:
    bins = reliability([10_000, 950, 1_000], [True, False, True])
    assert [each["count"] for each in bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert bins[9]["right_bp"] == 10_000


def test_vendors_ways_of_counting_stand_beside_all_pictures(detail: dict[str, Any]) -> None:
    vendor = detail["vendor"]
    assert vendor["all"]["main_grade_within_10_points"]["of"] == 5
    assert vendor["auto_only"]["main_grade_within_10_points"]["of"] == 3
    assert vendor["deduction"] is None
    assert set(EXAMPLE_PRICES_CNY_PER_T) == set(GRADE_CLASSES)


def test_the_price_error_is_the_proposed_price_less_the_true_one() -> None:
    half = {"HMS_1": 5_000, "turning_boring": 5_000}
    assert price_error_cny("HMS_1", half) == (2_300 + 1_320) // 2 - 2_300
    assert vendor_figures([], auto=[])["all"]["price_error_p95_cny"] == 0


def evaluated() -> dict[str, Any]:
    run = {**report(ANSWERS), "detail": detailed(ANSWERS, DAYS)}
    runs = [
        {"grouping": grouping, "seed": seed, **copy.deepcopy(run)}
        for grouping in ("phash", "phash+day")
        for seed in range(2)
    ]
    probe = {
        "name": "cylinders",
        "wants": "never",
        "pictures": 2,
        "auto": 1,
        "auto_right": 0,
        "stop": 1,
        "manual": 0,
        "reasons": [("HAZARD_GAS_CYLINDER", 1)],
        "met": False,
    }
    return {
        "unreadable": [{"name": "lms/d.jpg", "problem": "cut short"}],
        "runs": runs,
        "probes": [probe],
        "timing": {"pictures": 1, "p50_ms": 40, "p95_ms": 41, "cores": 2, "machine": "x"},
        "model": {"head_sha256": "ab" * 32},
    }


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(evaluated(), made_at=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    assert "src=" not in page.replace("echarts", "").split("<script>", 1)[0]
    assert "<link" not in page
    assert "<img" not in page.split("<script", 1)[0]


def test_the_page_says_everything_in_both_languages(page: str) -> None:
    for key in ("title", "aims", "classes", "vendor", "probes", "card", "cylinders"):
        for text in WORDS[key]:
            assert text in page
    assert "ab" * 32 in page
    assert "HAZARD_GAS_CYLINDER" in page


def test_an_aim_that_was_missed_is_said_to_be_missed(page: str) -> None:
    assert "✕" in page
    assert WORDS["not_met"][1] in page


def test_both_languages_have_the_same_places_for_figures() -> None:
    import string

    for zh, en in WORDS.values():
        named = [{name for _, name, _, _ in string.Formatter().parse(text)} for text in (zh, en)]
        assert named[0] == named[1]


def proposal(decision: Decision, form: str | None) -> GradeProposal:
    judgement = judged("HMS_1", 9_000)
    members = {name: getattr(judgement, name) for name in Judgement.__slots__}
    return GradeProposal(
        **{**members, "decision": decision, "form": form}, model={"head_sha256": "x"}, pictures=()
    )


def test_probes_ask_for_silence_or_for_right_answers(tmp_path: Path) -> None:
    wagons = tmp_path / "wagon_frames"
    wagons.mkdir()
    picture = jpeg(draw("heap", 1))
    rows = ["file,content,defect,note"]
    for name, content, defect in (
        ("a.jpg", "heavy", "none"),
        ("b.jpg", "turnings", "magnet"),
        ("c.jpg", "empty", "none"),
    ):
        (wagons / name).write_bytes(picture)
        rows.append(f"{name},{content},{defect},")
    (wagons / "labels.csv").write_text("\n".join(rows), "utf-8")
    photos = tmp_path / "grades"
    (photos / "HMS_1").mkdir(parents=True)
    (photos / "HMS_1" / "x.jpg").write_bytes(picture)
    said = probe_answers(tmp_path, photos, lambda _: proposal(Decision.AUTO, "heavy_mixed"))
    met = {each["name"]: each["met"] for each in said}
    assert met["wagons_clean"] is True
    assert met["wagons_harder"] is False
    assert met["wagons_unfit"] is False
    assert met["spoilt_dark"] is False
    quiet = probe_answers(tmp_path, photos, lambda _: proposal(Decision.MANUAL, None))
    assert {each["name"]: each["met"] for each in quiet}["wagons_clean"] is False
    assert all(each["met"] for each in quiet if each["wants"] != "auto")
    assert probe_answers(tmp_path / "none", photos, lambda _: proposal(Decision.MANUAL, None))


def test_an_evaluation_joins_the_splits_and_times_the_pictures(tmp_path: Path) -> None:
    (tmp_path / "HMS_1").mkdir()
    (tmp_path / "HMS_1" / "x.jpg").write_bytes(jpeg(draw("heap", 1)))
    figures = evaluation(
        tmp_path,
        lambda grouping: {"unreadable": [], "runs": [{"grouping": grouping}]},
        lambda _: proposal(Decision.MANUAL, None),
        splits=["phash", "phash+day"],
        probes=None,
    )
    assert [run["grouping"] for run in figures["runs"]] == ["phash", "phash+day"]
    assert (figures["probes"], figures["model"]) == ([], {"head_sha256": "x"})
    assert timing([tmp_path / "HMS_1" / "x.jpg"], lambda _: None)["pictures"] == 1  # type: ignore[arg-type, return-value]
