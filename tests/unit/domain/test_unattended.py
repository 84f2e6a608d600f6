from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.deck_lights import Beams
from service.domain.unattended import (
    DeckLook,
    Identified,
    IdentifiedBy,
    Step,
    StopReason,
    StoredTare,
    UnattendedRule,
    UnattendedState,
    Weighed,
    identified,
    looked,
    refused,
    resumed,
    unpassed,
    weighed,
)
from service.domain.weighing import WeighingPass

RULE = UnattendedRule()
PLATE = "辽E12345"
CLEAR = Beams(front_clear=True, back_clear=True, loop_occupied=True)
FREE = replace(CLEAR, loop_occupied=False)
BROKEN = replace(CLEAR, back_clear=False)
TRUCK = Identified(
    by=IdentifiedBy.QR,
    plate=PLATE,
    plates_seen=frozenset({PLATE}),
    visit_id="v-1",
    weighing_pass=WeighingPass.GROSS,
)
RESULT = Weighed(weighing_id="w-1", kg=48_620, outcomes=(("C1", "PASS"), ("C4", "PASS")))


def look(kg: int | None, *, at_ms: int = 0, beams: Beams = CLEAR) -> DeckLook:
    return DeckLook(now_ms=at_ms, kg=kg, d_kg=20, min_kg=400, still=True, beams=beams)


def after(*looks: DeckLook, state: UnattendedState | None = None) -> UnattendedState:
    state = state or UnattendedState()
    for each in looks:
        state = looked(state, each, RULE)
    return state


def identifying() -> UnattendedState:
    return after(look(0, beams=FREE), look(9_000, beams=BROKEN), look(48_620))


def weighing() -> UnattendedState:
    return identified(identifying(), TRUCK, now_ms=0)


def leaving() -> UnattendedState:
    return weighed(weighing(), RESULT, RULE, now_ms=0)


def test_the_whole_way_of_a_booked_truck() -> None:
    assert after(look(0, beams=FREE)).step is Step.READY
    assert after(look(0, beams=CLEAR)).step is Step.POSITIONING  # on the loop
    mounting = after(look(9_000, beams=BROKEN))
    assert mounting.step is Step.POSITIONING
    assert after(look(9_000, beams=BROKEN), state=mounting) == mounting
    state = identifying()
    assert state.may_identify
    state = identified(state, TRUCK, now_ms=1)
    assert state.may_weigh
    assert after(look(48_620), state=state) == state
    state = weighed(state, RESULT, RULE, now_ms=2)
    assert state.may_leave
    assert after(look(20_000, beams=BROKEN), state=state).step is Step.LEAVING
    assert after(look(0, beams=FREE), state=state) == UnattendedState()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (replace(TRUCK, visit_id=None), StopReason.NOT_BOOKED),
        (replace(TRUCK, plates_seen=frozenset({"京A00001"})), StopReason.PLATE_UNLIKE_BOOKING),
        (replace(TRUCK, plates_seen=frozenset()), StopReason.PLATE_UNLIKE_BOOKING),
        (replace(TRUCK, plates_seen=frozenset({PLATE, "京A00001"})), StopReason.SECOND_TRUCK),
        (replace(TRUCK, stored_tare=StoredTare.EXPIRED), StopReason.TARE_EXPIRED),
    ],
)
def test_a_truck_that_is_not_as_booked_stops_it(found: Identified, reason: StopReason) -> None:
    state = identified(identifying(), found, now_ms=5)
    assert (state.step, state.stopped_for) == (Step.STOPPED, reason)
    assert PLATE in state.detail


def test_a_stored_tare_that_holds_is_no_reason_to_stop() -> None:
    found = replace(TRUCK, stored_tare=StoredTare.VALID)
    assert identified(identifying(), found, now_ms=5).step is Step.WEIGHING


@pytest.mark.parametrize("outcome", ["FLAG", "HOLD", "BLOCK", "UNKNOWN"])
def test_a_control_that_did_not_pass_stops_it(outcome: str) -> None:
    result = replace(RESULT, outcomes=(("C1", "PASS"), ("C7", outcome)))
    state = weighed(weighing(), result, RULE, now_ms=5)
    assert (state.step, state.stopped_for) == (Step.STOPPED, StopReason.CONTROL_NOT_PASSED)
    assert state.detail == f"C7 {outcome}"


def test_a_control_may_stay_unknown_where_the_site_says_so() -> None:
    rule = replace(RULE, may_be_unknown=frozenset({"C7"}))
    assert unpassed([("C7", "UNKNOWN"), ("C7", "HOLD"), ("C5", "UNKNOWN")], rule) == (
        "C7 HOLD",
        "C5 UNKNOWN",
    )


