"""Lots: material of one grade kept together at a base."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.movements import movements
from service.storage.rows import one, select_as
from service.storage.tables import lot


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    lot_id: str
    site_id: str
    grade: str
    opened_at: datetime


def open_lot(tx: Tx, row: LotRow) -> LotRow:
    """The lot of the grade at the site, made from ``row`` where there is none."""
    statement = insert(lot).values(
        lot_id=row.lot_id, site_id=row.site_id, grade=row.grade, opened_at=row.opened_at
    )
    tx.execute(statement.on_conflict_do_nothing())
    query = select_as(LotRow, lot).where(lot.c.site_id == row.site_id, lot.c.grade == row.grade)
    found = one(tx, LotRow, query)
    assert found is not None  # noqa: S101 # inserted above, or there before
    return found


def locked_lot(tx: Tx, lot_id: str) -> LotRow | None:
    """The lot, locked against every other taker until the transaction ends."""
    hold(tx, f"lot {lot_id}")
    return one(tx, LotRow, select_as(LotRow, lot).where(lot.c.lot_id == lot_id))


def held_kg(tx: Tx, lot_id: str) -> int:
    """All that entered the lot less all that left it, kg."""
    total = select(func.coalesce(func.sum(movements.c.kg), 0)).where(movements.c.lot_id == lot_id)
    return int(tx.execute(total).scalar_one())
