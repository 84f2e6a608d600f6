from datetime import date
from typing import Any

import pytest

from service.domain.errors import FerrotraceError
from service.domain.metrology import VerificationNotValidError
from service.domain.weighing import Checksum, LinkState, Mode, Reading, StableSource
from service.domain.weighing_passage import Passage
from service.domain.weighing_window import (
    CAPTURE_REFUSALS,
    AboveMaximumError,
    BadChecksumError,
    BelowMinimumError,
    DivisionMismatchError,
    ExpandedError,
    LinkNotFreshError,
    MotionError,
    NotGrossError,
    NotIdenticalError,
    NotMultipleOfDivisionError,
    NotZeroedError,
    NoWeightError,
    OutOfRangeError,
    StableWindow,
    StillnessTooShortError,
    TooFewFramesError,
    UnitNotKgError,
    ZeroNotSeenError,
    link_state,
    refusals,
    spread_kg,
    stable_window,
)
from tests.support.readings import (
    FRAME_MS,
    RULE,
    SCALE,
    TODAY,
    passage_of,
    reading,
    series,
    standing,
)


def window_of(readings: list[Reading], *, late_ms: int = 0, on: date = TODAY) -> StableWindow:
    now_ms = readings[-1].t_mono_ms + late_ms
    return stable_window(passage_of(readings), SCALE, RULE, now_ms=now_ms, on=on)


def codes_of(readings: list[Reading], *, late_ms: int = 0, on: date = TODAY) -> list[str]:
    now_ms = readings[-1].t_mono_ms + late_ms
    reasons = refusals(passage_of(readings), SCALE, RULE, now_ms=now_ms, on=on)
    return [reason.code for reason in reasons]


def test_five_still_seconds_give_the_weight_with_its_evidence() -> None:
    window = window_of(standing(48_620))
    assert window.kg == 48_620
    assert window.stable_source is StableSource.FLAG
    assert window.window_ms == 5_005
    assert window.spread_kg == 0
    assert window.zero_before_kg == 0
    assert len(window.readings) == 36


def test_without_a_motion_bit_the_window_alone_says_still() -> None:
    assert window_of(standing(motion=None)).stable_source is StableSource.COMPUTED


def test_one_step_of_spread_is_allowed_and_the_last_weight_counts() -> None:
    readings = standing(still=20)
    readings += series([48_640] * 20, from_ms=readings[-1].t_mono_ms + FRAME_MS)
    window = window_of(readings)
    assert (window.kg, window.spread_kg) == (48_640, 20)


def test_two_steps_of_spread_begin_the_stillness_anew() -> None:
    readings = standing(still=20)
    readings += series([48_660] * 20, from_ms=readings[-1].t_mono_ms + FRAME_MS)
    with pytest.raises(StillnessTooShortError, match=r"Still for 2717 ms, 5000 ms are needed"):
        window_of(readings)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"checksum": Checksum.BAD}, BadChecksumError, "fails its check"),
        ({"over": True}, OutOfRangeError, "48620 kg out of range, Max is 100000 kg"),
        ({"under": True}, OutOfRangeError, "out of range"),
        ({"out_of_range": True}, OutOfRangeError, "out of range"),
        ({"expanded": True}, ExpandedError, "48620 kg expanded"),
        ({"not_zeroed": True}, NotZeroedError, "not zeroed"),
        ({"mode": Mode.NET}, NotGrossError, "shows net, allowed is gross"),
        ({"unit": "lb"}, UnitNotKgError, "weighs in lb, allowed is kg"),
        ({"unit": None}, UnitNotKgError, "weighs in —"),
        ({"d_agrees": False}, DivisionMismatchError, "record's d = 20 kg"),
        ({"kg": None}, NoWeightError, "no weight in steps of d = 20 kg"),
        ({"kg": 48_613}, NotMultipleOfDivisionError, "48613 kg is not a multiple of d = 20 kg"),
        ({"kg": 100_020}, AboveMaximumError, "100020 kg is above Max = 100000 kg"),
        ({"kg": 380}, BelowMinimumError, "380 kg is below Min = 400 kg"),
        ({"kg": -60}, BelowMinimumError, "-60 kg is below Min"),
        ({"motion": True}, MotionError, "moving: spread 0 kg, at most 20 kg"),
    ],
)
def test_each_fault_is_named_with_value_and_limit(
    change: dict[str, Any], error: type[FerrotraceError], words: str
) -> None:
    kg = change.get("kg", 48_620)
    rest = {key: value for key, value in change.items() if key != "kg"}
    readings = standing()[:39]
    readings += series([kg] * 37, from_ms=readings[-1].t_mono_ms + FRAME_MS, **rest)
    with pytest.raises(error, match=words):
        window_of(readings)


