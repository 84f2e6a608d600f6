from dataclasses import replace

import pytest

from service.domain.control.curve import after_capture, jump_at_ms, steepest_kg_per_s, thinned
from service.domain.control.facts import AfterCapture, Curve
from service.domain.control.verdict import Outcome
from tests.unit.domain.control.facts import MEASURED, gross, outcome, said, tare


def judged(curve: Curve) -> Outcome:
    return outcome("C5", gross(measured=replace(MEASURED, curve=curve)))


def test_a_truck_that_mounts_axle_by_axle_passes() -> None:
    rolling = tuple((ms, min(ms * 3, 24_000)) for ms in range(0, 12_000, 140))
    assert judged(rolling) is Outcome.PASS


def test_what_a_remote_adds_within_one_sample_is_held() -> None:
    still = [(ms, 48_620) for ms in range(0, 2_800, 140)]
    jumped = [(ms, 52_580) for ms in range(2_800, 5_600, 140)]
    assert judged((*still, *jumped)) is Outcome.HOLD
    assert jump_at_ms((*still, *jumped)) == 2_660


@pytest.mark.parametrize(("step_kg", "expected"), [(4_000, Outcome.PASS), (4_001, Outcome.HOLD)])
def test_four_tonnes_a_second_are_the_limit(step_kg: int, expected: Outcome) -> None:
    curve = ((0, 0), (1_000, 8_000), (2_000, 8_000), (3_000, 8_000 + step_kg))
    assert judged(curve) is expected


def test_a_fall_counts_as_a_rise_does() -> None:
    assert judged(((0, 9_000), (1_000, 9_000), (2_000, 4_999))) is Outcome.HOLD


def test_the_first_axle_may_come_as_fast_as_it_rolls() -> None:
    assert steepest_kg_per_s(((0, 0), (140, 9_000), (280, 9_000), (420, 9_000))) == 0


def test_wind_and_people_on_the_deck_are_no_first_axle() -> None:
    curve = ((0, 0), (500, 80), (1_000, 80), (1_500, 8_000), (2_000, 8_000), (2_500, 8_000))
    assert steepest_kg_per_s(curve) == 0


def test_a_load_that_only_grows_has_no_axle_to_judge_after() -> None:
    growing = tuple((ms, ms * 40) for ms in range(0, 1_400, 140))
    assert steepest_kg_per_s(growing) == 0
    assert jump_at_ms(growing) is None


def test_frames_that_arrive_in_a_bunch_make_no_jump() -> None:
    """Two frames read at once bear one time; the load between them grew over a whole period."""
    even = [(ms, 20_000 + ms * 3) for ms in range(0, 8_400, 140)]
    bunched = [(0, 20_000), *((ms - ms % 280, kg) for ms, kg in even)]
    steepest = steepest_kg_per_s(bunched)
    assert steepest is not None
    assert 3_000 <= steepest <= 3_120


def test_frames_without_a_weight_are_left_out() -> None:
    assert steepest_kg_per_s(((0, 9_000), (100, None), (1_000, 9_000))) == 0


@pytest.mark.parametrize("curve", [(), ((0, 9_000),), ((0, None), (140, 9_000))])
def test_of_less_than_two_weights_nothing_is_known(curve: Curve) -> None:
    verdict = said("C5", gross(measured=replace(MEASURED, curve=curve)))
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.UNKNOWN, "—")


def test_a_typed_weight_has_no_curve() -> None:
    assert outcome("C5", gross(measured=None)) is Outcome.UNKNOWN


def left(seen_ms: int, empty_after_ms: int | None, rise_kg: int = 0) -> Outcome:
    after = AfterCapture(seen_ms=seen_ms, empty_after_ms=empty_after_ms, rise_kg=rise_kg)
    return outcome("C6", tare(visit=replace(tare().visit, after_earlier=after)))


def test_the_deck_is_empty_within_ten_minutes_of_the_capture() -> None:
    assert left(600_000, 600_000) is Outcome.PASS
    assert left(600_001, 600_001) is Outcome.FLAG
    assert left(600_001, None) is Outcome.FLAG
    assert left(600_000, None) is Outcome.UNKNOWN


def test_nothing_is_added_on_the_way_out() -> None:
    assert left(9_000, 9_000, rise_kg=500) is Outcome.PASS
    assert left(9_000, 9_000, rise_kg=520) is Outcome.FLAG


def test_what_followed_is_asked_at_the_second_weighing() -> None:
    assert said("C6", gross()) is None
    assert outcome("C6", tare()) is Outcome.UNKNOWN


def test_what_a_deck_did_after_a_capture_is_read_from_its_frames() -> None:
    gone = after_capture(
        (
            *((5_000, 16_140), (5_500, None), (6_000, 16_700), (7_500, 16_720)),
            *((9_000, 9_000), (9_500, 20), (10_000, 0)),
        ),
        near_zero_kg=40,
    )
    assert gone == AfterCapture(seen_ms=4_500, empty_after_ms=4_500, rise_kg=560)
    still_there = after_capture(((0, 16_140), (1_000, 16_140)), near_zero_kg=40)
    assert still_there == AfterCapture(seen_ms=1_000, empty_after_ms=None, rise_kg=0)
    assert after_capture((), near_zero_kg=40).seen_ms == 0


def test_a_truck_that_swings_on_its_way_out_adds_nothing() -> None:
    swinging = tuple(
        (ms, 16_140 - ms // 2 + (900 if ms // 500 % 2 else 0)) for ms in range(0, 9_000, 100)
    )
    assert after_capture((*swinging, (9_000, 0)), near_zero_kg=40).rise_kg == 0
    assert after_capture(((0, 16_140), (900, 17_000), (1_000, 0)), near_zero_kg=40).rise_kg == 0


def test_of_a_curve_only_what_changes_is_kept() -> None:
    curve = ((0, 10), (1, 10), (2, 10), (3, None), (4, None), (5, None), (6, 7))
    assert thinned(curve) == ((0, 10), (2, 10), (3, None), (5, None), (6, 7))
    assert thinned(()) == ()
    assert thinned(((0, 1),)) == ((0, 1),)
    assert thinned(((0, 1), (1, 1))) == ((0, 1), (1, 1))
