from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.deck_lights import (
    Barrier,
    Beams,
    DeckFacts,
    DeckOrder,
    DeckPhase,
    DeckState,
    ExpectedTruck,
    Light,
    SavedWeight,
    deck_after,
)
from service.domain.deck_signs import INSTRUCTIONS, SPOKEN, Announcement, Sign, sign

CLEAR = Beams(front_clear=True, back_clear=True, loop_occupied=False)
BACK_BROKEN = Beams(front_clear=True, back_clear=False, loop_occupied=True)
FRONT_BROKEN = Beams(front_clear=False, back_clear=True, loop_occupied=True)
ON_LOOP = replace(CLEAR, loop_occupied=True)
EXPECTED = ExpectedTruck(visit_id="v-1", plate="辽E12345")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SAVED = SavedWeight(weighing_id="w-2", plate="辽E12345", kg=48_620, taken_at=NOW)
OLD = SavedWeight(weighing_id="w-1", plate="辽B99999", kg=48_620, taken_at=NOW)
OLDER = replace(OLD, weighing_id="w-0", taken_at=NOW - timedelta(seconds=2))


def facts(
    kg: int | None = 0, *, beams: Beams = CLEAR, still: bool = True, order: DeckOrder | None = None
) -> DeckFacts:
    return DeckFacts(
        now=NOW,
        kg=kg,
        d_kg=20,
        threshold_kg=400,
        still=still,
        beams=beams,
        order=order or DeckOrder(expected=EXPECTED),
    )


def after(*looks: DeckFacts) -> DeckState:
    state = DeckState()
    for look in looks:
        state = deck_after(state, look)
    return state


def shown(state: DeckState) -> tuple[Light, Light, Barrier, Barrier]:
    out = state.outputs
    return out.entry_light, out.exit_light, out.entry_barrier, out.exit_barrier


MAY_ENTER = (Light.GREEN, Light.RED, Barrier.OPEN, Barrier.CLOSED)
MAY_LEAVE = (Light.RED, Light.GREEN, Barrier.CLOSED, Barrier.OPEN)
NOBODY = (Light.RED, Light.RED, Barrier.CLOSED, Barrier.CLOSED)


def test_an_empty_deck_lets_the_expected_truck_drive_on() -> None:
    state = after(facts(40))
    assert state.phase is DeckPhase.EMPTY
    assert shown(state) == MAY_ENTER
    assert state.outputs.sign.announcement is Announcement.DRIVE_ON
    assert state.outputs.sign.lines[0] == EXPECTED.plate


def test_nobody_drives_on_unless_somebody_is_expected() -> None:
    state = after(facts(0, order=DeckOrder()))
    assert shown(state) == NOBODY
    assert state.outputs.sign.announcement is Announcement.WAIT


def test_from_the_first_wheel_on_the_entrance_is_red_and_open_as_long_as_the_beam_is_broken() -> (
    None
):
    mounting = after(facts(), facts(8_000, beams=BACK_BROKEN, still=False))
    assert shown(mounting) == (Light.RED, Light.RED, Barrier.OPEN, Barrier.CLOSED)
    assert mounting.outputs.sign.announcement is Announcement.INTO_PLACE
    standing = deck_after(mounting, facts(48_620))
    assert shown(standing) == NOBODY
    assert standing.outputs.sign.announcement is Announcement.STAND_STILL


def test_a_truck_on_the_loop_turns_the_light_red_and_keeps_the_barrier_open() -> None:
    state = after(facts(), facts(0, beams=ON_LOOP))
    assert shown(state) == (Light.RED, Light.RED, Barrier.OPEN, Barrier.CLOSED)
    assert shown(deck_after(state, facts(0, order=DeckOrder()))) == NOBODY


def test_a_broken_beam_opens_no_barrier() -> None:
    state = after(facts(0, order=DeckOrder()), facts(9_000, beams=BACK_BROKEN, order=DeckOrder()))
    assert shown(state) == NOBODY


def test_without_beams_the_entrance_stays_open_until_the_truck_stands() -> None:
    moving = after(facts(beams=Beams()), facts(9_000, beams=Beams(), still=False))
    assert moving.outputs.entry_barrier is Barrier.OPEN
    assert deck_after(moving, facts(9_000, beams=Beams())).outputs.entry_barrier is Barrier.CLOSED


def test_after_the_save_the_exit_is_green_and_red_again_when_the_weight_changes() -> None:
    saved = DeckOrder(saved=SAVED)
    weighed = after(facts(), facts(48_620), facts(48_620, order=saved))
    assert weighed.phase is DeckPhase.WEIGHED
    assert shown(weighed) == MAY_LEAVE
    assert weighed.outputs.sign == sign(Announcement.DRIVE_OFF, plate=SAVED.plate, kg=48_620)
    still = deck_after(weighed, facts(48_240, order=saved))
    assert shown(still) == MAY_LEAVE
    leaving = deck_after(still, facts(48_220, order=saved, beams=FRONT_BROKEN))
    assert leaving.phase is DeckPhase.LEAVING
    assert shown(leaving) == (Light.RED, Light.RED, Barrier.CLOSED, Barrier.OPEN)
    last_wheel = deck_after(leaving, facts(20, order=saved, beams=FRONT_BROKEN))
    assert shown(last_wheel) == (Light.RED, Light.RED, Barrier.CLOSED, Barrier.OPEN)
    assert shown(deck_after(last_wheel, facts(0, order=saved))) == NOBODY


