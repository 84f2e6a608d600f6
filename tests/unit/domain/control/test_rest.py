"""Radiation (C17), concluded visits (C18), clock and sequence (C19), personal data (C20)."""

from dataclasses import replace

import pytest

from service.domain.control.facts import ScaleHealth, VisitSoFar
from service.domain.control.personal import identity_numbers
from service.domain.control.verdict import Outcome
from service.domain.visit import VisitKind
from tests.unit.domain.control.facts import gross, outcome, said, tare

CARD = "11010519491231002X"
"""The example of GB 11643-1999."""


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (VisitSoFar(radiation="OK"), Outcome.PASS),
        (VisitSoFar(radiation="NORM_RELEASE"), Outcome.PASS),
        (VisitSoFar(radiation="HOLD"), Outcome.BLOCK),
        (VisitSoFar(radiation="NOTIFY"), Outcome.BLOCK),
        (VisitSoFar(), Outcome.UNKNOWN),
        (VisitSoFar(radiation_required=True), Outcome.BLOCK),
    ],
)
def test_a_load_is_weighed_after_a_clear_radiation_check(
    visit: VisitSoFar, expected: Outcome
) -> None:
    assert outcome("C17", gross(visit=visit)) is expected


def test_a_missing_check_blocks_the_first_weighing_alone() -> None:
    second = replace(tare().visit, radiation=None, radiation_required=True)
    assert outcome("C17", tare(visit=second)) is Outcome.UNKNOWN


@pytest.mark.parametrize(("is_free", "expected"), [(True, Outcome.PASS), (False, Outcome.BLOCK)])
def test_a_load_with_sealed_vessels_goes_no_further(*, is_free: bool, expected: Outcome) -> None:
    assert outcome("C17", tare(visit=replace(tare().visit, sealed_vessels_ok=is_free))) is expected


def test_a_truck_that_comes_empty_has_nothing_that_radiates() -> None:
    assert said("C17", gross(visit_kind=VisitKind.LOADING)) is None


def test_a_visit_with_its_ticket_takes_no_further_weighing() -> None:
    assert outcome("C18", gross()) is Outcome.PASS
    concluded = gross(visit=replace(gross().visit, concluded=True))
    assert outcome("C18", concluded) is Outcome.BLOCK


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (ScaleHealth(), Outcome.UNKNOWN),
        (ScaleHealth(chain_intact=True), Outcome.PASS),
        (ScaleHealth(chain_intact=False), Outcome.BLOCK),
        (ScaleHealth(chain_intact=True, clock_drift_ms=2_000), Outcome.PASS),
        (ScaleHealth(chain_intact=True, clock_drift_ms=-2_001), Outcome.FLAG),
    ],
)
def test_a_break_in_the_log_blocks_and_a_clock_that_drifts_shows(
    scale: ScaleHealth, expected: Outcome
) -> None:
    assert outcome("C19", gross(scale=scale)) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CARD, [CARD]),
        (f"driver {CARD.lower()}, late", [CARD.lower()]),
        ("110105194912310021", []),  # check character wrong
        ("110105194913310022", []),  # month 13
        (f"1{CARD}", []),  # nineteen digits
        ("bale 4, 48 620 kg", []),
    ],
)
def test_an_identity_number_is_known_by_form_and_check(text: str, found: list[str]) -> None:
    assert identity_numbers(text) == found


def test_words_with_an_identity_number_are_not_put_on_record() -> None:
    assert said("C20", gross()) is None
    assert outcome("C20", gross(texts=("indicator dark", "rain"))) is Outcome.PASS
    verdict = said("C20", gross(texts=(f"driver {CARD}",)))
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.BLOCK, "1")
