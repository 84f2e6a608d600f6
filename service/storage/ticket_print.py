"""Copies of tickets on paper."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import ticket_print


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPrintRow:
    """One copy: ``unit`` printed it, ``target_hash`` is the version that stands on it."""

    ticket_no: str
    unit: str
    copy_no: int
    target_hash: bytes
    paper: str
    printed_at: datetime
    recorded_at: datetime
    printed_by: str
    code_salt: bytes
    code_hash: bytes


def add_print(tx: Tx, row: TicketPrintRow) -> None:
    add(tx, ticket_print, row)


def prints_of(tx: Tx, ticket_no: str) -> list[TicketPrintRow]:
    """The copies of a ticket in the order in which they were printed."""
    table = ticket_print.c
    query = select_as(TicketPrintRow, ticket_print).where(table.ticket_no == ticket_no)
    return every(tx, TicketPrintRow, query.order_by(table.printed_at, table.unit, table.copy_no))


def last_copy_no(tx: Tx, ticket_no: str, unit: str) -> int:
    """The number of the unit's last copy, 0 before the first."""
    table = ticket_print.c
    query = select(func.max(table.copy_no)).where(table.ticket_no == ticket_no, table.unit == unit)
    return int(tx.execute(query).scalar_one() or 0)
