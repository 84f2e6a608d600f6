"""Corrections of tickets and delivery notes: the whole record again, by a supervisor, with a
reason; the former document is superseded, and nothing is edited."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.correction import (
    DeliveryReceivedError,
    DeliverySettledError,
    WaybillTakenError,
    corrected_delivery,
    corrected_ticket,
    correction_reason,
    lot_after,
)
from service.domain.delivery import distance_text
from service.domain.errors import NotFoundError
from service.domain.instants import utc_text, whole_second
from service.domain.load_lines import LoadLines, regraded
from service.domain.party import Actor
from service.domain.ticket import NO_DEDUCTION, Deduction, Deductions, TicketMasses
from service.proof.document import document_data
from service.storage import correction as corrections
from service.storage import delivery as deliveries
from service.storage import lot as lots
from service.storage import settlement as settlements
from service.storage import ticket as tickets
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.locks import hold
from service.storage.plant_receipt import receipt_of
from service.usecases.booking import require_party
from service.usecases.evidence import Evidence, record_document
from service.usecases.grade_record import RecordedDecision
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.ticket import grades_of_decision, require_photographs


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTicket:
    """The entries of the ticket as they should have been; the weighings stay as they are.

    ``lines`` split the load anew; without them the split stays as it was stated.
    """

    ticket_no: str
    reason: str
    rejected_kg: int = 0
    rejected_reason: str = ""
    deduction: Deduction | Deductions = NO_DEDUCTION
    lines: LoadLines | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDelivery:
    """The note's entries as they should have been; lots and masses stay as they are."""

    delivery_id: str
    reason: str
    waybill_no: str
    carrier_id: str
    distance_km: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction on record; ``version`` counts the documents, the first one included."""

    correction_no: str
    corrects: str
    version: int
    corrected_at: datetime
    supersedes: bytes
    target_hash: bytes


def correct_ticket(command: CorrectTicket, actor: Actor, deps: Deps) -> Correction:
    """State the ticket again with other entries; its lot follows."""
    reason = correction_reason(command.reason)
    with deps.db.transaction() as tx:
        ticket = tickets.ticket_by_no(tx, command.ticket_no, lock=True)
        if ticket is None:
            raise NotFoundError(field="ticket_no", what="ticket", key=command.ticket_no[:64])
        require(actor, Action.CORRECTION_RECORD, Resource(site_id=ticket.site_id))
        values, fixed = corrected_ticket(
            document_record(entry_by_hash(tx, ticket.target_hash)),
            rejected_kg=command.rejected_kg,
            rejected_reason=command.rejected_reason,
            deduction=command.deduction,
            lines=command.lines,
        )
        require_photographs(tx, ticket.visit_id, command.deduction)
        if command.lines is not None:
            command.lines.require_decided(grades_of_decision(tx, ticket.visit_id))
        _keep_lot_whole(tx, ticket, fixed)
        draft = _Draft(
            corrects="ticket",
            number=f"{ticket.ticket_no}-R{ticket.version + 1}",
            subject_id=ticket.visit_id,
            supersedes=ticket.target_hash,
            reason=reason,
            values=values,
        )
        row = _recorded(tx, draft, actor, deps)
        version = corrections.TicketVersionRow(
            correction_no=row.correction_no,
            ticket_no=ticket.ticket_no,
            version=ticket.version + 1,
            accepted_kg=fixed.accepted_kg,
            settlement_kg=fixed.settlement_kg,
        )
        corrections.add_ticket_version(tx, row, version)
    return _correction(row, version.version)


def regrade_ticket(
    tx: Tx,
    ticket: tickets.StandingTicket,
    decision: RecordedDecision,
    reason: str,
    actor: Actor,
    deps: Deps,
) -> Correction:
    """State the ticket again on another grade decision. Its masses stay, and the lot in which the
    material lies; ``ticket`` is locked."""
    record = document_record(entry_by_hash(tx, ticket.target_hash))
    shares_bp = decision.decision.shares_bp
    lines = regraded(record.pop("lines", {}), shares_bp, record["settlement_kg"])
    draft = _Draft(
        corrects="ticket",
        number=f"{ticket.ticket_no}-R{ticket.version + 1}",
        subject_id=ticket.visit_id,
        supersedes=ticket.target_hash,
        reason=reason,
        values={
            **record,
            **({} if lines is None else {"lines": lines}),
            "grade": decision.decision.grade,
        },
        parents={"decision": decision.target_hash},
    )
    row = _recorded(tx, draft, actor, deps)
    version = corrections.TicketVersionRow(
        correction_no=row.correction_no,
        ticket_no=ticket.ticket_no,
        version=ticket.version + 1,
        accepted_kg=ticket.accepted_kg,
        settlement_kg=ticket.settlement_kg,
    )
    corrections.add_ticket_version(tx, row, version)
    return _correction(row, version.version)


def correct_delivery(command: CorrectDelivery, actor: Actor, deps: Deps) -> Correction:
    """State the delivery note again with another waybill, carrier or distance."""
    reason = correction_reason(command.reason)
    with deps.db.transaction() as tx:
        delivery = deliveries.delivery_by_id(tx, command.delivery_id, lock=True)
        if delivery is None:
            raise NotFoundError(field="delivery_id", what="delivery", key=command.delivery_id[:64])
        require(actor, Action.CORRECTION_RECORD, Resource(site_id=delivery.site_id))
        _require_unreceived(tx, delivery)
        require_party(tx, command.carrier_id, kind="carrier", field="carrier_id")
        values = corrected_delivery(
            document_record(entry_by_hash(tx, delivery.target_hash)),
            waybill_no=command.waybill_no,
            carrier_id=command.carrier_id,
            distance_km=distance_text(command.distance_km),
        )
        _require_own_waybill(tx, command.waybill_no, delivery.delivery_id)
        draft = _Draft(
            corrects="delivery",
            number=f"{delivery.delivery_no}-R{delivery.version + 1}",
            subject_id=delivery.delivery_id,
            supersedes=delivery.target_hash,
            reason=reason,
            values=values,
        )
        row = _recorded(tx, draft, actor, deps)
        version = corrections.DeliveryVersionRow(
            correction_no=row.correction_no,
            delivery_id=delivery.delivery_id,
            version=delivery.version + 1,
            waybill_no=values["waybill_no"],
            carrier_id=values["carrier_id"],
            distance_km=values["distance_km"],
        )
        corrections.add_delivery_version(tx, row, version)
    return _correction(row, version.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A correction before its document is hashed; ``parents`` are those that are others now."""

    corrects: str
    number: str
    subject_id: str
    supersedes: bytes
    reason: str
    values: Mapping[str, Any]
    parents: Mapping[str, bytes] = field(default_factory=dict)


