"""Entries about the truck: it came, was checked, called, inspected, unloaded, and left."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from service.devices.edge.entries import parsed_instant
from service.devices.edge.entry_bodies import (
    RadiationChecked,
    VisitCalled,
    VisitExited,
    VisitInspected,
    VisitOpened,
    VisitUnloaded,
)
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.radiation import RadiationDecision, RadiationReading
from service.domain.visit import VisitKind
from service.storage.db import Tx
from service.usecases.edge_entry.act import Act
from service.usecases.ports import Deps
from service.usecases.visit import OpenVisit, open_visit
from service.usecases.visit_flow import (
    CallVisit,
    ExitVisit,
    InspectVisit,
    RecordRadiation,
    UnloadVisit,
    call_visit,
    exit_visit,
    inspect_visit,
    record_radiation,
    unload_visit,
)


class DayInvalidError(RuleBrokenError):
    """A text of the form of a date that is none."""

    message = gettext_noop("%(value)s is no date.")


def _opened(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitOpened = act.body
    command = OpenVisit(
        site_id=act.site_id,
        kind=VisitKind(body.visit_kind),
        plate=body.plate,
        code=body.code,
        card_no=body.card_no,
        continues=body.continues,
        supplier_id=body.supplier_id,
        plant_id=body.plant_id,
        carrier_id=body.carrier_id,
        driver_id=body.driver_id,
        distance_km=body.distance_km,
        material=body.material,
        identified_by=body.identified_by,
        visit_id=body.visit_id,
        at=parsed_instant(body.arrived_at),
    )
    open_visit(command, act.actor, deps)


def _radiation(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: RadiationChecked = act.body
    check = body.check
    reading = RadiationReading(
        background_nsv_h=tuple(check.background_nsv_h),
        max_nsv_h=check.max_nsv_h,
        alarm_level_nsv_h=check.alarm_level_nsv_h,
        rescans_nsv_h=tuple(check.rescans_nsv_h),
        decision=RadiationDecision(check.decision),
        officer=check.officer,
        instrument=check.instrument,
        calibration_due=_day(check.calibration_due),
    )
    command = RecordRadiation(visit_id=body.visit_id, reading=reading, at=act.at)
    record_radiation(command, act.actor, deps)


def _called(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitCalled = act.body
    command = CallVisit(visit_id=body.visit_id, place=body.place, order=body.order, at=act.at)
    call_visit(command, act.actor, deps)


def _inspected(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitInspected = act.body
    command = InspectVisit(
        visit_id=body.visit_id,
        sealed_vessels_ok=body.sealed_vessels_ok,
        remark=body.remark,
        at=act.at,
    )
    inspect_visit(command, act.actor, deps)


def _unloaded(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitUnloaded = act.body
    command = UnloadVisit(visit_id=body.visit_id, place=body.place, at=act.at)
    unload_visit(command, act.actor, deps)


def _exited(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitExited = act.body
    command = ExitVisit(visit_id=body.visit_id, at_gate=body.at_gate, at=act.at)
    exit_visit(command, act.actor, deps)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayInvalidError(field="calibration_due", value=text) from None


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType(
    {
        "visit.opened": _opened,
        "radiation.checked": _radiation,
        "visit.called": _called,
        "visit.inspected": _inspected,
        "visit.unloaded": _unloaded,
        "visit.exited": _exited,
    }
)
