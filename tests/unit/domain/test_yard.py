"""The state of a visit and what may be done next follow from the facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard import PassFact, VisitFacts, VisitState, radiation_holds, state
from service.domain.yard_document import FactsMalformedError, as_document, from_document
from service.domain.yard_steps import Step, YardRules, next_actions, steps_of, way

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
GROSS, TARE, CHECK = WeighingPass.GROSS, WeighingPass.TARE, WeighingPass.CHECK
EASY, STRICT = (
    YardRules(),
    YardRules(radiation=True, calling=True, inspection=True, unloading=True),
)
ARRIVED = VisitFacts(
    visit_id="v1", site_id="BASE01", kind=VisitKind.RECEIVING, plate="辽E12345", arrived_at=AT
)


def weighed(wanted: WeighingPass, kg: int, **changes: Any) -> PassFact:
    return PassFact(
        weighing_id=f"w-{wanted}-{kg}",
        weighing_pass=wanted,
        kg=kg,
        source="LIVE",
        taken_at=AT + timedelta(minutes=5),
        **changes,
    )


FULL, EMPTY = weighed(GROSS, 48_620), weighed(TARE, 16_140)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "ARRIVED"),
        ({"radiation": "OK"}, "QUEUED"),
        ({"calling_order": 3}, "QUEUED"),
        ({"called_at": AT}, "CALLED"),
        ({"passes": (FULL,)}, "WEIGHED_1"),
        ({"passes": (FULL,), "called_at": AT}, "WEIGHED_1"),
        ({"passes": (FULL,), "called_at": AT + timedelta(minutes=9)}, "AT_UNLOAD"),
        ({"passes": (FULL,), "unloaded_at": AT}, "AT_UNLOAD"),
        ({"passes": (FULL,), "inspected_at": AT}, "INSPECTED"),
        ({"passes": (FULL,), "graded": "HEAVY"}, "GRADED"),
        ({"passes": (FULL,), "graded": "HEAVY", "rejected_kg": 40}, "PARTIALLY_REJECTED"),
        ({"passes": (FULL, EMPTY)}, "WEIGHED_2"),
        ({"passes": (FULL, EMPTY), "graded": "HEAVY"}, "NET_FIXED"),
        ({"passes": (FULL, EMPTY), "kind": VisitKind.LOADING}, "NET_FIXED"),
        ({"ended_no": "T1", "ticket_no": "T1", "ticket_status": "issued"}, "DEDUCTED"),
        ({"ended_no": "D1", "kind": VisitKind.LOADING}, "NET_FIXED"),
        ({"ended_no": "T1", "answered": "CONFIRMED"}, "SELLER_CONFIRMED"),
        ({"ended_no": "T1", "answered": "DISPUTED"}, "DISPUTED"),
        ({"ended_no": "T1", "ticket_status": "void"}, "VOIDED"),
        ({"ended_no": "T1", "ticket_status": "void", "exited_at": AT}, "VOIDED"),
        ({"ended_no": "T1", "ticket_status": "issued", "exited_at": AT}, "CLOSED"),
        ({"radiation": "HOLD"}, "RADIATION_HOLD"),
        ({"radiation": "NOTIFY", "passes": (FULL,)}, "RADIATION_HOLD"),
        ({"passes": (replace(FULL, refused=True),)}, "WEIGH_ABORTED"),
        ({"passes": (FULL,), "expired": True}, "EXPIRED_ON_SITE"),
        ({"passes": (replace(FULL, effective=False, voided=True),)}, "REWEIGH_REQUIRED"),
        ({"passes": (replace(FULL, effective=False, voided=True), FULL)}, "WEIGHED_1"),
        ({"passes": (weighed(CHECK, 48_600, effective=False),)}, "ARRIVED"),
    ],
)
def test_the_state_follows_from_the_facts(facts: dict[str, Any], expected: str) -> None:
    assert state(replace(ARRIVED, **facts)) == expected


def test_only_the_scale_can_tell_that_the_truck_is_on_it() -> None:
    assert state(ARRIVED, on_deck=True) is VisitState.ON_DECK_1
    assert state(replace(ARRIVED, passes=(FULL,)), on_deck=True) is VisitState.ON_DECK_2
    assert state(replace(ARRIVED, passes=(FULL, EMPTY)), on_deck=True) is VisitState.WEIGHED_2


@pytest.mark.parametrize(
    ("facts", "rules", "main"),
    [
        ({}, EASY, Step.WEIGH_GROSS),
        ({}, STRICT, Step.CHECK_RADIATION),
        ({"radiation": "OK"}, STRICT, Step.CALL),
        ({"radiation": "OK", "called_at": AT}, STRICT, Step.WEIGH_GROSS),
        ({"kind": VisitKind.LOADING}, EASY, Step.WEIGH_TARE),
        ({"kind": VisitKind.LOADING}, STRICT, Step.CALL),
        ({"passes": (FULL,)}, EASY, Step.GRADE),
        ({"radiation": "OK", "passes": (FULL,)}, STRICT, Step.INSPECT),
        ({"passes": (FULL,), "graded": "HEAVY"}, EASY, Step.WEIGH_TARE),
        ({"passes": (FULL, EMPTY), "graded": "HEAVY"}, EASY, Step.TICKET),
        ({"passes": (FULL, EMPTY), "kind": VisitKind.LOADING}, EASY, Step.DELIVERY),
        ({"passes": (FULL, EMPTY), "kind": VisitKind.UNLOADING}, EASY, Step.RECEIPT),
        ({"ended_no": "T1"}, STRICT, Step.EXIT),
        ({"radiation": "HOLD"}, EASY, Step.CHECK_RADIATION),
        ({"passes": (replace(FULL, held=True),)}, EASY, Step.DECIDE_HOLD),
        ({"passes": (replace(FULL, refused=True),)}, EASY, Step.VOID),
        ({"expired": True}, EASY, Step.RENEW),
        ({"passes": (FULL,), "inspected_at": AT, "sealed_vessels_ok": False}, EASY, Step.INSPECT),
    ],
)
def test_the_first_action_is_the_next_step(
    facts: dict[str, Any], rules: YardRules, main: Step
) -> None:
    assert next_actions(replace(ARRIVED, **facts), rules)[0] is main


def test_a_truck_that_left_needs_nothing() -> None:
    assert next_actions(replace(ARRIVED, ended_no="T1", exited_at=AT), EASY) == ()


def test_what_is_not_asked_for_is_still_offered() -> None:
    assert next_actions(ARRIVED, EASY) == (
        Step.WEIGH_GROSS,
        Step.CHECK_RADIATION,
        Step.CALL,
        Step.VOID,
    )
    assert next_actions(replace(ARRIVED, passes=(FULL,)), EASY) == (
        Step.GRADE,
        Step.CALL,
        Step.INSPECT,
        Step.UNLOAD,
        Step.WEIGH_TARE,
        Step.VOID,
    )


def test_a_truck_is_not_weighed_empty_before_what_the_site_insists_on() -> None:
    facts = replace(ARRIVED, radiation="OK", passes=(FULL,))
    assert Step.WEIGH_TARE not in next_actions(facts, STRICT)
    assert Step.WEIGH_GROSS not in next_actions(replace(ARRIVED, called_at=AT), STRICT)
    done = replace(facts, inspected_at=AT, unloaded_at=AT)
    assert Step.WEIGH_TARE in next_actions(done, STRICT)


def test_the_way_shows_what_is_asked_for_and_what_was_done() -> None:
    facts = replace(ARRIVED, radiation="OK", passes=(FULL,))
    assert way(facts, EASY) == (
        (Step.CHECK_RADIATION, True),
        (Step.WEIGH_GROSS, True),
        (Step.GRADE, False),
        (Step.WEIGH_TARE, False),
        (Step.TICKET, False),
        (Step.EXIT, False),
    )
    assert [step for step, _ in way(ARRIVED, STRICT)] == list(steps_of(VisitKind.RECEIVING, STRICT))
    assert (Step.CALL, True) in way(replace(ARRIVED, called_at=AT), EASY)


def test_radiation_holds_only_what_was_measured() -> None:
    assert not radiation_holds(None)
    assert not radiation_holds("NORM_RELEASE")
    assert radiation_holds("HOLD")


passes = st.builds(
    PassFact,
    weighing_id=st.text(max_size=5),
    weighing_pass=st.sampled_from(WeighingPass),
    kg=st.integers(1, 99_999),
    source=st.just("SIM"),
    taken_at=st.just(AT),
    effective=st.booleans(),
    held=st.booleans(),
    flags=st.tuples(st.just("C7")),
)
visits = st.builds(
    VisitFacts,
    visit_id=st.text(max_size=5),
    site_id=st.just("BASE01"),
    kind=st.sampled_from(VisitKind),
    plate=st.text(max_size=5),
    arrived_at=st.just(AT),
    driver_id=st.none() | st.text(max_size=5),
    calling_order=st.none() | st.integers(1, 9),
    called_at=st.none() | st.just(AT),
    sealed_vessels_ok=st.none() | st.booleans(),
    passes=st.lists(passes, max_size=2).map(tuple),
    rejected_kg=st.integers(0, 9),
    expired=st.booleans(),
)


@settings(max_examples=50)
@given(visits)
def test_facts_come_back_from_their_document(facts: VisitFacts) -> None:
    assert from_document(as_document(facts)) == facts


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"kind": "FLYING"},
        {"rejected_kg": True},
        {"rejected_kg": "4"},
        {"arrived_at": "yesterday"},
        {"arrived_at": None},
        {"passes": {}},
        {"passes": [1]},
        {"passes": [{"pass": "gross"}]},
        {"passes": [as_document(replace(ARRIVED, passes=(FULL,)))["passes"][0] | {"flags": [7]}]},
        {"passes": [as_document(replace(ARRIVED, passes=(FULL,)))["passes"][0] | {"flags": "C7"}]},
    ],
)
def test_a_document_that_states_no_visit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FactsMalformedError):
        from_document(as_document(ARRIVED) | change)


class TruckOnSite(RuleBasedStateMachine):
    """Whoever does only what is offered brings a truck through, and never past a hold."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = ARRIVED
        self.yard = STRICT
        self.minutes = 0

    @rule(kind=st.sampled_from(VisitKind), rules=st.sampled_from([EASY, STRICT]))
    @precondition(lambda self: self.facts == replace(ARRIVED, kind=self.facts.kind))
    def comes(self, kind: VisitKind, rules: YardRules) -> None:
        self.facts, self.yard = replace(ARRIVED, kind=kind), rules

    @rule(data=st.data(), held=st.booleans(), decision=st.sampled_from(["OK", "HOLD", "NOTIFY"]))
    @precondition(lambda self: self.facts.exited_at is None)
    def does_what_is_offered(self, data: st.DataObject, *, held: bool, decision: str) -> None:
        step = data.draw(st.sampled_from(next_actions(self.facts, self.yard)))
        self.minutes += 1
        self.facts = replace(self.facts, **self._done(step, held=held, decision=decision))

    def _done(self, step: Step, *, held: bool, decision: str) -> dict[str, Any]:
        now = AT + timedelta(minutes=self.minutes)
        if step in (Step.WEIGH_GROSS, Step.WEIGH_TARE):
            wanted = GROSS if step is Step.WEIGH_GROSS else TARE
            assert self.facts.effective(wanted) is None
            assert not radiation_holds(self.facts.radiation)
            return {"passes": (*self.facts.passes, weighed(wanted, 1, held=held))}
        if step is Step.DECIDE_HOLD:
            return {"passes": tuple(replace(p, held=False) for p in self.facts.passes)}
        done: dict[Step, dict[str, Any]] = {
            Step.CHECK_RADIATION: {"radiation": decision},
            Step.CALL: {"called_at": now},
            Step.INSPECT: {"inspected_at": now, "sealed_vessels_ok": not held},
            Step.GRADE: {"graded": "HEAVY"},
            Step.UNLOAD: {"unloaded_at": now},
            Step.VOID: {"ended_no": "T1", "ticket_status": "void"},
            Step.EXIT: {"exited_at": now},
        }
        return done.get(step, {"ended_no": "T1", "ticket_status": "issued"})

    @rule()
    @precondition(lambda self: self.facts.exited_at is not None)
    def is_gone(self) -> None:
        assert state(self.facts) in (VisitState.CLOSED, VisitState.VOIDED)

    @invariant()
    def nobody_gets_a_load_without_both_weighings(self) -> None:
        if self.facts.ended_no is not None and self.facts.ticket_status == "issued":
            assert {p.weighing_pass for p in self.facts.counted} == {GROSS, TARE}
            assert not radiation_holds(self.facts.radiation)

    @invariant()
    def a_truck_on_site_always_has_a_next_action_and_a_state(self) -> None:
        assert bool(next_actions(self.facts, self.yard)) == (self.facts.exited_at is None)
        assert state(self.facts) in VisitState


TestTruckOnSite = TruckOnSite.TestCase
TestTruckOnSite.settings = settings(max_examples=50, stateful_step_count=14, deadline=None)
