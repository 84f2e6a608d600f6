from dataclasses import replace
from datetime import date

import pytest

from service.domain.control.facts import ScaleHealth
from service.domain.control.instrument import check_draw
from service.domain.control.verdict import Outcome
from service.domain.delivery import ScalePair
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from tests.unit.domain.control.facts import (
    SCALE,
    gross,
    gross_pass,
    outcome,
    policy_with,
    said,
    tare,
)


@pytest.mark.parametrize(
    ("changed", "value"),
    [({"serial_no": "S-2"}, "serial_no S-2"), ({"d_kg": 50}, "d_kg 50"), ({"e_kg": 50}, "e_kg 50")],
)
def test_a_scale_that_differs_from_its_record_is_blocked(
    changed: dict[str, object], value: str
) -> None:
    verdict = said("C13", gross(instrument=replace(SCALE, **changed)))  # type: ignore[arg-type]
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.BLOCK, value)


def test_a_scale_without_a_record_is_unknown() -> None:
    assert outcome("C13", gross()) is Outcome.PASS
    assert outcome("C13", gross(registered=None)) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 1, 1), Outcome.PASS),
        (date(2025, 12, 31), Outcome.BLOCK),
        (date(2026, 12, 31), Outcome.PASS),
        (date(2027, 1, 1), Outcome.BLOCK),
    ],
)
def test_a_weighing_outside_the_verification_is_blocked(on: date, expected: Outcome) -> None:
    assert outcome("C13", gross(on=on)) is expected


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (ScaleHealth(frames_per_min=546, usual_frames_per_min=420), Outcome.PASS),
        (ScaleHealth(frames_per_min=547, usual_frames_per_min=420), Outcome.BLOCK),
        (ScaleHealth(frames_per_min=547), Outcome.PASS),
        (ScaleHealth(bad_frames_bp=100), Outcome.PASS),
        (ScaleHealth(bad_frames_bp=101), Outcome.BLOCK),
        (ScaleHealth(tested_on=date(2026, 11, 22)), Outcome.PASS),
        (ScaleHealth(tested_on=date(2026, 11, 21)), Outcome.FLAG),
    ],
)
def test_the_line_and_the_daily_test_are_judged_where_they_are_known(
    scale: ScaleHealth, expected: Outcome
) -> None:
    assert outcome("C13", gross(scale=scale)) is expected


def test_anybody_can_recompute_the_draw() -> None:
    """SHA-256 over b"ferrotrace check weighing V-1", first 8 bytes, modulo 10,000."""
    assert check_draw("V-1") == 1254
    assert len({check_draw(f"V-{number}") for number in range(200)}) > 190


def test_a_visit_that_is_drawn_shows_until_it_is_weighed_on_a_second_scale() -> None:
    every = policy_with("C14", check_share_bp=1255)
    assert outcome("C14", tare()) is Outcome.PASS
    assert outcome("C14", tare(), every) is Outcome.FLAG
    assert outcome("C14", tare(), policy_with("C14", check_share_bp=1254)) is Outcome.PASS
    assert outcome("C14", tare(visit=replace(tare().visit, checked=True)), every) is Outcome.PASS
    assert said("C14", gross(), every) is None


@pytest.mark.parametrize(
    ("base_gross_kg", "expected"),
    [(48_520, Outcome.PASS), (48_500, Outcome.FLAG), (300_000, Outcome.UNKNOWN)],
)
def test_base_and_plant_differ_by_their_scales_errors_and_no_more(
    base_gross_kg: int, expected: Outcome
) -> None:
    base = ScalePair(gross_kg=base_gross_kg, tare_kg=16_140, e_kg=20)  # limit 102 kg
    arriving = tare(visit_kind=VisitKind.UNLOADING, visit=replace(tare().visit, base=base))
    assert outcome("C14", arriving) is expected


def test_a_truck_weighed_empty_first_is_compared_as_well() -> None:
    empty = replace(gross_pass(16_140), weighing_pass=WeighingPass.TARE)
    base = ScalePair(gross_kg=48_620, tare_kg=16_140, e_kg=20)
    visit = replace(gross().visit, passes=(empty,), base=base)
    assert outcome("C14", gross(visit=visit)) is Outcome.PASS
