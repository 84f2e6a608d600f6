"""The steps of a visit: those a site insists on, what may be done next, what is done."""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.visit import FIRST_PASS, VisitKind, other_pass
from service.domain.weighing import WeighingPass
from service.domain.yard import RADIATION_CLEAR, VisitFacts, VisitState, side_state


class Step(StrEnum):
    """What people do with a truck, in the names that the tablet's buttons have."""

    CHECK_RADIATION = "check-radiation"
    CALL = "call"
    WEIGH_GROSS = "weigh-gross"
    INSPECT = "inspect"
    GRADE = "grade"
    UNLOAD = "unload"
    WEIGH_TARE = "weigh-tare"
    DECIDE_HOLD = "decide-hold"
    RENEW = "renew"
    TICKET = "ticket"
    DELIVERY = "delivery"
    RECEIPT = "receipt"
    VOID = "void"
    EXIT = "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class YardRules:
    """What a site insists on, beyond what every site must have; the rest stays offered."""

    radiation: bool = False
    calling: bool = False
    inspection: bool = False
    unloading: bool = False


def steps_of(kind: VisitKind, rules: YardRules) -> tuple[Step, ...]:
    """The steps that a visit of ``kind`` must take on a site with ``rules``, in their order."""
    first, second = _weigh(FIRST_PASS[kind]), _weigh(other_pass(FIRST_PASS[kind]))
    between = {
        VisitKind.RECEIVING: (Step.INSPECT, Step.GRADE, Step.UNLOAD),
        VisitKind.LOADING: (),
        VisitKind.UNLOADING: (Step.INSPECT, Step.UNLOAD),
    }[kind]
    end = {
        VisitKind.RECEIVING: Step.TICKET,
        VisitKind.LOADING: Step.DELIVERY,
        VisitKind.UNLOADING: Step.RECEIPT,
    }[kind]
    every = (Step.CHECK_RADIATION, Step.CALL, first, *between, second, end, Step.EXIT)
    if kind is VisitKind.LOADING:
        every = every[1:]  # the truck comes empty: nothing radioactive to find
    left_out = _optional(rules)
    return tuple(step for step in every if step not in left_out)


def offered(kind: VisitKind) -> tuple[Step, ...]:
    """Every step that a visit of ``kind`` may take, asked for or not."""
    return steps_of(kind, YardRules(radiation=True, calling=True, inspection=True, unloading=True))


def is_done(facts: VisitFacts, step: Step) -> bool:
    """Whether ``step`` of the way is behind the truck."""
    return {
        Step.CHECK_RADIATION: facts.radiation in RADIATION_CLEAR,
        Step.CALL: facts.called_at is not None or bool(facts.counted),
        Step.WEIGH_GROSS: facts.effective(WeighingPass.GROSS) is not None,
        Step.WEIGH_TARE: facts.effective(WeighingPass.TARE) is not None,
        Step.INSPECT: facts.inspected_at is not None and facts.sealed_vessels_ok is not False,
        Step.GRADE: facts.graded is not None,
        Step.UNLOAD: facts.unloaded_at is not None,
        Step.EXIT: facts.exited_at is not None,
    }.get(step, facts.ended_no is not None)


def next_actions(facts: VisitFacts, rules: YardRules) -> tuple[Step, ...]:
    """What may be done with the truck now; the first is the main one, none once it is gone.

    A held truck can only be decided on, one that radiates only be measured again or sent away with
    a void ticket: it is never let out in silence (weighbridge.md, section 9).
    """
    if facts.exited_at is not None:
        return ()
    if facts.ended_no is not None:
        return (Step.EXIT,)
    remedy = _remedy(facts)
    return (*_open_steps(facts, rules), Step.VOID) if remedy is None else remedy


_REMEDIES = {
    VisitState.RADIATION_HOLD: (Step.CHECK_RADIATION, Step.VOID),
    VisitState.WEIGH_ABORTED: (Step.VOID,),
    VisitState.EXPIRED_ON_SITE: (Step.RENEW, Step.VOID),
}


def _remedy(facts: VisitFacts) -> tuple[Step, ...] | None:
    """Return what alone may be done with a truck that may not go on, None where it may."""
    side = side_state(facts)
    if side in _REMEDIES:
        return _REMEDIES[side]
    if facts.stopped_at is not None:
        return (Step.VOID,)
    if facts.is_held:
        return (Step.DECIDE_HOLD, Step.VOID)
    return (Step.INSPECT, Step.VOID) if facts.sealed_vessels_ok is False else None


def _open_steps(facts: VisitFacts, rules: YardRules) -> tuple[Step, ...]:
    """Return the next step that must be done, and after it what else could be done now."""
    must = next(s for s in steps_of(facts.kind, rules) if not is_done(facts, s))
    others = (s for s in offered(facts.kind) if s is not must and _may(facts, s, rules))
    return (must, *others)


def _may(facts: VisitFacts, step: Step, rules: YardRules) -> bool:
    """Whether ``step``, not the next one of the way, could be done now."""
    first, second = (_weigh(p) for p in _order(facts.kind))
    weighed = is_done(facts, first)
    if step is Step.CALL:
        return facts.called_at is None or (weighed and not is_done(facts, second))
    if is_done(facts, step) or step in _ENDS:
        return False
    if step is Step.CHECK_RADIATION:
        return not weighed
    if step is first:
        return not (rules.radiation and facts.radiation is None)
    if step is second:
        return weighed and not _missing(facts, rules)
    return weighed


_ENDS = frozenset({Step.TICKET, Step.DELIVERY, Step.RECEIPT, Step.EXIT})


def _missing(facts: VisitFacts, rules: YardRules) -> bool:
    """Whether something that must come before the second weighing has not been done."""
    return any(
        step in steps_of(facts.kind, rules) and not is_done(facts, step)
        for step in (Step.INSPECT, Step.UNLOAD)
    )


def way(facts: VisitFacts, rules: YardRules) -> tuple[tuple[Step, bool], ...]:
    """The steps of the visit and whether each is done: those that must be, and those that were."""
    must = steps_of(facts.kind, rules)
    return tuple(
        (step, is_done(facts, step))
        for step in offered(facts.kind)
        if step in must or _was_done(facts, step)
    )


def _was_done(facts: VisitFacts, step: Step) -> bool:
    """Whether an optional ``step`` left a mark: a truck that was weighed was not thereby called."""
    return facts.called_at is not None if step is Step.CALL else is_done(facts, step)


def _optional(rules: YardRules) -> frozenset[Step]:
    asked = {
        Step.CHECK_RADIATION: rules.radiation,
        Step.CALL: rules.calling,
        Step.INSPECT: rules.inspection,
        Step.UNLOAD: rules.unloading,
    }
    return frozenset(step for step, wanted in asked.items() if not wanted)


def _order(kind: VisitKind) -> tuple[WeighingPass, WeighingPass]:
    return FIRST_PASS[kind], other_pass(FIRST_PASS[kind])


def _weigh(weighing_pass: WeighingPass) -> Step:
    return Step.WEIGH_GROSS if weighing_pass is WeighingPass.GROSS else Step.WEIGH_TARE
