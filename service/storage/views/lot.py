"""Lots with what they hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.rows import every
from service.storage.tables import delivery_line, lot
from service.storage.versions import ticket_now
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """``held_kg`` = ``received_kg`` − ``delivered_kg``."""

    lot_id: str
    site_id: str
    grade: str
    opened_at: datetime
    received_kg: int
    delivered_kg: int
    held_kg: int


def lots(tx: Tx, reader: Reader, site_id: str | None = None) -> list[LotRow]:
    received = (
        select(func.coalesce(func.sum(ticket_now.c.accepted_kg), 0))
        .where(ticket_now.c.lot_id == lot.c.lot_id)
        .scalar_subquery()
    )
    delivered = (
        select(func.coalesce(func.sum(delivery_line.c.kg), 0))
        .where(delivery_line.c.lot_id == lot.c.lot_id)
        .scalar_subquery()
    )
    query = select(
        lot.c.lot_id,
        lot.c.site_id,
        lot.c.grade,
        lot.c.opened_at,
        received.label("received_kg"),
        delivered.label("delivered_kg"),
        (received - delivered).label("held_kg"),
    ).where(reader.sees(lot.c.site_id))
    if site_id is not None:
        query = query.where(lot.c.site_id == site_id)
    return every(tx, LotRow, query.order_by(lot.c.site_id, lot.c.grade))
