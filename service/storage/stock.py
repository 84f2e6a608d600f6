"""Stock by lot and place: moves within the yard, counts, and what the books say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.movements import movements
from service.storage.rows import add
from service.storage.tables import stock_move, stock_take


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoveRow:
    move_no: str
    site_id: str
    lot_id: str
    from_place: str
    to_place: str
    kg: int
    moved_at: datetime
    moved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTakeRow:
    take_no: str
    site_id: str
    lot_id: str
    place: str
    book_kg: int
    counted_kg: int
    difference_kg: int
    method: str
    counted_at: datetime
    recorded_at: datetime
    counted_by: str
    target_hash: bytes


def add_move(tx: Tx, row: StockMoveRow) -> None:
    add(tx, stock_move, row)


def add_take(tx: Tx, row: StockTakeRow) -> None:
    add(tx, stock_take, row)


def held_at_kg(tx: Tx, lot_id: str, place: str) -> int:
    """What the books say lies of the lot at the place, kg; below zero where more was taken from
    there than was put there."""
    query = select(func.coalesce(func.sum(movements.c.kg), 0)).where(
        movements.c.lot_id == lot_id, movements.c.place == place
    )
    return int(tx.execute(query).scalar_one())
