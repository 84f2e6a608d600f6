import pytest

from service.domain.weighing import LinkState, Mode
from service.domain.weighing_live import LiveState, live_state
from service.domain.weighing_passage import Passage
from tests.support.readings import RULE, SCALE, TODAY, passage_of, series, standing


def live_of(passage: Passage, *, now_ms: int) -> LiveState:
    return live_state(passage, SCALE, RULE, now_ms=now_ms, on=TODAY)


def test_a_still_load_may_be_captured() -> None:
    passage = passage_of(standing())
    live = live_of(passage, now_ms=passage.readings[-1].t_mono_ms + 100)
    assert live.capture_allowed
    assert (live.kg, live.stable, live.motion, live.zero) == (48_620, True, False, False)
    assert (live.link, live.age_ms, live.over) == (LinkState.FRESH, 100, False)
    assert (live.elapsed_ms, live.needed_ms, live.spread_kg) == (5_005, 5_000, 0)
    assert (live.zero_before_kg, live.unit, live.mode) == (0, "kg", Mode.GROSS)


@pytest.mark.parametrize(("silent_ms", "link"), [(1_001, LinkState.STALE), (3_001, LinkState.DOWN)])
def test_of_a_silent_scale_nothing_is_said(silent_ms: int, link: LinkState) -> None:
    passage = passage_of(standing())
    live = live_of(passage, now_ms=passage.readings[-1].t_mono_ms + silent_ms)
    assert (live.link, live.age_ms) == (link, silent_ms)
    assert live.kg is None
    assert {live.stable, live.motion, live.zero, live.over, live.spread_kg} == {None}
    assert [reason.code for reason in live.reasons] == ["LinkNotFresh"]


def test_a_scale_that_never_spoke_is_down() -> None:
    live = live_of(Passage(), now_ms=0)
    assert (live.link, live.age_ms, live.capture_allowed) == (LinkState.DOWN, None, False)


def test_a_moving_load_shows_its_weight_and_why_it_cannot_be_taken() -> None:
    live = live_of(passage_of(series([0] * 29 + [4_000, 9_000], motion=True)), now_ms=4_300)
    assert (live.kg, live.stable, live.motion, live.elapsed_ms) == (9_000, False, True, 0)
    assert [reason.code for reason in live.reasons] == ["Motion"]


@pytest.mark.parametrize("change", [{"over": True}, {"out_of_range": True}, {}])
def test_over_is_the_frame_s_word_or_a_weight_above_max(change: dict[str, bool]) -> None:
    live = live_of(passage_of(series([100_020], **change)), now_ms=0)
    assert live.over is True
