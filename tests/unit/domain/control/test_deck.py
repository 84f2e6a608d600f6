from dataclasses import replace

import pytest

from service.domain.control.facts import DeckView, VehicleFacts
from service.domain.control.verdict import Outcome
from service.domain.weighing import Source
from tests.unit.domain.control.facts import MEASURED, gross, outcome, policy_with, said, tare


@pytest.mark.parametrize(
    ("zero_kg", "expected"),
    [(0, Outcome.PASS), (40, Outcome.PASS), (-40, Outcome.PASS), (60, Outcome.BLOCK)],
)
def test_the_empty_deck_may_show_two_intervals_and_no_more(zero_kg: int, expected: Outcome) -> None:
    assert outcome("C1", gross(measured=replace(MEASURED, zero_before_kg=zero_kg))) is expected


def test_a_typed_weight_has_no_known_zero() -> None:
    verdict = said("C1", gross(measured=None, source=Source.MANUAL))
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.UNKNOWN, "—")


@pytest.mark.parametrize(
    ("deck", "expected"),
    [
        (DeckView(front_clear=True, back_clear=True), Outcome.PASS),
        (DeckView(front_clear=False, back_clear=True), Outcome.BLOCK),
        (DeckView(front_clear=None, back_clear=False), Outcome.BLOCK),
        (DeckView(front_clear=True, back_clear=None), Outcome.UNKNOWN),
        (DeckView(), Outcome.UNKNOWN),
        (DeckView(attested=True), Outcome.PASS),
        (DeckView(attested=False), Outcome.FLAG),
    ],
)
def test_a_truck_stands_clear_of_both_beams_or_somebody_attests_it(
    deck: DeckView, expected: Outcome
) -> None:
    assert outcome("C2", gross(deck=deck)) is expected


@pytest.mark.parametrize(("pictures", "expected"), [(2, Outcome.PASS), (1, Outcome.FLAG)])
def test_an_attested_position_rests_on_two_photographs(pictures: int, expected: Outcome) -> None:
    facts = gross(deck=DeckView(attested=True), pictures=gross().pictures[:pictures])
    assert outcome("C2", facts) is expected


@pytest.mark.parametrize(("kg", "expected"), [(49_000, Outcome.PASS), (49_020, Outcome.BLOCK)])
def test_a_truck_is_not_heavier_than_its_legal_maximum(kg: int, expected: Outcome) -> None:
    assert outcome("C3", gross(kg=kg)) is expected


@pytest.mark.parametrize(
    ("kg", "count", "expected"),
    [
        (44_000, 3, Outcome.PASS),  # 40,000 + 10 %
        (44_020, 3, Outcome.BLOCK),
        (44_020, 2, Outcome.UNKNOWN),
    ],
)
def test_a_truck_is_not_ten_percent_heavier_than_ever(
    kg: int, count: int, expected: Outcome
) -> None:
    vehicle = VehicleFacts(combo="A", max_gross_kg=40_000, gross_count=count)
    assert outcome("C3", gross(kg=kg, vehicle=vehicle)) is expected


@pytest.mark.parametrize(
    ("seen", "expected"), [(1, Outcome.PASS), (2, Outcome.BLOCK), (None, Outcome.UNKNOWN)]
)
def test_one_vehicle_is_seen_on_the_deck(seen: int | None, expected: Outcome) -> None:
    view = DeckView(front_clear=True, back_clear=True, vehicles_seen=seen)
    assert outcome("C3", tare(deck=view)) is expected


@pytest.mark.parametrize(
    ("window_ms", "spread_kg", "kg", "field"),
    [
        (2_999, 0, 48_620, "window_ms"),
        (3_000, 40, 48_620, "spread_kg"),
        (3_000, 20, 380, "min_kg"),
        (3_000, 20, 48_630, "d_kg"),
    ],
)
def test_a_weight_that_the_stable_window_would_refuse_is_blocked(
    window_ms: int, spread_kg: int, kg: int, field: str
) -> None:
    measured = replace(MEASURED, window_ms=window_ms, spread_kg=spread_kg)
    verdict = said("C4", gross(measured=measured, kg=kg))
    assert verdict is not None
    assert (verdict.outcome, verdict.field) == (Outcome.BLOCK, field)


def test_the_limits_of_the_stable_window_themselves_are_inside() -> None:
    measured = replace(MEASURED, window_ms=3_000, spread_kg=20)
    assert outcome("C4", gross(measured=measured, kg=400)) is Outcome.PASS


def test_of_a_typed_weight_the_stillness_is_unknown_and_the_size_is_not() -> None:
    assert outcome("C4", gross(measured=None)) is Outcome.UNKNOWN
    assert outcome("C4", gross(measured=None, kg=48_630)) is Outcome.BLOCK


def test_a_site_may_hold_where_the_product_blocks_or_ask_nothing() -> None:
    off_zero = gross(measured=replace(MEASURED, zero_before_kg=60))
    assert outcome("C1", off_zero, policy_with("C1", "HOLD")) is Outcome.HOLD
    assert outcome("C1", off_zero, policy_with("C1", zero_d=3)) is Outcome.PASS
    assert said("C1", off_zero, policy_with("C1", "OFF")) is None
