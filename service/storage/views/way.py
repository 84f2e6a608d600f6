"""The way of the truck: the steps that every page about it shows, with their times."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.tables import (
    batch_entry,
    batch_transition,
    delivery,
    delivery_line,
    journal,
    settlement_approval,
)
from service.storage.versions import ticket_now as ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class WayStep:
    """``step`` is one of arrived gross graded unloaded tare ticket delivered settled anchored;
    ``state`` is done, now, todo or blocked."""

    step: str
    state: str
    at: datetime | None = None


Times = list[tuple[str, datetime | None]]


def way(times: Times, *, blocked: str | None = None) -> list[WayStep]:
    """The steps in their order: those with a time are done, the first without one is now."""
    steps = []
    reached = False
    for step, at in times:
        state = "done" if at is not None else "todo" if reached else "now"
        if at is None:
            reached = True
        if step == blocked:
            state = "blocked"
        steps.append(WayStep(step=step, state=state, at=at))
    return steps


def final_at(tx: Tx, target_hash: bytes | None) -> datetime | None:
    """Since when the document cannot be taken back from the record."""
    if target_hash is None:
        return None
    query = (
        select(func.max(batch_transition.c.at))
        .join(batch_entry, batch_entry.c.batch_no == batch_transition.c.batch_no)
        .join(journal, journal.c.journal_id == batch_entry.c.journal_id)
        .where(journal.c.target_hash == target_hash, batch_transition.c.state == "final")
    )
    at: datetime | None = tx.execute(query).scalar_one()
    return at


def delivered_at(tx: Tx, ticket_no: str) -> tuple[datetime | None, datetime | None]:
    """When the material of a ticket had left its lot, first in first out, and was settled."""
    own = tx.execute(
        select(ticket.c.lot_id, ticket.c.issued_at).where(ticket.c.ticket_no == ticket_no)
    ).one_or_none()
    if own is None or own.lot_id is None:
        return None, None
    put_in = tx.execute(
        select(func.coalesce(func.sum(ticket.c.accepted_kg), 0)).where(
            ticket.c.lot_id == own.lot_id,
            (ticket.c.issued_at < own.issued_at)
            | ((ticket.c.issued_at == own.issued_at) & (ticket.c.ticket_no <= ticket_no)),
        )
    ).scalar_one()
    taken = func.sum(delivery_line.c.kg).over(
        order_by=(delivery.c.issued_at, delivery.c.delivery_no)
    )
    running = (
        select(delivery.c.delivery_id, delivery.c.issued_at, taken.label("taken"))
        .join(delivery_line, delivery_line.c.delivery_id == delivery.c.delivery_id)
        .where(delivery_line.c.lot_id == own.lot_id)
        .subquery()
    )
    left = tx.execute(
        select(running.c.delivery_id, running.c.issued_at)
        .where(running.c.taken >= put_in)
        .order_by(running.c.taken)
        .limit(1)
    ).one_or_none()
    return (None, None) if left is None else (left.issued_at, settled_at(tx, left.delivery_id))


def settled_at(tx: Tx, delivery_id: str) -> datetime | None:
    query = select(settlement_approval.c.approved_at).where(
        settlement_approval.c.delivery_id == delivery_id
    )
    at: datetime | None = tx.execute(query).scalar_one_or_none()
    return at
