"""A head against people who had not seen what it said: no load leaves a denominator."""

from dataclasses import replace

from service.domain.grading_shadow import (
    Comparison,
    ShadowFigures,
    by_grade,
    shadow_figures,
    share_mae_bp,
)

RIGHT = Comparison(
    decision="auto",
    reasons=(),
    confidence_bp=9_000,
    proposed_class="HMS_1",
    decided_class="HMS_1",
    proposed_form="heavy_mixed",
    decided_form="heavy_mixed",
    proposed_shares_bp={"HRS101": 9_000, "MRS201": 1_000},
    decided_shares_bp={"HRS101": 10_000},
)
SILENT = Comparison(
    decision="manual",
    reasons=("OUT_OF_DISTRIBUTION", "FORMS_SEVERAL"),
    confidence_bp=2_000,
    proposed_class="lms",
    decided_class="Shredded",
    proposed_form="bales",
    decided_form="shredded",
    proposed_shares_bp=None,
    decided_shares_bp={"SRS401": 10_000},
)


def test_the_figures_count_every_load() -> None:
    figures = shadow_figures([RIGHT, SILENT])
    assert (figures.trucks, figures.named, figures.formed) == (2, 2, 2)
    assert (figures.classes_right_bp, figures.forms_right_bp) == (5_000, 5_000)
    assert (figures.auto, figures.auto_bp, figures.auto_right_bp) == (1, 5_000, 10_000)
    assert (figures.shared, figures.share_mae_bp) == (1, 1_000)
    assert figures.unfamiliar_bp == 5_000


def test_an_overconfident_and_an_underconfident_answer_both_count_as_calibration_error() -> None:
    assert shadow_figures([RIGHT, SILENT]).calibration_error_bp == (1_000 + 2_000) // 2


def test_a_load_without_a_named_grade_is_no_error_of_the_head_and_no_success() -> None:
    unnamed = replace(RIGHT, decided_class=None, decided_form=None)
    figures = shadow_figures([unnamed])
    assert (figures.named, figures.formed, figures.auto_right_bp) == (0, 0, 0)


def test_nothing_compared_gives_no_share_error_at_all() -> None:
    assert ShadowFigures.nothing().share_mae_bp is None
    assert ShadowFigures.nothing().trucks == 0


def test_shares_without_any_grade_cannot_be_compared() -> None:
    empty = replace(RIGHT, proposed_shares_bp={}, decided_shares_bp={})
    assert share_mae_bp(empty) is None


def test_forms_become_grades_where_the_site_buys_one_grade_in_each() -> None:
    bought = {"heavy_mixed": ("HRS101",), "plate_structural": ("HRS101",), "bales": ("BRS501",)}
    shares = {"heavy_mixed": 5_000, "plate_structural": 2_000, "bales": 3_000, "turnings": 0}
    assert by_grade(shares, bought) == {"HRS101": 7_000, "BRS501": 3_000}


def test_a_form_with_no_grade_or_with_two_gives_no_shares_by_grade() -> None:
    assert by_grade({"bales": 10_000}, {"bales": ("BRS501", "BRS502")}) is None
    assert by_grade({"bales": 10_000}, {}) is None
    assert by_grade({}, {}) is None