def test_a_second_truck_behind_the_weighed_one_is_a_change_of_weight() -> None:
    saved = DeckOrder(saved=SAVED)
    state = after(facts(), facts(48_620), facts(48_620, order=saved), facts(57_000, order=saved))
    assert state.outputs.exit_light is Light.RED


def test_the_weighing_of_the_truck_before_opens_nothing_for_this_one() -> None:
    order = DeckOrder(expected=EXPECTED, saved=OLD)
    state = after(facts(0, order=order), facts(48_620, order=order))
    assert state.phase is DeckPhase.ON_DECK
    assert shown(state) == NOBODY


def test_an_older_weighing_that_comes_to_the_front_again_opens_nothing() -> None:
    order = DeckOrder(expected=EXPECTED, saved=OLD)
    state = after(facts(0, order=order), facts(48_620, order=order))
    gone = deck_after(state, facts(48_620, order=DeckOrder(saved=OLDER)))
    assert gone.phase is DeckPhase.ON_DECK
    assert shown(gone) == NOBODY


def test_a_held_weighing_opens_nothing_until_it_is_decided() -> None:
    held = DeckOrder(saved=replace(SAVED, held=True))
    state = after(facts(), facts(48_620), facts(48_620, order=held))
    assert shown(state) == NOBODY
    assert state.outputs.sign.announcement is Announcement.ASK_OPERATOR
    assert shown(deck_after(state, facts(48_620, order=DeckOrder(saved=SAVED)))) == MAY_LEAVE


def test_a_silent_scale_shows_no_weight_and_closes_what_nobody_stands_below() -> None:
    saved = DeckOrder(saved=SAVED)
    weighed = after(facts(), facts(48_620), facts(48_620, order=saved))
    silent = deck_after(weighed, facts(None, order=saved))
    assert silent.phase is DeckPhase.UNKNOWN
    assert shown(silent) == NOBODY
    assert silent.outputs.sign.lines[1] == "——"
    below = deck_after(weighed, facts(None, order=saved, beams=FRONT_BROKEN))
    assert below.outputs.exit_barrier is Barrier.OPEN
    assert shown(deck_after(silent, facts(48_620, order=saved))) == MAY_LEAVE


def test_a_stop_is_red_and_calls_for_the_operator() -> None:
    state = after(facts(order=DeckOrder(expected=EXPECTED, stopped=True)))
    assert shown(state) == NOBODY
    assert state.outputs.sign.announcement is Announcement.ASK_OPERATOR


def test_another_sign_may_be_shown() -> None:
    other = Sign(lines=("a",), announcement=Announcement.SHOW_CODE)
    assert after(facts(order=DeckOrder(sign=other))).outputs.sign == other


def test_every_announcement_has_its_words() -> None:
    assert set(INSTRUCTIONS) == set(SPOKEN) == set(Announcement)
    assert all(len(text.encode("gb18030")) <= 20 for text in INSTRUCTIONS.values())


MAYBE = st.sampled_from([None, True, False])
ORDERS = st.builds(
    DeckOrder,
    expected=st.sampled_from([None, EXPECTED]),
    saved=st.sampled_from([None, OLD, SAVED, replace(SAVED, held=True)]),
    stopped=st.booleans(),
)
FACTS = st.builds(
    DeckFacts,
    now=st.just(NOW),
    kg=st.sampled_from([None, -400, 0, 40, 60, 400, 48_620, 57_000]),
    d_kg=st.just(20),
    threshold_kg=st.just(400),
    still=st.booleans(),
    beams=st.builds(Beams, front_clear=MAYBE, back_clear=MAYBE, loop_occupied=MAYBE),
    order=ORDERS,
)


@settings(max_examples=50)
@given(st.lists(FACTS, max_size=12))
def test_a_barrier_opens_by_the_state_of_the_visit_only(looks: list[DeckFacts]) -> None:
    state = DeckState()
    for look in looks:
        before, state = state, deck_after(state, look)
        old, new = before.outputs, state.outputs
        if new.entry_barrier is Barrier.OPEN and old.entry_barrier is Barrier.CLOSED:
            assert look.order.expected is not None
            assert look.empty
        if new.exit_barrier is Barrier.OPEN and old.exit_barrier is Barrier.CLOSED:
            assert look.order.saved is not None
            assert not look.order.saved.held
            assert not look.order.stopped
            assert look.kg is not None
        if new.entry_light is Light.GREEN:
            assert look.empty
        if new.exit_light is Light.GREEN:
            assert new.exit_barrier is Barrier.OPEN
            assert new.entry_light is Light.RED
        if look.kg is None:
            assert str(look.kg) not in new.sign.lines
