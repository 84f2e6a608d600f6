"""A head looks beside the inspectors before it is shown, and shows its worth before it decides."""

from dataclasses import replace

import pytest

from service.domain.grading_model import (
    AUTO_LIMITS,
    AutoNotEarnedError,
    ModelMode,
    ModeUnchangedError,
    ShadowFirstError,
    require_mode,
    unmet,
)
from service.domain.grading_shadow import ShadowFigures
from service.domain.trade_grade import FORM_BY_TRADE_GRADE, form_shares

GOOD = ShadowFigures(
    trucks=100,
    named=100,
    classes_right_bp=8_800,
    formed=100,
    forms_right_bp=9_600,
    auto=70,
    auto_bp=7_000,
    auto_right_bp=9_900,
    shared=100,
    share_mae_bp=600,
    calibration_error_bp=200,
    unfamiliar_bp=800,
)


def test_every_head_may_rest_or_look_in_the_shadow() -> None:
    nothing = ShadowFigures.nothing()
    require_mode(ModelMode.SHADOW, now=ModelMode.OFF, figures=nothing)
    require_mode(ModelMode.OFF, now=ModelMode.AUTO, figures=nothing)


def test_a_head_that_was_never_in_the_shadow_is_not_shown() -> None:
    for wanted in (ModelMode.ASSIST, ModelMode.AUTO):
        with pytest.raises(ShadowFirstError):
            require_mode(wanted, now=ModelMode.OFF, figures=GOOD)


def test_from_the_shadow_a_head_may_assist_and_with_good_figures_decide() -> None:
    require_mode(ModelMode.ASSIST, now=ModelMode.SHADOW, figures=ShadowFigures.nothing())
    require_mode(ModelMode.AUTO, now=ModelMode.SHADOW, figures=GOOD)
    require_mode(ModelMode.AUTO, now=ModelMode.ASSIST, figures=GOOD)


def test_the_same_mode_again_is_refused() -> None:
    with pytest.raises(ModeUnchangedError):
        require_mode(ModelMode.SHADOW, now=ModelMode.SHADOW, figures=GOOD)


@pytest.mark.parametrize(
    "worse",
    [
        {"trucks": 99},
        {"auto": 0},
        {"auto_right_bp": 9_499},
        {"share_mae_bp": 1_001},
        {"share_mae_bp": None},
        {"calibration_error_bp": 501},
        {"unfamiliar_bp": 3_001},
    ],
)
def test_one_figure_outside_its_limit_keeps_a_head_from_deciding(worse: dict[str, int]) -> None:
    figures = replace(GOOD, **worse)
    assert len(unmet(figures)) == 1
    with pytest.raises(AutoNotEarnedError):
        require_mode(ModelMode.AUTO, now=ModelMode.ASSIST, figures=figures)


def test_at_least_a_hundred_trucks_are_asked_for() -> None:
    assert AUTO_LIMITS.trucks_min == 100
    assert unmet(GOOD) == []


def test_trade_grades_and_forms_are_those_of_the_engine_and_of_the_pages() -> None:
    from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
    from service.web.pages.words import TRADE_GRADES

    assert dict(FORM_BY_TRADE_GRADE) == FORM_BY_CLASS
    assert set(TRADE_GRADES) == set(GRADE_CLASSES)


def test_shares_by_form_leave_out_what_has_no_form() -> None:
    classes = {"HMS_1": 4_000, "HMS_80_20": 1_000, "Alternators": 5_000}
    assert form_shares(classes) == {"heavy_mixed": 5_000}
