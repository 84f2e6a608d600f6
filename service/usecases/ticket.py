"""The weighing ticket: gross, tare and decision become masses that are fixed for ever."""

from dataclasses import dataclass
from datetime import datetime

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
from service.storage.weighing import WeighingRow, weighing_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_ticket_no
from service.usecases.ports import Deps
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
                "status": "issued",
                "gross_kg": gross.kg,
                "tare_kg": tare.kg,
                "net_kg": fixed.net_kg,
                "rejected_kg": command.rejected_kg,
                "residual_kg": 0,
                "accepted_kg": fixed.accepted_kg,
                "deduction": command.deduction.record(),
                "deducted_kg": fixed.deducted_kg,
                "settlement_kg": fixed.settlement_kg,
                "grade": decision.grade,
                "lot_id": lot.lot_id,
                "rejected_reason": rejection_reason(command.rejected_kg, command.rejected_reason),
                "issued_at": utc_text(now),
                "operator_id": actor.user_id,
            },
            personal={"plate": visit.plate},
            parents={
                "gross": gross.target_hash,
                "tare": tare.target_hash,
                "decision": decision.target_hash,
            },
        )
        row = tickets.TicketRow(
            ticket_no=ticket_no,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            status="issued",
            lot_id=lot.lot_id,
            accepted_kg=fixed.accepted_kg,
            settlement_kg=fixed.settlement_kg,
            issued_at=now,
            operator_id=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        tickets.add_ticket(tx, row)
    return _ticket(row, fixed)


def void_ticket(command: VoidTicket, actor: Actor, deps: Deps) -> Ticket:
    """End a visit without a load; the number that was drawn stays on record as void."""
    reason = command.reason.strip()
    if not reason:
        raise VoidReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.TICKET_VOID)
        now = whole_second(deps.now())
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
                "status": "void",
                "void_reason": reason,
                "issued_at": utc_text(now),
                "operator_id": actor.user_id,
            },
            parents=_weighed(tx, visit),
        )
        row = tickets.TicketRow(
            ticket_no=ticket_no,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            status="void",
            lot_id=None,
            accepted_kg=0,
            settlement_kg=0,
            issued_at=now,
            operator_id=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        tickets.add_ticket(tx, row)
    return _ticket(row, None)


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


def _weighed(tx: Tx, visit: visits.VisitRow) -> dict[str, bytes]:
    passes = ((name, weighing_of(tx, visit.visit_id, name)) for name in ("gross", "tare"))
    return {name: found.target_hash for name, found in passes if found is not None}


def _ticket(row: tickets.TicketRow, fixed: TicketMasses | None) -> Ticket:
    return Ticket(
        ticket_no=row.ticket_no,
        visit_id=row.visit_id,
        status=row.status,
        masses=fixed,
        lot_id=row.lot_id,
        issued_at=row.issued_at,
        target_hash=row.target_hash,
    )
