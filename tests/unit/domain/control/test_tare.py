from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from service.domain.control.facts import TareFact, VehicleFacts
from service.domain.control.tare import newest_tares, tare_band
from service.domain.control.verdict import Outcome
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from tests.unit.domain.control.facts import AT, gross, gross_pass, outcome, policy_with, said, tare


def tares(*kgs: int, combo: str = "A") -> tuple[TareFact, ...]:
    return tuple(
        TareFact(kg=kg, taken_at=AT - timedelta(days=day), combo=combo)
        for day, kg in enumerate(kgs, start=1)
    )


def judged(kg: int, *history: int) -> Outcome:
    return outcome("C7", tare(kg=kg, vehicle=VehicleFacts(combo="A", tares=tares(*history))))


@pytest.mark.parametrize(
    ("history", "low_kg", "high_kg"),
    [
        ((16_140, 16_140, 16_140), 16_011, 16_269),  # 0.8 % of 16,140 = 129.12
        ((8_000, 8_000, 8_000), 7_900, 8_100),  # 100 kg is wider than 64 kg
        ((16_000, 16_100, 16_200), 15_656, 16_544),  # 3 × 1.4826 × 100 = 444.78
        ((16_000, 16_100), 15_828, 16_272),  # median 16,050, MAD 50: 222.39
        ((16_000, 16_001), 15_873, 16_128),  # median 16,000.5, band 128.004
    ],
)
def test_the_band_is_median_and_the_widest_of_three_measures(
    history: tuple[int, ...], low_kg: int, high_kg: int
) -> None:
    band = tare_band(history)
    assert (band.low_kg, band.high_kg) == (low_kg, high_kg)


def test_a_median_between_two_tares_is_exact() -> None:
    assert tare_band((16_000, 16_001)).median_kg == Fraction(32_001, 2)


@pytest.mark.parametrize(
    ("kg", "expected"),
    [
        (8_100, Outcome.PASS),
        (8_101, Outcome.HOLD),
        (7_900, Outcome.PASS),
        (7_899, Outcome.HOLD),
    ],
)
def test_a_tare_on_the_edge_of_the_band_passes_and_one_beyond_is_held(
    kg: int, expected: Outcome
) -> None:
    assert judged(kg, 8_000, 8_000, 8_000) is expected


@pytest.mark.parametrize("history", [(), (8_000, 8_000)])
def test_a_short_history_says_nothing(history: tuple[int, ...]) -> None:
    assert judged(20_000, *history) is Outcome.UNKNOWN


def test_a_site_may_judge_by_a_single_tare_and_still_not_by_none() -> None:
    one = policy_with("C7", least_history=0)
    known = VehicleFacts(combo="A", tares=tares(8_000))
    assert outcome("C7", tare(kg=9_000, vehicle=known), one) is Outcome.HOLD
    assert outcome("C7", tare(vehicle=VehicleFacts(combo="A")), one) is Outcome.UNKNOWN


def test_another_trailer_has_another_history() -> None:
    mixed = (*tares(16_000, 16_000, 16_000), *tares(8_000, combo="A+T"))
    assert [tare.kg for tare in newest_tares(mixed, "A+T", 10)] == [8_000]


def test_the_newest_ten_tares_count() -> None:
    history = tares(*range(1, 15))
    assert [found.kg for found in newest_tares(history, "A", 10)] == list(range(1, 11))


def test_a_gross_weight_has_no_tare_band() -> None:
    assert said("C7", gross()) is None


def apart(seconds: int) -> Outcome:
    visit = replace(tare().visit, passes=(gross_pass(ago_s=seconds),))
    return outcome("C8", tare(visit=visit))


def test_between_the_weighings_lie_three_minutes_to_four_hours() -> None:
    assert apart(179) is Outcome.HOLD
    assert apart(180) is Outcome.PASS
    assert apart(14_400) is Outcome.PASS
    assert apart(14_401) is Outcome.HOLD


def test_a_negative_net_is_held() -> None:
    assert outcome("C8", tare(kg=48_620)) is Outcome.PASS
    assert outcome("C8", tare(kg=48_640)) is Outcome.HOLD


def test_a_net_beyond_the_body_is_held() -> None:
    full = VehicleFacts(combo="A", body_capacity_kg=32_480)
    assert outcome("C8", tare(vehicle=full)) is Outcome.PASS
    assert outcome("C8", tare(kg=16_120, vehicle=full)) is Outcome.HOLD


def test_a_truck_that_fetches_is_weighed_empty_first() -> None:
    empty = replace(gross_pass(16_140), weighing_pass=WeighingPass.TARE)
    visit = replace(gross().visit, passes=(empty,))
    loaded = gross(visit_kind=VisitKind.LOADING, visit=visit)
    assert loaded.net_kg == 32_480
    assert outcome("C8", loaded) is Outcome.PASS


def test_the_first_weighing_and_a_check_weighing_have_no_net() -> None:
    assert said("C8", gross()) is None
    assert said("C8", tare(weighing_pass=WeighingPass.CHECK)) is None
