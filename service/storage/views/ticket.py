"""Weighing tickets, short for lists and whole for the page and the print."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from service.domain.correction import standing_record
from service.proof.document import document_data
from service.storage.db import Tx
from service.storage.rows import every
from service.storage.tables import journal, visit
from service.storage.versions import ticket_now as tickets_table
from service.storage.views.promise import PromiseView, promise_of_ticket
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket as its newest version has it; ``record`` and ``promise`` are empty in lists."""

    ticket_no: str
    visit_id: str
    site_id: str
    status: str
    lot_id: str | None
    accepted_kg: int
    settlement_kg: int
    issued_at: datetime
    plate: str
    supplier_id: str | None
    target_hash: str
    version: int
    record: dict[str, Any]
    promise: PromiseView | None


def tickets(
    tx: Tx, reader: Reader, *, limit: int = 100, before: datetime | None = None
) -> list[TicketRow]:
    """Tickets, newest first."""
    query = _query(reader)
    if before is not None:
        query = query.where(tickets_table.c.issued_at < before)
    ordered = query.order_by(tickets_table.c.issued_at.desc(), tickets_table.c.ticket_no.desc())
    return [_row(found) for found in every(tx, _Found, ordered.limit(limit))]


def ticket(tx: Tx, reader: Reader, ticket_no: str) -> TicketRow | None:
    query = _query(reader).where(tickets_table.c.ticket_no == ticket_no)
    found = every(tx, _Found, query)
    return _row(found[0], whole=True, promise=promise_of_ticket(tx, ticket_no)) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    ticket_no: str
    visit_id: str
    site_id: str
    status: str
    lot_id: str | None
    accepted_kg: int
    settlement_kg: int
    issued_at: datetime
    target_hash: bytes
    version: int
    plate: str
    supplier_id: str | None
    document: bytes


def _query(reader: Reader) -> Select[Any]:
    table = tickets_table.c
    return (
        select(
            table.ticket_no,
            table.visit_id,
            table.site_id,
            table.status,
            table.lot_id,
            table.accepted_kg,
            table.settlement_kg,
            table.issued_at,
            table.target_hash,
            table.version,
            visit.c.plate,
            visit.c.supplier_id,
            journal.c.document,
        )
        .join(visit, visit.c.visit_id == table.visit_id)
        .join(journal, journal.c.target_hash == table.target_hash)
        .where(reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id))
    )


def _row(found: _Found, *, whole: bool = False, promise: PromiseView | None = None) -> TicketRow:
    return TicketRow(
        ticket_no=found.ticket_no,
        visit_id=found.visit_id,
        site_id=found.site_id,
        status=found.status,
        lot_id=found.lot_id,
        accepted_kg=found.accepted_kg,
        settlement_kg=found.settlement_kg,
        issued_at=found.issued_at,
        plate=found.plate,
        supplier_id=found.supplier_id,
        target_hash=found.target_hash.hex(),
        version=found.version,
        record=standing_record(document_data(json.loads(found.document))) if whole else {},
        promise=promise,
    )
