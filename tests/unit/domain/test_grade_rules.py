"""What a site sets for grades, and the figures over reviewed ones."""

from typing import Any

import pytest

from service.domain.grade import GradeUnknownError
from service.domain.grade_figures import LEAST_LOADS, ReviewedLoad, chance_permille, figures_by
from service.domain.grade_rules import (
    FORMS,
    GradeRules,
    GradeRulesError,
    RulesReasonMissingError,
    rules_reason,
)


def test_one_code_in_a_form_decides_and_several_do_not() -> None:
    rules = GradeRules(
        form_grades={"shredded": ("SRS401",), "bales": ("BRS501", "BRS502"), "turnings": ()}
    )
    assert rules.only_grade("shredded") == "SRS401"
    assert [rules.only_grade(form) for form in ("bales", "turnings", "cast_mn", None)] == [None] * 4
    assert (rules.decided_forms, len(FORMS)) == (1, 9)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"form_grades": {"sand": ("HRS101",)}}, GradeRulesError),
        ({"form_grades": {"bales": ("XX1",)}}, GradeUnknownError),
        ({"prices_fen_per_t": {"XX1": 1}}, GradeUnknownError),
        ({"prices_fen_per_t": {"HRS101": -1}}, GradeRulesError),
        ({"appeal_hours": 0}, GradeRulesError),
        ({"tolerance_bp": 10_001}, GradeRulesError),
    ],
)
def test_settings_outside_their_ranges_are_refused(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        GradeRules(**changes)


def test_a_change_has_a_reason() -> None:
    assert rules_reason(" spring prices ") == "spring prices"
    with pytest.raises(RulesReasonMissingError):
        rules_reason(" ")


def _load(place: int, inspector: str, error_bp: int, *, overturned: bool = False) -> ReviewedLoad:
    return ReviewedLoad(
        appeal_no=f"FY-26-{place:06d}",
        overturned=overturned,
        error_bp=error_bp,
        head_sha256=None,
        engine=None,
        bay="load",
        inspector_id=inspector,
        supplier_id="SU-1",
        hour=9,
    )


def test_an_inspector_who_leans_one_way_is_found() -> None:
    loads = [_load(n, "leaning", 2_000 + n, overturned=True) for n in range(8)]
    loads += [_load(n, "straight", (-1) ** n * 150) for n in range(8, 24)]
    leaning, straight = figures_by(loads, lambda load: load.inspector_id)
    assert (leaning.name, leaning.closed, leaning.overturned) == ("leaning", 8, 8)
    assert (leaning.rate_bp, leaning.mean_error_bp, leaning.is_alarm) == (10_000, 2_004, True)
    assert (straight.rate_bp, straight.mean_error_bp) == (0, 0)
    assert figures_by(loads, lambda load: load.inspector_id) == [leaning, straight]


def test_equal_errors_are_chance_and_few_loads_say_nothing() -> None:
    same = [300] * (2 * LEAST_LOADS)
    assert chance_permille(same, range(LEAST_LOADS)) == 1_000
    assert chance_permille(same, range(LEAST_LOADS - 1)) is None
    assert chance_permille(same, range(len(same))) is None
    (everything,) = figures_by([_load(1, "a", 5)], lambda load: load.bay)
    assert (everything.p_permille, everything.is_alarm) == (None, False)
