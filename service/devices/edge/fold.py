"""What an entry does to the facts of its visit: state is a fold, and folding again does nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from service.devices.edge import entry_bodies as bodies
from service.devices.edge.entries import Envelope, parsed_instant
from service.domain.instants import whole_second
from service.domain.visit import VisitKind
from service.domain.weighing import Source, WeighingPass
from service.domain.yard import PassFact, VisitFacts

CHECK = WeighingPass.CHECK
NOT_PASSED = frozenset({"FLAG", "HOLD", "BLOCK"})


def opened(entry: Envelope, site_id: str) -> VisitFacts:
    """The facts of a visit that ``entry`` (``visit.opened``) opens at ``site_id``."""
    body = entry.content()
    assert isinstance(body, bodies.VisitOpened)  # noqa: S101 # the caller asks for no other
    return VisitFacts(
        visit_id=body.visit_id,
        site_id=site_id,
        kind=VisitKind(body.visit_kind),
        plate=body.plate,
        arrived_at=_second(body.arrived_at),
        supplier_id=body.supplier_id,
        carrier_id=body.carrier_id,
        plant_id=body.plant_id,
        driver_id=body.driver_id,
        material=body.material,
        booking_no=body.booking_no,
        delivery_id=body.delivery_id,
        continues=body.continues,
    )


def folded(facts: VisitFacts, entry: Envelope) -> VisitFacts:
    """The facts after ``entry``; the same where it says nothing of them, or nothing new."""
    change = _CHANGES.get(entry.kind)
    return facts if change is None else change(facts, entry.content(), parsed_instant(entry.at))


def _second(text: str) -> datetime:
    return whole_second(parsed_instant(text))


def _radiation(facts: VisitFacts, body: bodies.RadiationChecked, _at: datetime) -> VisitFacts:
    return replace(facts, radiation=body.check.decision)


def _called(facts: VisitFacts, body: bodies.VisitCalled, at: datetime) -> VisitFacts:
    return replace(
        facts, called_at=whole_second(at), called_to=body.place, calling_order=body.order
    )


def _with_pass(facts: VisitFacts, fact: PassFact) -> VisitFacts:
    if any(known.weighing_id == fact.weighing_id for known in facts.passes):
        return facts
    return replace(facts, passes=(*facts.passes, fact))


def _recorded(facts: VisitFacts, body: bodies.WeighingRecorded, _at: datetime) -> VisitFacts:
    capture = body.capture
    wanted = WeighingPass(body.weighing_pass)
    return _with_pass(
        facts,
        PassFact(
            weighing_id=body.weighing_id,
            weighing_pass=wanted,
            kg=capture["kg"],
            source=capture["source"],
            taken_at=_second(capture["taken_at"]),
            effective=wanted is not CHECK,
            held=_held(body.controls),
            flags=_flags(body.controls),
        ),
    )


def _typed(facts: VisitFacts, body: bodies.WeighingTyped, at: datetime) -> VisitFacts:
    wanted = WeighingPass(body.weighing_pass)
    return _with_pass(
        facts,
        PassFact(
            weighing_id=body.weighing_id,
            weighing_pass=wanted,
            kg=body.kg,
            source=Source.MANUAL.value,
            taken_at=whole_second(at),
            effective=wanted is not CHECK,
            held=_held(body.controls),
            flags=_flags(body.controls),
        ),
    )


def _stored_tare(facts: VisitFacts, body: bodies.StoredTareUsed, at: datetime) -> VisitFacts:
    return _with_pass(
        facts,
        PassFact(
            weighing_id=body.weighing_id,
            weighing_pass=WeighingPass.TARE,
            kg=body.kg,
            source=Source.LIVE.value,
            taken_at=whole_second(at),
            stored=True,
        ),
    )


def _held(controls: list[bodies.ControlVerdict]) -> bool:
    return any(verdict.outcome == "HOLD" for verdict in controls)


def _flags(controls: list[bodies.ControlVerdict]) -> tuple[str, ...]:
    """Each control that did not pass, once, in the order of the verdicts."""
    return tuple(dict.fromkeys(v.control for v in controls if v.outcome in NOT_PASSED))


def _pass_changed(facts: VisitFacts, weighing_id: str, **changes: Any) -> VisitFacts:
    passes = tuple(
        replace(known, **changes) if known.weighing_id == weighing_id else known
        for known in facts.passes
    )
    return replace(facts, passes=passes)


def _voided(facts: VisitFacts, body: bodies.WeighingVoided, _at: datetime) -> VisitFacts:
    return _pass_changed(facts, body.weighing_id, voided=True, effective=False, held=False)


def _hold(facts: VisitFacts, body: bodies.HoldDecided, _at: datetime) -> VisitFacts:
    changes: Mapping[str, Mapping[str, bool]] = {
        "RELEASE": {"held": False},
        "REFUSE": {"held": False, "refused": True},
        "REWEIGH": {"held": False, "voided": True, "effective": False},
    }
    return _pass_changed(facts, body.weighing_id, **changes[body.decision])


def _inspected(facts: VisitFacts, body: bodies.VisitInspected, at: datetime) -> VisitFacts:
    return replace(facts, inspected_at=whole_second(at), sealed_vessels_ok=body.sealed_vessels_ok)


def _graded(facts: VisitFacts, body: bodies.GradeDecided, at: datetime) -> VisitFacts:
    return replace(
        facts,
        graded=body.grade,
        graded_at=whole_second(at),
        shares=tuple(body.shares.items()),
    )


def _unloaded(facts: VisitFacts, body: bodies.VisitUnloaded, at: datetime) -> VisitFacts:
    return replace(facts, unloaded_at=whole_second(at), unloaded_at_place=body.place)


def _ticket(facts: VisitFacts, body: bodies.TicketIssued, _at: datetime) -> VisitFacts:
    return replace(
        facts,
        ticket_no=body.ticket_no,
        ticket_status="issued",
        ended_no=body.ticket_no,
        rejected_kg=body.rejected_kg,
    )


def _void_ticket(facts: VisitFacts, body: bodies.TicketVoided, _at: datetime) -> VisitFacts:
    return replace(facts, ticket_no=body.ticket_no, ticket_status="void", ended_no=body.ticket_no)


def _delivery(facts: VisitFacts, body: bodies.DeliveryIssued, _at: datetime) -> VisitFacts:
    return replace(facts, ended_no=body.delivery_no, delivery_id=body.delivery_id)


def _receipt(facts: VisitFacts, body: bodies.ReceiptIssued, _at: datetime) -> VisitFacts:
    return replace(facts, ended_no=body.receipt_no)


def _exited(facts: VisitFacts, _body: bodies.VisitExited, at: datetime) -> VisitFacts:
    return replace(facts, exited_at=whole_second(at))


_CHANGES: Mapping[str, Callable[[VisitFacts, Any, datetime], VisitFacts]] = MappingProxyType(
    {
        "radiation.checked": _radiation,
        "visit.called": _called,
        "weighing.recorded": _recorded,
        "weighing.typed": _typed,
        "stored_tare.used": _stored_tare,
        "weighing.voided": _voided,
        "hold.decided": _hold,
        "visit.inspected": _inspected,
        "grade.decided": _graded,
        "visit.unloaded": _unloaded,
        "ticket.issued": _ticket,
        "ticket.voided": _void_ticket,
        "delivery.issued": _delivery,
        "receipt.issued": _receipt,
        "visit.exited": _exited,
    }
)
