"""The control room: figures of the day, alarms, the state of the record, and search."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from service.storage import batches
from service.storage.db import Tx
from service.storage.grading_drift import newest_drifts
from service.storage.promise import missed
from service.storage.tables import (
    batch,
    drift_judgement,
    journal,
    plant_receipt,
    settlement_approval,
    visit,
)
from service.storage.trail import BATCHES, TASKS
from service.storage.versions import delivery_now as delivery
from service.storage.versions import ticket_now as ticket
from service.storage.views.document import document
from service.storage.views.edge_entry import held_entries, incidents
from service.storage.views.reader import Reader
from service.storage.visit import is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """``kind`` is visit, ticket, delivery or document; ``key`` opens its page."""

    kind: str
    key: str
    label: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """Something a person should look at: ``kind`` is difference, receipt, anchoring, chain-task,
    waiting, edge-log, edge-clock, edge-held or grading-drift.

    ``value`` and ``limit`` are kilograms for a difference, seconds for a record that waits to be
    sealed, and the number of an edge unit's held entries; ``label`` of the edge kinds is the unit.
    Of a drift ``value`` is the part of unfamiliar loads, ``limit`` the population stability index.
    """

    kind: str
    subject_id: str
    label: str
    at: datetime
    value: int
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    batch_no: int
    entries: int
    state: str
    at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Counts and masses since ``since``; ``oldest_unanchored_at`` is None when all is on record."""

    since: datetime
    on_site: int
    tickets: int
    accepted_kg: int
    deliveries: int
    delivered_kg: int
    settlements: int
    documents: int
    alarms: int
    oldest_unanchored_at: datetime | None
    by_site: tuple[tuple[str, int], ...]


def dashboard(tx: Tx, reader: Reader, *, since: datetime) -> Dashboard:
    on_tickets = [
        ticket.c.issued_at >= since,
        ticket.c.status == "issued",
        reader.sees(ticket.c.site_id),
    ]
    on_deliveries = [
        delivery.c.issued_at >= since,
        reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
    ]
    tickets_of_day = tx.execute(
        select(func.count(), func.coalesce(func.sum(ticket.c.accepted_kg), 0)).where(*on_tickets)
    ).one()
    deliveries_of_day = tx.execute(
        select(func.count(), func.coalesce(func.sum(delivery.c.net_kg), 0)).where(*on_deliveries)
    ).one()
    settled = (
        select(func.count())
        .select_from(settlement_approval)
        .join(delivery, delivery.c.delivery_id == settlement_approval.c.delivery_id)
        .where(
            settlement_approval.c.approved_at >= since,
            reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
        )
    )
    seen = reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id)
    on_site = select(func.count()).where(seen, *is_open(visit.c.visit_id))
    by_site = (
        select(ticket.c.site_id, func.sum(ticket.c.accepted_kg))
        .where(*on_tickets)
        .group_by(ticket.c.site_id)
        .order_by(ticket.c.site_id)
    )
    recorded = select(func.count()).where(journal.c.recorded_at >= since)
    return Dashboard(
        since=since,
        on_site=int(tx.execute(on_site).scalar_one()),
        tickets=tickets_of_day[0],
        accepted_kg=int(tickets_of_day[1]),
        deliveries=deliveries_of_day[0],
        delivered_kg=int(deliveries_of_day[1]),
        settlements=int(tx.execute(settled).scalar_one()),
        documents=int(tx.execute(recorded).scalar_one()),
        alarms=len(alarms(tx, reader)),
        oldest_unanchored_at=oldest_unanchored(tx),
        by_site=tuple((row[0], int(row[1])) for row in tx.execute(by_site)),
    )


def alarms(tx: Tx, reader: Reader, *, limit: int = 200) -> list[AlarmRow]:
    """Differences of two scales beyond their limit, missed receipts, batches that need a person."""
    differences = (
        select(
            plant_receipt.c.delivery_id,
            delivery.c.delivery_no,
            plant_receipt.c.received_at,
            plant_receipt.c.difference_kg,
            plant_receipt.c.limit_kg,
        )
        .join(delivery, delivery.c.delivery_id == plant_receipt.c.delivery_id)
        .where(
            plant_receipt.c.alarm,
            reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
        )
        .order_by(plant_receipt.c.received_at.desc())
        .limit(limit)
    )
    rows = [
        AlarmRow(
            kind="difference",
            subject_id=row.delivery_id,
            label=row.delivery_no,
            at=row.received_at,
            value=row.difference_kg,
            limit=row.limit_kg,
        )
        for row in tx.execute(differences)
    ]
    rows += _missed_receipts(tx, reader, limit) + _edge_units(tx, reader)
    return rows + _drifted(tx, reader) + _failed(tx)


def _drifted(tx: Tx, reader: Reader) -> list[AlarmRow]:
    """Bases whose newest judged week does not look like those on which the head began."""
    return [
        AlarmRow(
            kind="grading-drift",
            subject_id=row.site_id,
            label=row.site_id,
            at=row.judged_at,
            value=row.unfamiliar_bp,
            limit=row.psi_bp,
        )
        for row in newest_drifts(tx, reader.sees(drift_judgement.c.site_id))
        if row.alarm
    ]


