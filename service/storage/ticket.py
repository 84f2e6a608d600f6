"""Weighing tickets, issued and void."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, one, select_as
from service.storage.tables import ticket
from service.storage.versions import ticket_now


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingTicket(TicketRow):
    """A ticket as its newest version has it; ``version`` counts from 1."""

    version: int
    first_hash: bytes


def add_ticket(tx: Tx, row: TicketRow) -> None:
    add(tx, ticket, row)


def ticket_of(tx: Tx, visit_id: str) -> StandingTicket | None:
    query = select_as(StandingTicket, ticket_now).where(ticket_now.c.visit_id == visit_id)
    return one(tx, StandingTicket, query)


def ticket_by_no(tx: Tx, ticket_no: str, *, lock: bool = False) -> StandingTicket | None:
    """The ticket; ``lock`` keeps others from correcting it or appealing against it meanwhile."""
    if lock:
        hold(tx, f"ticket {ticket_no}")
    query = select_as(StandingTicket, ticket_now).where(ticket_now.c.ticket_no == ticket_no)
    return one(tx, StandingTicket, query)
