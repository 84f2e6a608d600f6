"""The weighing ticket: gross, tare and decision become masses that are fixed for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.ticket import (
    NO_DEDUCTION,
    Deduction,
    TicketMasses,
    masses,
    rejection_reason,
)
from service.domain.visit import (
    StepMissingError,
    VisitKind,
    WeighingMissingError,
    require_kind,
)
from service.storage import lot as lots
from service.storage import ticket as tickets
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grade import GradeDecisionRow, decision_of
from service.storage.weighing import WeighingRow, weighing_of, weighings_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_ticket_no
from service.usecases.ports import Deps
from service.usecases.promise import promise_once_stored
from service.usecases.visit import require_visit


class VoidReasonMissingError(RuleBrokenError):
    """A visit is given up without saying why."""

    message = gettext_noop("A void ticket needs a reason.")


class NothingAcceptedError(RuleBrokenError):
    """The whole load was rejected: nothing enters a lot."""

    message = gettext_noop(
        "%(value)s kg are accepted. Void the ticket instead when the whole load is sent back."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTicket:
    """``lot_id`` may name the lot; without it the material enters the lot of its grade."""

    visit_id: str
    rejected_kg: int = 0
    rejected_reason: str = ""
    deduction: Deduction = NO_DEDUCTION
    lot_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidTicket:
    visit_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An issued ticket with its masses and lot, or a void one with neither."""

    ticket_no: str
    visit_id: str
    status: str
    masses: TicketMasses | None
    lot_id: str | None
    issued_at: datetime
    target_hash: bytes


def issue_ticket(command: IssueTicket, actor: Actor, deps: Deps) -> Ticket:
    """Fix the masses of a received load and put what was accepted into its lot."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.TICKET_ISSUE)
        require_kind(visit.kind, VisitKind.RECEIVING)
        gross = weighing(tx, visit.visit_id, "gross")
        tare = weighing(tx, visit.visit_id, "tare")
        decision = _decision(tx, visit.visit_id)
        fixed = masses(
            gross.kg, tare.kg, rejected_kg=command.rejected_kg, deduction=command.deduction
        )
        if fixed.accepted_kg == 0:
            raise NothingAcceptedError(field="rejected_kg", value=0)
        now = whole_second(deps.now())
        lot = _lot(tx, command.lot_id, visit.site_id, decision.grade, now)
        record = {
            "gross_kg": gross.kg,
            "tare_kg": tare.kg,
            "net_kg": fixed.net_kg,
            "rejected_kg": command.rejected_kg,
            "rejected_reason": rejection_reason(command.rejected_kg, command.rejected_reason),
            "residual_kg": 0,
            "accepted_kg": fixed.accepted_kg,
            "deduction": command.deduction.record(),
            "deducted_kg": fixed.deducted_kg,
            "settlement_kg": fixed.settlement_kg,
            "grade": decision.grade,
            "lot_id": lot.lot_id,
        }
        parents = {
            "gross": gross.target_hash,
            "tare": tare.target_hash,
            "decision": decision.target_hash,
        }
        draft = _Draft(
            status="issued", record=record, parents=parents, masses=fixed, lot_id=lot.lot_id
        )
        return _store(tx, visit, draft, actor, deps, now)


def void_ticket(command: VoidTicket, actor: Actor, deps: Deps) -> Ticket:
    """End a visit without a load; the number that was drawn stays on record as void."""
    reason = command.reason.strip()
    if not reason:
        raise VoidReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.TICKET_VOID)
        draft = _Draft(
            status="void", record={"void_reason": reason}, parents=_weighed(tx, visit.visit_id)
        )
        return _store(tx, visit, draft, actor, deps, whole_second(deps.now()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A ticket before its number is drawn; a void one has no masses and no lot."""

    status: str
    record: Mapping[str, Any]
    parents: Mapping[str, bytes]
    masses: TicketMasses | None = None
    lot_id: str | None = None


def _store(
    tx: Tx, visit: visits.VisitRow, draft: _Draft, actor: Actor, deps: Deps, now: datetime
) -> Ticket:
    """Draw the number, journal the document and keep the row."""
    ticket_no = next_ticket_no(tx, site_id=visit.site_id, unit=deps.unit, at=now)
    evidence = Evidence(
        kind="ticket",
        document_id=ticket_no,
        subject_id=visit.visit_id,
        recorded_at=now,
        record={
            "ticket_no": ticket_no,
            "visit_id": visit.visit_id,
            "site_id": visit.site_id,
            "status": draft.status,
            **draft.record,
            "issued_at": utc_text(now),
            "operator_id": actor.user_id,
        },
        personal={"plate": visit.plate} if draft.masses else {},
        parents=draft.parents,
    )
    target_hash = record_document(tx, evidence, deps)
    tickets.add_ticket(
        tx,
        tickets.TicketRow(
            ticket_no=ticket_no,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            status=draft.status,
            lot_id=draft.lot_id,
            accepted_kg=draft.masses.accepted_kg if draft.masses else 0,
            settlement_kg=draft.masses.settlement_kg if draft.masses else 0,
            issued_at=now,
            operator_id=actor.user_id,
            target_hash=target_hash,
        ),
    )
    promise_once_stored(target_hash, deps)
    return Ticket(
        ticket_no=ticket_no,
        visit_id=visit.visit_id,
        status=draft.status,
        masses=draft.masses,
        lot_id=draft.lot_id,
        issued_at=now,
        target_hash=target_hash,
    )


def weighing(tx: Tx, visit_id: str, weighing_pass: str) -> WeighingRow:
    """The recorded pass of the visit; raises where it was not made."""
    found = weighing_of(tx, visit_id, weighing_pass)
    if found is None:
        raise WeighingMissingError(field="visit_id", value=weighing_pass)
    return found


def _decision(tx: Tx, visit_id: str) -> GradeDecisionRow:
    found = decision_of(tx, visit_id)
    if found is None:
        raise StepMissingError(field="visit_id", value="ticket", limit="grade decision")
    return found


def _lot(tx: Tx, lot_id: str | None, site_id: str, grade: str, at: datetime) -> lots.LotRow:
    own = lots.LotRow(lot_id=f"{site_id}-{grade}", site_id=site_id, grade=grade, opened_at=at)
    if lot_id is not None and lot_id != own.lot_id:
        raise NotFoundError(field="lot_id", what="lot", key=lot_id[:64])
    return lots.open_lot(tx, own)


def _weighed(tx: Tx, visit_id: str) -> dict[str, bytes]:
    return {row.weighing_pass: row.target_hash for row in weighings_of(tx, visit_id)}
