"""What sellers answered to their tickets, and wrong codes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import seller_code_failure, ticket_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswerRow:
    """``answer`` (CONFIRMED or DISPUTED) to the version ``target_hash``.

    By the code of the print ``unit``/``copy_no``, or from the account ``user_id``; a dispute has
    its ground, statement and appeal.
    """

    target_hash: bytes
    ticket_no: str
    answer: str
    ground: str | None
    statement: str | None
    appeal_no: str | None
    unit: str | None
    copy_no: int | None
    user_id: str | None
    answered_at: datetime


def add_answer(tx: Tx, row: TicketAnswerRow) -> None:
    add(tx, ticket_answer, row)


def answer_of(tx: Tx, target_hash: bytes) -> TicketAnswerRow | None:
    """The answer to the version of a ticket that has this document."""
    query = select_as(TicketAnswerRow, ticket_answer)
    return one(tx, TicketAnswerRow, query.where(ticket_answer.c.target_hash == target_hash))


def answers_of(tx: Tx, ticket_no: str) -> list[TicketAnswerRow]:
    """The answers to all versions of a ticket, oldest first."""
    table = ticket_answer.c
    query = select_as(TicketAnswerRow, ticket_answer).where(table.ticket_no == ticket_no)
    return every(tx, TicketAnswerRow, query.order_by(table.answered_at))


def add_code_failure(tx: Tx, ticket_no: str, at: datetime) -> None:
    tx.execute(insert(seller_code_failure).values(ticket_no=ticket_no, failed_at=at))


def code_failures(tx: Tx, ticket_no: str, *, since: datetime) -> int:
    """How many wrong codes were entered after ``since``."""
    table = seller_code_failure.c
    query = select(func.count()).where(table.ticket_no == ticket_no, table.failed_at >= since)
    return int(tx.execute(query).scalar_one())
