"""What is done with a truck beside weighing: checked, called, inspected, unloaded, let out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from service.domain.access import Action
from service.domain.errors import ForbiddenError, RuleBrokenError, gettext_noop
from service.domain.instants import BUSINESS_ZONE, business_date, whole_second
from service.domain.party import Actor
from service.domain.plate import normal_plate
from service.domain.radiation import RadiationDecision, RadiationReading
from service.domain.register import require_no_id_number
from service.domain.visit import StepMissingError
from service.domain.weighing import WeighingPass
from service.domain.yard_guard import require_step
from service.domain.yard_steps import Step
from service.storage import visit as visits
from service.storage import visit_flow as flow
from service.storage.db import Tx
from service.storage.visit_facts import facts_of
from service.storage.yard_rules import site_rules
from service.usecases.ports import Deps
from service.usecases.visit import known_visit

log = structlog.get_logger(__name__)


class ExitDeniedError(ForbiddenError):
    """The truck may not leave. No more is said at the gate; the reason goes to the log."""

    message = gettext_noop("Exit denied.")


class RejectedMassError(RuleBrokenError):
    """The rejected part is not a part of the load."""

    message = gettext_noop("Rejected %(value)s kg; allowed is %(limit)s kg.")


class FlowReasonMissingError(RuleBrokenError):
    """A step asks for words that were not given."""

    message = gettext_noop("Say %(value)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRadiation:
    """``at`` is when it was done, here and below; None for now."""

    visit_id: str
    reading: RadiationReading
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallVisit:
    """``order`` None: the next number of the day."""

    visit_id: str
    place: str
    order: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectVisit:
    visit_id: str
    sealed_vessels_ok: bool
    remark: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnloadVisit:
    visit_id: str
    place: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectPart:
    """``kg`` that go back on the truck; the ticket states them again and takes them off."""

    visit_id: str
    kg: int
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewStay:
    visit_id: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitVisit:
    """``plate`` is what was read at the gate, None where nobody read it."""

    visit_id: str
    at_gate: str
    plate: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step on record; ``calling_order`` of a call alone."""

    step_id: str
    visit_id: str
    step: str
    calling_order: int | None
    at: datetime


def record_radiation(command: RecordRadiation, actor: Actor, deps: Deps) -> StepDone:
    """Keep the check; HOLD and NOTIFY stop the truck until it is measured again.

    Raises ``RadiationFigureError`` where the instrument's calibration is over.
    """
    now, at = _times(command.at, deps)
    reading = command.reading
    reading.require_calibrated(business_date(at))
    with deps.db.transaction() as tx:
        visit = _at_step(tx, command.visit_id, Step.CHECK_RADIATION, actor, at)
        row = flow.RadiationCheckRow(
            check_id=deps.new_id(),
            visit_id=visit.visit_id,
            background_nsv_h=list(reading.background_nsv_h),
            max_nsv_h=reading.max_nsv_h,
            alarm_level_nsv_h=reading.alarm_level_nsv_h,
            rescans_nsv_h=list(reading.rescans_nsv_h),
            decision=reading.decision.value,
            officer=reading.officer.strip(),
            instrument=reading.instrument.strip(),
            calibration_due=reading.calibration_due,
            vehicle_speed_kmh=reading.vehicle_speed_kmh,
            handheld_max_nsv_h=reading.handheld_max_nsv_h,
            handheld_position=reading.handheld_position,
            nuclide=reading.nuclide,
            at=at,
            recorded_at=now,
            recorded_by=actor.user_id,
        )
        flow.add_radiation_check(tx, row)
    return StepDone(
        step_id=row.check_id,
        visit_id=row.visit_id,
        step=Step.CHECK_RADIATION.value,
        calling_order=None,
        at=at,
    )


