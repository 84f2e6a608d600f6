"""The weighing ticket: gross, tare and decision become masses that are fixed for ever."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from service.domain.access import Action
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.load_lines import NO_LINES, LoadLines
from service.domain.party import Actor
from service.domain.ticket import (
    NO_DEDUCTION,
    Deduction,
    Deductions,
    TicketMasses,
    masses,
    rejection_reason,
    require_residual,
)
from service.domain.visit import (
    StepMissingError,
    VisitKind,
    WeighingMissingError,
    require_kind,
)
from service.proof.document import document_data
from service.storage import lot as lots
from service.storage import ticket as tickets
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grade import GradeDecisionRow, decision_of
from service.storage.journal import entry_by_hash
from service.storage.photograph import PhotographRow, photographs_of
from service.storage.weighing import WeighingRow, weighing_of, weighings_of
from service.usecases import numbering
from service.usecases.control_hold import release_parents
from service.usecases.evidence import Evidence, record_document
from service.usecases.photograph import image_entries
from service.usecases.ports import Deps
from service.usecases.promise import promise_once_stored
from service.usecases.reading import document_record
from service.usecases.visit import require_visit
from service.usecases.visit_guard import require_going_on


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
    """``lot_id`` may name the lot; without it the material enters the lot of its grade.

    ``residual_kg`` stays on a truck whose tare is a stored one. ``lines`` split a load of several
    grades or materials.

    ``ticket_no`` and ``at`` are given where the ticket was issued at the scale and comes here
    later: its number and the instant of its issue stand already.
    """

    visit_id: str
    rejected_kg: int = 0
    rejected_reason: str = ""
    residual_kg: int = 0
    deduction: Deduction | Deductions = NO_DEDUCTION
    lines: LoadLines = NO_LINES
    lot_id: str | None = None
    ticket_no: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidTicket:
    """``ticket_no`` and ``at`` as in ``IssueTicket``."""

    visit_id: str
    reason: str
    ticket_no: str | None = None
    at: datetime | None = None


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
        require_going_on(tx, visit, command.at or deps.now())
        gross = weighing(tx, visit.visit_id, "gross")
        tare = weighing(tx, visit.visit_id, "tare")
        decision = _decision(tx, visit.visit_id)
        require_residual(command.residual_kg, tare_is_stored=tare.found_weighing_id is not None)
        fixed = masses(
            gross.kg,
            tare.kg,
            rejected_kg=command.rejected_kg,
            residual_kg=command.residual_kg,
            deduction=command.deduction,
        )
        if fixed.accepted_kg == 0:
            raise NothingAcceptedError(field="rejected_kg", value=0)
        photographs = late_photographs(tx, visit.visit_id, decision.target_hash)
        require_photographs(tx, visit.visit_id, command.deduction)
        command.lines.require_decided(grades_of_decision(tx, visit.visit_id))
        when = _When.of(command.at, deps)
        lot = _lot(tx, command.lot_id, visit.site_id, decision.grade, when.issued_at)
        record = {
            "gross_kg": gross.kg,
            "tare_kg": tare.kg,
            "net_kg": fixed.net_kg,
            "rejected_kg": command.rejected_kg,
            "rejected_reason": rejection_reason(command.rejected_kg, command.rejected_reason),
            "residual_kg": command.residual_kg,
            "accepted_kg": fixed.accepted_kg,
            "deduction": command.deduction.record(),
            "deducted_kg": fixed.deducted_kg,
            "settlement_kg": fixed.settlement_kg,
            "lines": command.lines.record(fixed.settlement_kg),
            "grade": decision.grade,
            "lot_id": lot.lot_id,
        }
        parents = {
            "gross": gross.target_hash,
            "tare": tare.target_hash,
            "decision": decision.target_hash,
            **release_parents(tx, {"gross": gross, "tare": tare}),
        }
        draft = _Draft(
            status="issued",
            ticket_no=command.ticket_no,
            when=when,
            record=record,
            parents=parents,
            images=image_entries(photographs),
            masses=fixed,
            lot_id=lot.lot_id,
        )
        return _store(tx, visit, draft, actor, deps)


def void_ticket(command: VoidTicket, actor: Actor, deps: Deps) -> Ticket:
    """End a visit without a load; the number that was drawn stays on record as void."""
    reason = command.reason.strip()
    if not reason:
        raise VoidReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.TICKET_VOID)
        draft = _Draft(
            status="void",
            ticket_no=command.ticket_no,
            when=_When.of(command.at, deps),
            record={"void_reason": reason},
            parents=_weighed(tx, visit.visit_id),
        )
        return _store(tx, visit, draft, actor, deps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """When a ticket was issued, and when it came on record: later where a scale was offline."""

    issued_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, at: datetime | None, deps: Deps) -> Self:
        now = whole_second(deps.now())
        return cls(issued_at=now if at is None else whole_second(at), recorded_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A ticket before its number is drawn; a void one has no masses and no lot."""

    status: str
    ticket_no: str | None
    when: _When
    record: Mapping[str, Any]
    parents: Mapping[str, bytes]
    images: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    masses: TicketMasses | None = None
    lot_id: str | None = None


def _store(tx: Tx, visit: visits.VisitRow, draft: _Draft, actor: Actor, deps: Deps) -> Ticket:
    """Draw the number, or take the one drawn at the scale; journal the document, keep the row."""
    now, at = draft.when.recorded_at, draft.when.issued_at
    ticket_no = numbering.ticket_no(
        tx, draft.ticket_no, site_id=visit.site_id, unit=deps.unit, at=at
    )
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
            "issued_at": utc_text(at),
            "recorded_at": None if now == at else utc_text(now),
            "operator_id": actor.user_id,
        },
        personal={"plate": visit.plate} if draft.masses else {},
        parents=draft.parents,
        images=draft.images,
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
            issued_at=at,
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
        issued_at=at,
        target_hash=target_hash,
    )


def late_photographs(tx: Tx, visit_id: str, decision_hash: bytes) -> list[PhotographRow]:
    """Pictures that people made and that the grade decision does not hold: the ticket does."""
    entry = entry_by_hash(tx, decision_hash)
    assert entry is not None  # noqa: S101 # a foreign key holds it
    held = document_data(json.loads(entry.document)).get("images", {})
    return [
        photograph
        for photograph in photographs_of(tx, visit_id)
        if photograph.weighing_id is None and photograph.photograph_id not in held
    ]


def require_photographs(tx: Tx, visit_id: str, deduction: Deduction | Deductions) -> None:
    """Every picture that a deduction names is one of the visit; raises ``NotFoundError``."""
    lines = deduction.lines if isinstance(deduction, Deductions) else (deduction,)
    named = {each for line in lines for each in line.photographs}
    missing = named - {each.photograph_id for each in photographs_of(tx, visit_id)} if named else ()
    for photograph_id in sorted(missing):
        raise NotFoundError(field="deductions", what="photograph", key=photograph_id[:64])


def grades_of_decision(tx: Tx, visit_id: str) -> tuple[str, ...]:
    """The codes of which the visit's grade decision says that they are in the load."""
    decision = _decision(tx, visit_id)
    shares_bp: Mapping[str, int] = document_record(entry_by_hash(tx, decision.target_hash))[
        "shares"
    ]
    return tuple(dict.fromkeys((decision.grade, *(code for code in shares_bp if shares_bp[code]))))


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