def test_an_unreadable_frame_out_of_range_has_no_weight_to_name() -> None:
    readings = [*standing(), reading(None, at_ms=11_000, out_of_range=True)]
    assert codes_of(readings)[:2] == ["OutOfRange", "NoWeight"]


def test_swinging_load_is_moving_by_its_spread() -> None:
    readings = standing(still=1)
    swing = [48_620 + 80 * (-1) ** number for number in range(40)]
    readings += series(swing, from_ms=readings[-1].t_mono_ms + FRAME_MS, motion=None)
    with pytest.raises(MotionError, match="spread 160 kg, at most 20 kg"):
        window_of(readings)


def test_still_load_is_told_how_long_it_has_stood() -> None:
    with pytest.raises(StillnessTooShortError, match=r"2860 ms, 5000 ms"):
        window_of(standing(still=21))


def test_a_gap_in_the_frames_begins_the_stillness_anew() -> None:
    readings = standing(still=20)
    readings += series([48_620] * 20, from_ms=readings[-1].t_mono_ms + 1_001)
    with pytest.raises(StillnessTooShortError, match="2717 ms"):
        window_of(readings)


def test_five_frames_are_needed_however_long_they_took() -> None:
    readings = standing(still=0)
    last_ms = readings[-1].t_mono_ms
    readings += [reading(48_620, at_ms=last_ms + 1_000 * number) for number in range(1, 5)]
    rule = type(RULE)(window_ms=3_000)
    passage = passage_of(readings, rule=rule)
    with pytest.raises(TooFewFramesError, match="4 frames in the window, at least 5"):
        stable_window(passage, SCALE, rule, now_ms=last_ms + 4_000, on=TODAY)


def test_the_last_three_frames_must_be_identical() -> None:
    readings = standing(still=36)
    readings += series([48_640], from_ms=readings[-1].t_mono_ms + FRAME_MS)
    with pytest.raises(NotIdenticalError, match="48620, 48620, 48640 kg; 3 must be identical"):
        window_of(readings)


@pytest.mark.parametrize("late_ms", [1_001, 3_001])
def test_a_silent_line_is_the_only_reason_that_is_known(late_ms: int) -> None:
    assert codes_of(standing(), late_ms=late_ms) == ["LinkNotFresh"]
    with pytest.raises(LinkNotFreshError, match=f"silent for {late_ms} ms, at most 1000 ms"):
        window_of(standing(), late_ms=late_ms)


def test_a_line_that_never_spoke_is_silent() -> None:
    with pytest.raises(LinkNotFreshError, match="silent for — ms"):
        stable_window(Passage(), SCALE, RULE, now_ms=0, on=TODAY)


def test_a_load_whose_zero_was_not_seen_is_refused() -> None:
    with pytest.raises(ZeroNotSeenError, match="within 40 kg of zero for 3000 ms"):
        window_of(series([48_620] * 40))


def test_an_empty_deck_is_below_minimum() -> None:
    assert codes_of(series([0] * 40)) == ["BelowMinimum"]


def test_outside_its_verification_the_scale_captures_nothing() -> None:
    with pytest.raises(VerificationNotValidError):
        window_of(standing(), on=date(2027, 1, 1))


def test_all_reasons_are_named_at_once() -> None:
    assert codes_of(series([393] * 3, motion=True), on=date(2027, 1, 1)) == [
        "ZeroNotSeen",
        "BelowMinimum",
        "NotMultipleOfDivision",
        "Motion",
        "VerificationNotValid",
    ]


@pytest.mark.parametrize(
    ("age_ms", "state"),
    [
        (None, LinkState.DOWN),
        (0, LinkState.FRESH),
        (1_000, LinkState.FRESH),
        (1_001, LinkState.STALE),
        (3_000, LinkState.STALE),
        (3_001, LinkState.DOWN),
    ],
)
def test_a_line_grows_stale_then_down(age_ms: int | None, state: LinkState) -> None:
    assert link_state(age_ms, RULE) is state


def test_a_hurried_clock_hurries_the_window_and_not_the_silence() -> None:
    rule = RULE.at_rate(50)
    assert (rule.needed_ms, rule.zero_ms) == (5_000, 3_000)
    assert (rule.fresh_ms, rule.down_ms) == (50_000, 150_000)


def test_a_window_is_never_shorter_than_three_seconds() -> None:
    assert type(RULE)(window_ms=500).needed_ms == 3_000


def test_nothing_has_no_spread() -> None:
    assert spread_kg(()) == 0


def test_every_refusal_is_listed_once() -> None:
    assert len(set(CAPTURE_REFUSALS)) == len(CAPTURE_REFUSALS) == 18
