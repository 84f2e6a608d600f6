"""Weighing tickets, issued and void."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    ticket_no: str
    visit_id: str
    site_id: str
    status: str
    lot_id: str | None
    accepted_kg: int
    settlement_kg: int
    issued_at: datetime
    operator_id: str
    target_hash: bytes


def add_ticket(tx: Tx, row: TicketRow) -> None:
    add(tx, ticket, row)


def ticket_of(tx: Tx, visit_id: str) -> TicketRow | None:
    return one(tx, TicketRow, select_as(TicketRow, ticket).where(ticket.c.visit_id == visit_id))