@pytest.mark.parametrize("step", [Step.READY, Step.IDENTIFYING, Step.WEIGHING, Step.LEAVING])
def test_without_beams_it_waits_a_moment_and_stops(step: Step) -> None:
    state = replace(leaving(), step=step)
    unknown = replace(CLEAR, front_clear=None)
    waiting = after(look(0, at_ms=10, beams=unknown), state=state)
    assert waiting == replace(state, silent_since_ms=10)
    assert not waiting.may_identify
    assert not waiting.may_weigh
    late = after(look(0, at_ms=11 + RULE.silence_ms, beams=unknown), state=waiting)
    assert late.stopped_for is StopReason.NO_BEAMS


def test_a_refused_weighing_stops_it() -> None:
    state = refused(weighing(), "moving", now_ms=1)
    assert (state.stopped_for, state.detail) == (StopReason.NOT_WEIGHED, "moving")


@pytest.mark.parametrize(
    ("state", "limit_ms", "beams", "reason"),
    [
        (after(look(9_000, beams=BROKEN)), RULE.place_ms, BROKEN, StopReason.NOT_IN_PLACE),
        (identifying(), RULE.identify_ms, CLEAR, StopReason.NOT_IDENTIFIED),
        (weighing(), RULE.weigh_ms, CLEAR, StopReason.NOT_WEIGHED),
        (leaving(), RULE.leave_ms, CLEAR, StopReason.NOT_LEFT),
    ],
)
def test_a_step_that_takes_too_long_stops_it(
    state: UnattendedState, limit_ms: int, beams: Beams, reason: StopReason
) -> None:
    in_time = after(look(48_620, at_ms=limit_ms, beams=beams), state=state)
    assert in_time.step is state.step
    late = after(look(48_620, at_ms=limit_ms + 1, beams=beams), state=state)
    assert late.stopped_for is reason


def test_a_wheel_off_the_deck_begins_anew_and_forgets_who_it_was() -> None:
    state = after(look(48_620, at_ms=7, beams=BROKEN), state=weighing())
    assert state == UnattendedState(step=Step.POSITIONING, since_ms=7)


def test_a_truck_that_drove_off_unweighed_leaves_it_ready() -> None:
    assert after(look(0, beams=FREE), state=weighing()).step is Step.READY


def test_a_second_truck_behind_the_weighed_one_stops_it() -> None:
    state = after(look(49_020), state=leaving())
    assert state.stopped_for is StopReason.SECOND_TRUCK
    assert after(look(49_000), state=leaving()).step is Step.LEAVING


def test_a_scale_that_falls_silent_under_a_truck_stops_it_after_a_while() -> None:
    silent = after(look(None, at_ms=10), state=weighing())
    assert silent.step is Step.WEIGHING
    back = after(look(48_620, at_ms=11), state=silent)
    assert back.silent_since_ms is None
    late = after(look(None, at_ms=11 + RULE.silence_ms), state=silent)
    assert late.stopped_for is StopReason.SCALE_SILENT
    assert after(look(None, at_ms=99_999)).step is Step.READY


def test_only_a_person_goes_on_after_a_stop() -> None:
    stopped = refused(weighing(), "moving", now_ms=1)
    assert after(look(0, beams=FREE), look(None), state=stopped) == stopped
    assert identified(stopped, TRUCK, now_ms=2) == stopped
    assert weighed(stopped, RESULT, RULE, now_ms=2) == stopped
    assert refused(stopped, "again", now_ms=2) == stopped
    assert resumed(now_ms=3) == UnattendedState(since_ms=3)


ACTS = st.one_of(
    st.builds(
        look,
        st.sampled_from([None, 0, 9_000, 48_620, 60_000]),
        at_ms=st.integers(0, 200_000),
        beams=st.sampled_from([CLEAR, FREE, BROKEN, Beams()]),
    ),
    st.sampled_from(
        [TRUCK, replace(TRUCK, visit_id=None), replace(TRUCK, plates_seen=frozenset())]
    ),
    st.sampled_from([RESULT, replace(RESULT, outcomes=(("C7", "HOLD"),))]),
    st.just("refused"),
)


@settings(max_examples=50)
@given(st.lists(ACTS, max_size=30))
def test_nobody_leaves_unless_identified_in_place_and_weighed_with_all_controls_passed(
    acts: list[DeckLook | Identified | Weighed | str],
) -> None:
    state = UnattendedState()
    for act in acts:
        before = state
        if isinstance(act, DeckLook):
            state = looked(state, act, RULE)
        elif isinstance(act, Identified):
            state = identified(state, act, now_ms=0)
        elif isinstance(act, Weighed):
            state = weighed(state, act, RULE, now_ms=0)
        else:
            state = refused(state, act, now_ms=0)
        if state.may_leave:
            assert state.identified is not None
            assert state.identified.visit_id is not None
            assert state.weighed is not None
            assert unpassed(state.weighed.outcomes, RULE) == ()
        if state.may_weigh:
            assert state.identified == TRUCK
        if before.step is Step.STOPPED:
            assert state == before
        assert (state.step is Step.STOPPED) == (state.stopped_for is not None)
