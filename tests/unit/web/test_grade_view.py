"""What the inspector's page makes of a proposal: marks, sliders, layers, and words for reasons."""

import pytest

from grading.form_marks import FORM_MARKS
from grading.load_reasons import LOAD_REASONS
from grading.propose import REASONS
from service.domain.hazard import HazardKind
from service.usecases.grade_proposal import ENGINE_FAILED, MODEL_UNUSED, NO_PICTURE, NOT_ASKED
from service.web.pages import grade_view
from service.web.pages.grade_view import Mark, grade_marks, seen_proposal, sliders
from service.web.pages.words import ABSTENTIONS, FORM_LETTERS, HAZARDS

RECORD = {
    "decision": "manual",
    "shares": {"bales": 1_000, "heavy_mixed": 6_255, "rail_axle_wheel": 2_745},
    "interval_low": {"bales": 500, "heavy_mixed": 5_001, "rail_axle_wheel": 2_000},
    "interval_high": {"bales": 1_500, "heavy_mixed": 7_000, "rail_axle_wheel": 3_500},
    "layers": {"0": {"picture": "photo-b"}, "1": {"picture": "photo-a"}},
    "hazards": {
        "0": {
            "kind": "battery",
            "picture": "photo-a",
            "score_bp": 1,
            "x": 1,
            "y": 2,
            "w": 3,
            "h": 4,
        }
    },
    "reasons": {str(place): f"R{place}" for place in range(11)},
}
CODES = {"heavy_mixed": ["HRS101"], "rail_axle_wheel": ["HRS101"], "bales": ["BRS501"]}


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of grades, without a page."""
    monkeypatch.setattr(grade_view, "named", lambda grade: grade.name_en)


def test_every_reason_of_the_engine_has_words() -> None:
    service = {ENGINE_FAILED, NO_PICTURE, NOT_ASKED, *MODEL_UNUSED.values()}
    hazards = {f"HAZARD_{kind.upper()}" for kind in HazardKind}
    assert {*REASONS, *LOAD_REASONS, *service, *hazards} <= set(ABSTENTIONS)
    assert set(HAZARDS) == set(HazardKind)


def test_forms_have_the_letters_that_the_engine_draws() -> None:
    assert {form: mark.letter for form, mark in FORM_MARKS.items()} == FORM_LETTERS


def test_traces_of_a_form_stand_behind_the_others() -> None:
    shares = {"bales": 9_700, "shredded": 120, "cast_mn": 100, "turnings": 80}
    bounds = {"bales": 9_900, "shredded": 300, "cast_mn": 1_000, "turnings": 200}
    seen = seen_proposal(RECORD | {"shares": shares, "interval_high": bounds})
    assert seen is not None
    assert [form for form, _ in seen.main_forms] == ["bales", "cast_mn"]
    assert [form for form, _ in seen.other_forms] == ["shredded", "turnings"]


def test_a_proposal_is_read_in_the_order_of_its_places() -> None:
    seen = seen_proposal(RECORD)
    assert seen is not None
    assert seen.reasons == [f"R{place}" for place in range(11)]
    assert seen.layers == {"photo-b": 1, "photo-a": 2}
    assert [form for form, _ in seen.forms] == ["heavy_mixed", "rail_axle_wheel", "bales"]
    assert seen.hazards["photo-a"][0].kind == "battery"
    assert seen_proposal(None) is None


def test_forms_of_one_grade_add_up_and_fill_the_sliders() -> None:
    marks = grade_marks(seen_proposal(RECORD), CODES)
    assert marks["HRS101"] == Mark(at_bp=9_000, low_bp=7_001, high_bp=10_000)
    assert marks["HRS101"].percents == (90, 70, 100)
    shown = {share.code: share.percent for share in sliders({}, "", marks)}
    assert sum(shown.values()) == 100
    assert (shown["HRS101"], shown["BRS501"]) == (90, 10)


def test_a_form_without_exactly_one_grade_moves_no_slider() -> None:
    marks = grade_marks(seen_proposal(RECORD), CODES | {"bales": ["BRS501", "BRS502"]})
    assert set(marks) == {"HRS101"}
    shown = {share.code: share.percent for share in sliders({}, "CRS701", marks)}
    assert shown["HRS101"] == 100
    assert shown["CRS701"] == 0
    stated = {share.code: share.percent for share in sliders({"MRS201": 100}, "", marks)}
    assert (stated["HRS101"], stated["MRS201"]) == (0, 100)