def _recorded(tx: Tx, draft: _Draft, actor: Actor, deps: Deps) -> corrections.CorrectionRow:
    """Journal the correction: all of the former document again, with fresh salts."""
    entry = entry_by_hash(tx, draft.supersedes)
    assert entry is not None  # noqa: S101 # a foreign key holds it
    former = document_data(json.loads(entry.document))
    now = whole_second(deps.now())
    evidence = Evidence(
        kind="correction",
        document_id=draft.number,
        subject_id=draft.subject_id,
        recorded_at=now,
        record={
            "corrects": draft.corrects,
            "reason": draft.reason,
            "corrected_at": utc_text(now),
            "corrected_by": actor.user_id,
            "values": draft.values,
        },
        personal=former.get("personal", {}),
        parents={
            **{
                part: bytes.fromhex(digest)
                for part, digest in former.get("links", {}).get("parents", {}).items()
            },
            **draft.parents,
        },
        supersedes=draft.supersedes,
    )
    return corrections.CorrectionRow(
        correction_no=draft.number,
        corrects=draft.corrects,
        reason=draft.reason,
        corrected_at=now,
        corrected_by=actor.user_id,
        supersedes=draft.supersedes,
        target_hash=record_document(tx, evidence, deps),
    )


def _correction(row: corrections.CorrectionRow, version: int) -> Correction:
    return Correction(
        correction_no=row.correction_no,
        corrects=row.corrects,
        version=version,
        corrected_at=row.corrected_at,
        supersedes=row.supersedes,
        target_hash=row.target_hash,
    )


def _keep_lot_whole(tx: Tx, ticket: tickets.StandingTicket, fixed: TicketMasses) -> None:
    """Lock the lot and see that deliveries did not take what the correction would take back."""
    lot_id = ticket.lot_id or ""
    lots.locked_lot(tx, lot_id)
    lot_after(
        lot_id,
        lots.held_kg(tx, lot_id),
        old_accepted_kg=ticket.accepted_kg,
        new_accepted_kg=fixed.accepted_kg,
    )


def _require_unreceived(tx: Tx, delivery: deliveries.StandingDelivery) -> None:
    live = settlements.live_settlement_of(tx, delivery.delivery_id)
    if live is not None and settlements.approval_of(tx, live.settlement_id) is not None:
        raise DeliverySettledError(
            field="delivery_id", value=delivery.delivery_no, limit=live.settlement_no
        )
    if receipt_of(tx, delivery.delivery_id) is not None:
        raise DeliveryReceivedError(field="delivery_id", value=delivery.delivery_no)


def _require_own_waybill(tx: Tx, waybill_no: str, delivery_id: str) -> None:
    """No two deliveries bear one waybill, now or before."""
    hold(tx, f"waybill {waybill_no}")
    other = deliveries.delivery_by_waybill(tx, waybill_no)
    if other is not None and other.delivery_id != delivery_id:
        raise WaybillTakenError(field="waybill_no", value=waybill_no, limit=other.delivery_no)