def call_visit(command: CallVisit, actor: Actor, deps: Deps) -> StepDone:
    """Call the truck to a place: the scale, an unloading bay."""
    place = _words(command.place, gettext_noop("where the truck is called to"), field="place")
    at = _times(command.at, deps)[1]
    with deps.db.transaction() as tx:
        visit = _at_step(tx, command.visit_id, Step.CALL, actor, at)
        midnight = at.astimezone(BUSINESS_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        drawn = flow.next_calling_order(tx, visit.site_id, midnight)
        order = drawn if command.order is None else command.order
        return _done(tx, visit, "CALLED", at, actor, deps, place=place, calling_order=order)


def inspect_visit(command: InspectVisit, actor: Actor, deps: Deps) -> StepDone:
    """Say whether the load is free of sealed vessels (control C17)."""
    at = _times(command.at, deps)[1]
    require_no_id_number("remark", command.remark)
    with deps.db.transaction() as tx:
        visit = _at_step(
            tx, command.visit_id, Step.INSPECT, actor, at, right=Action.PHOTOGRAPH_UPLOAD
        )
        return _done(
            tx,
            visit,
            "INSPECTED",
            at,
            actor,
            deps,
            sealed_vessels_ok=command.sealed_vessels_ok,
            remark=command.remark.strip() or None,
        )


def unload_visit(command: UnloadVisit, actor: Actor, deps: Deps) -> StepDone:
    """Say where the load was put down."""
    place = _words(command.place, gettext_noop("where the load was unloaded"), field="place")
    at = _times(command.at, deps)[1]
    with deps.db.transaction() as tx:
        visit = _at_step(tx, command.visit_id, Step.UNLOAD, actor, at)
        return _done(tx, visit, "UNLOADED", at, actor, deps, place=place)


def reject_part(command: RejectPart, actor: Actor, deps: Deps) -> StepDone:
    """Note that a part of the load goes back; raises ``RejectedMassError``."""
    reason = _words(command.reason, gettext_noop("why it is rejected"), field="reason")
    at = _times(command.at, deps)[1]
    with deps.db.transaction() as tx:
        visit = known_visit(tx, command.visit_id, actor, Action.PHOTOGRAPH_UPLOAD)
        (facts,) = facts_of(tx, [visit], at)
        if facts.ended_no is None and not facts.counted:
            missing = gettext_noop("the first weighing")
            raise StepMissingError(
                field="visit_id", value=gettext_noop("the rejection"), limit=missing
            )
        require_step(facts, Step.VOID, site_rules(tx, visit.site_id).yard)
        gross = facts.effective(WeighingPass.GROSS)
        most_kg = 0 if gross is None else gross.kg
        if not 0 < command.kg < most_kg:
            raise RejectedMassError(field="kg", value=command.kg, limit=f"1–{most_kg}")
        return _done(tx, visit, "REJECTED", at, actor, deps, kg=command.kg, remark=reason)


def renew_stay(command: RenewStay, actor: Actor, deps: Deps) -> StepDone:
    """Let a truck that has been on site too long stay as long again."""
    reason = _words(command.reason, gettext_noop("why the truck stays"), field="reason")
    at = _times(command.at, deps)[1]
    with deps.db.transaction() as tx:
        visit = _at_step(tx, command.visit_id, Step.RENEW, actor, at, right=Action.VISIT_RENEW)
        return _done(tx, visit, "RENEWED", at, actor, deps, remark=reason)


def exit_visit(command: ExitVisit, actor: Actor, deps: Deps) -> StepDone:
    """Let the truck out, once each of its drops has ended.

    Raises ``ExitDeniedError`` for another truck than that of the visit and for one that radiates
    while no authority was notified; ``StepMissingError`` where the visit has not ended.
    """
    gate = _words(command.at_gate, gettext_noop("at which gate"), field="at_gate")
    at = _times(command.at, deps)[1]
    with deps.db.transaction() as tx:
        visit = known_visit(tx, command.visit_id, actor, Action.VISIT_OPEN)
        _require_same_truck(visit, command.plate)
        drops = _with_earlier_drops(tx, visit)
        _require_all_ended(tx, drops, at)
        left = [_done(tx, drop, "EXITED", at, actor, deps, place=gate) for drop in drops]
        return left[-1]


def _require_all_ended(tx: Tx, drops: list[visits.VisitRow], at: datetime) -> None:
    rules = site_rules(tx, drops[-1].site_id).yard
    for facts in facts_of(tx, drops, at):
        require_step(facts, Step.EXIT, rules)
        if facts.radiation == RadiationDecision.HOLD:
            log.warning("exit denied", visit_id=facts.visit_id, reason="radiation")
            raise ExitDeniedError(field="visit_id")


def _require_same_truck(visit: visits.VisitRow, plate: str | None) -> None:
    if plate is not None and normal_plate(plate) != visit.plate:
        log.warning("exit denied", visit_id=visit.visit_id, reason="another plate")
        raise ExitDeniedError(field="plate")


def _with_earlier_drops(tx: Tx, visit: visits.VisitRow) -> list[visits.VisitRow]:
    earlier = (visits.visit_by_id(tx, each) for each in visits.visits_before(tx, visit.visit_id))
    return [*(row for row in earlier if row is not None), visit]


def _at_step(
    tx: Tx,
    visit_id: str,
    step: Step,
    actor: Actor,
    at: datetime,
    *,
    right: Action = Action.VISIT_OPEN,
) -> visits.VisitRow:
    """The visit, locked, which may take ``step`` at that time."""
    visit = known_visit(tx, visit_id, actor, right)
    (facts,) = facts_of(tx, [visit], at)
    require_step(facts, step, site_rules(tx, visit.site_id).yard)
    return visit


def _done(
    tx: Tx,
    visit: visits.VisitRow,
    step: str,
    at: datetime,
    actor: Actor,
    deps: Deps,
    **stated: Any,
) -> StepDone:
    row = flow.VisitStepRow(
        step_id=deps.new_id(),
        visit_id=visit.visit_id,
        step=step,
        at=at,
        recorded_at=whole_second(deps.now()),
        recorded_by=actor.user_id,
        **stated,
    )
    flow.add_step(tx, row)
    return StepDone(
        step_id=row.step_id,
        visit_id=row.visit_id,
        step=step,
        calling_order=row.calling_order,
        at=at,
    )


def _times(at: datetime | None, deps: Deps) -> tuple[datetime, datetime]:
    """Return now, and when it was done."""
    now = whole_second(deps.now())
    return now, whole_second(at or now)


def _words(text: str, what: str, *, field: str) -> str:
    if not text.strip():
        raise FlowReasonMissingError(field=field, value=what)
    require_no_id_number(field, text)
    return text.strip()