def _edge_units(tx: Tx, reader: Reader) -> list[AlarmRow]:
    """Units whose log broke or whose clock is wrong, and those of which entries are held."""
    broken = [
        AlarmRow(
            kind="edge-log" if incident.blocks else "edge-clock",
            subject_id=incident.incident_id,
            label=incident.edge_id,
            at=incident.noticed_at,
            value=0,
            limit=None,
        )
        for incident in incidents(tx, reader)
        if incident.blocks or (incident.kind == "clock" and incident.state == "open")
    ]
    waiting = held_entries(tx, reader, waiting_only=True)
    units = {row.edge_id: row.received_at for row in reversed(waiting)}
    held = [
        AlarmRow(
            kind="edge-held",
            subject_id=edge_id,
            label=edge_id,
            at=oldest_at,
            value=sum(row.edge_id == edge_id for row in waiting),
            limit=None,
        )
        for edge_id, oldest_at in units.items()
    ]
    return broken + held


def _failed(tx: Tx) -> list[AlarmRow]:
    """Batches and chain tasks that need a person."""
    of_batches = [
        AlarmRow(
            kind="anchoring",
            subject_id=str(step.owner),
            label=str(step.owner),
            at=step.at,
            value=int(step.owner),
            limit=None,
        )
        for step in BATCHES.states(tx, among=("failed",))
    ]
    of_tasks = [
        AlarmRow(
            kind="chain-task",
            subject_id=str(step.owner),
            label=str(step.detail.get("reason", "")),
            at=step.at,
            value=0,
            limit=None,
        )
        for step in TASKS.states(tx, among=("failed",))
    ]
    return of_batches + of_tasks


def _missed_receipts(tx: Tx, reader: Reader, limit: int) -> list[AlarmRow]:
    table = missed()
    query = select(table).where(reader.sees(table.c.site_id))
    rows = tx.execute(query.order_by(table.c.recorded_at.desc()).limit(limit))
    return [
        AlarmRow(
            kind="receipt",
            subject_id=row.visit_id,
            label=row.site_id,
            at=row.recorded_at,
            value=0,
            limit=None,
        )
        for row in rows
    ]


def waiting_alarms(tx: Tx, *, now: datetime, within: timedelta) -> list[AlarmRow]:
    """The oldest record outside the public record, if it has waited longer than ``within``."""
    oldest_at = oldest_unanchored(tx)
    if oldest_at is None or now - oldest_at <= within:
        return []
    return [
        AlarmRow(
            kind="waiting",
            subject_id="record",
            label="record",
            at=oldest_at,
            value=int((now - oldest_at).total_seconds()),
            limit=int(within.total_seconds()),
        )
    ]


def oldest_unanchored(tx: Tx) -> datetime | None:
    """When the oldest document was recorded that no confirmed batch holds; None if all are."""
    return batches.oldest_unanchored_at(tx)


def batch_states(tx: Tx, *, limit: int = 100) -> list[BatchState]:
    """The newest batches with their latest step."""
    entries = {
        row.batch_no: row.new_size - row.old_size
        for row in tx.execute(select(batch.c.batch_no, batch.c.old_size, batch.c.new_size))
    }
    newest = reversed(batches.states(tx)[-limit:])
    return [
        BatchState(
            batch_no=int(t.owner),
            entries=entries[int(t.owner)],
            state=t.state,
            at=t.at,
            detail=t.detail,
        )
        for t in newest
    ]


def search(tx: Tx, reader: Reader, text: str, *, limit: int = 20) -> list[SearchHit]:
    """By plate, ticket, waybill, delivery or booking number, or by the hash of a document."""
    wanted = text.strip()
    if not wanted:
        return []
    pattern = f"%{_escaped(wanted.replace('·', '').replace(' ', '').upper())}%"
    hits = _visits(tx, reader, pattern, limit) + _tickets(tx, reader, pattern, limit)
    hits += _deliveries(tx, reader, pattern, limit)
    found = document(tx, reader, wanted.removeprefix("0x").lower())
    if found is not None:
        hits.append(
            SearchHit(
                kind="document",
                key=found.target_hash,
                label=f"{found.kind} {found.document_id}",
                at=found.recorded_at,
            )
        )
    return hits[:limit]


def _visits(tx: Tx, reader: Reader, pattern: str, limit: int) -> list[SearchHit]:
    query = (
        select(visit.c.visit_id, visit.c.plate, visit.c.arrived_at)
        .where(
            visit.c.plate.like(pattern, escape="\\"),
            reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id),
        )
        .order_by(visit.c.arrived_at.desc())
        .limit(limit)
    )
    return [
        SearchHit(kind="visit", key=row.visit_id, label=row.plate, at=row.arrived_at)
        for row in tx.execute(query)
    ]


def _tickets(tx: Tx, reader: Reader, pattern: str, limit: int) -> list[SearchHit]:
    query = (
        select(ticket.c.ticket_no, ticket.c.issued_at)
        .join(visit, visit.c.visit_id == ticket.c.visit_id)
        .where(
            ticket.c.ticket_no.like(pattern, escape="\\"),
            reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id),
        )
        .order_by(ticket.c.issued_at.desc())
        .limit(limit)
    )
    return [
        SearchHit(kind="ticket", key=row.ticket_no, label=row.ticket_no, at=row.issued_at)
        for row in tx.execute(query)
    ]


def _deliveries(tx: Tx, reader: Reader, pattern: str, limit: int) -> list[SearchHit]:
    query = (
        select(delivery.c.delivery_id, delivery.c.delivery_no, delivery.c.issued_at)
        .where(
            or_(
                delivery.c.delivery_no.like(pattern, escape="\\"),
                delivery.c.waybill_no.like(pattern, escape="\\"),
            ),
            reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
        )
        .order_by(delivery.c.issued_at.desc())
        .limit(limit)
    )
    return [
        SearchHit(kind="delivery", key=row.delivery_id, label=row.delivery_no, at=row.issued_at)
        for row in tx.execute(query)
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
