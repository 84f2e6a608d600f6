import pytest

from service.domain.weighing import Mode
from service.domain.weighing_passage import Passage, WindowRule, is_near_zero
from tests.support.readings import FRAME_MS, RULE, SCALE, passage_of, reading, series, standing


def test_the_curve_runs_from_the_stillness_at_zero_to_now() -> None:
    passage = passage_of(standing(48_620, still=10))
    weights = [each.kg for each in passage.readings]
    assert weights[:29] == [0] * 29
    assert weights[-1] == 48_620
    assert len(weights) == 49
    assert passage.zero_before_kg == 0


def test_only_the_last_seconds_of_an_empty_deck_are_kept() -> None:
    passage = passage_of(series([0] * 1_000))
    assert not passage.departed
    assert len(passage.readings) == 36


def test_driving_off_ends_the_curve_and_the_next_zero_begins_another() -> None:
    readings = standing(still=10)
    passage = passage_of([*readings, *series([0], from_ms=readings[-1].t_mono_ms + FRAME_MS)])
    assert passage == Passage(readings=passage.readings)
    assert len(passage.readings) == 1


def test_zero_must_stand_three_seconds_before_a_truck_counts() -> None:
    assert passage_of(series([0] * 20 + [5_000])).zero_before_kg is None
    assert passage_of(series([0] * 23 + [5_000])).zero_before_kg == 0


def test_a_zero_lamp_needs_no_three_seconds() -> None:
    readings = [reading(20, zero=True), *series([5_000], from_ms=FRAME_MS)]
    assert passage_of(readings).zero_before_kg == 20


def test_a_first_wheel_within_two_intervals_is_not_the_zero() -> None:
    assert passage_of(series([0] * 29 + [20, 40, 5_000])).zero_before_kg == 0


def test_an_interrupted_zero_begins_anew() -> None:
    readings = series([0] * 15)
    readings += series([0] * 15, from_ms=readings[-1].t_mono_ms + 1_001)
    readings += series([5_000], from_ms=readings[-1].t_mono_ms + FRAME_MS)
    assert passage_of(readings).zero_before_kg is None


def test_what_mounted_while_the_line_was_down_has_no_zero() -> None:
    readings = series([0] * 30)
    readings += series([48_620], from_ms=readings[-1].t_mono_ms + 3_001)
    assert passage_of(readings).zero_before_kg is None


def test_nothing_was_seen_before_the_first_frame() -> None:
    passage = passage_of(series([48_620]))
    assert passage.departed
    assert passage.zero_before_kg is None


@pytest.mark.parametrize(("kg", "kept"), [(48_620, True), (48_640, True), (48_660, False)])
def test_after_a_silence_the_same_load_goes_on_and_another_does_not(*, kg: int, kept: bool) -> None:
    readings = standing()
    readings += series([kg], from_ms=readings[-1].t_mono_ms + 60_000)
    passage = passage_of(readings)
    assert passage.zero_before_kg == (0 if kept else None)
    assert len(passage.readings) == (len(readings) if kept else 1)


@pytest.mark.parametrize("weights", [(None, 48_620), (48_620, None)])
def test_after_a_silence_an_unknown_load_does_not_go_on(
    weights: tuple[int | None, int | None],
) -> None:
    readings = standing(still=5)
    readings += series([weights[0]], from_ms=readings[-1].t_mono_ms + FRAME_MS)
    readings += series([weights[1]], from_ms=readings[-1].t_mono_ms + 60_000)
    assert passage_of(readings).zero_before_kg is None


def test_a_passage_without_end_is_given_up() -> None:
    rule = WindowRule(longest_passage=60)
    passage = passage_of(standing(still=30), rule=rule)
    assert passage.zero_before_kg is None
    assert len(passage.readings) < 60


@pytest.mark.parametrize(
    ("kg", "mode", "zero", "near"),
    [
        (40, Mode.GROSS, None, True),
        (-40, Mode.GROSS, False, True),
        (60, Mode.GROSS, None, False),
        (60, Mode.GROSS, True, True),
        (0, Mode.NET, True, False),
        (None, Mode.GROSS, True, False),
    ],
)
def test_near_zero_is_the_lamp_or_two_intervals_gross(
    *, kg: int | None, mode: Mode, zero: bool | None, near: bool
) -> None:
    assert is_near_zero(reading(kg, mode=mode, zero=zero), d_kg=SCALE.d_kg, rule=RULE) is near
