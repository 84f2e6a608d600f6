"""Lots with what they hold, and where in the yard it lies."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from service.storage.db import Tx
from service.storage.movements import movements
from service.storage.rows import every, select_as
from service.storage.tables import lot, processing_run
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """``held_kg`` = ``received_kg`` − ``delivered_kg`` + ``processed_kg`` + ``counted_kg``.

    ``processed_kg`` is what runs put in less what they took out; ``counted_kg`` the sum of the
    corrections by counting. Both may be below zero.
    """

    lot_id: str
    site_id: str
    grade: str
    opened_at: datetime
    received_kg: int
    delivered_kg: int
    processed_kg: int
    counted_kg: int
    held_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """What lies of a lot at one place; ``place`` is "" for what nobody named a place of."""

    lot_id: str
    site_id: str
    grade: str
    place: str
    held_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRunRow:
    """A run as it is on record."""

    run_no: str
    site_id: str
    process: str
    started_at: datetime
    ended_at: datetime
    input_kg: int
    output_kg: int
    loss_kg: int
    target_hash: bytes


def lots(tx: Tx, reader: Reader, site_id: str | None = None) -> list[LotRow]:
    moved = (
        select(
            movements.c.lot_id,
            _sum_of("received").label("received_kg"),
            (-_sum_of("delivered")).label("delivered_kg"),
            _sum_of("processed").label("processed_kg"),
            _sum_of("counted").label("counted_kg"),
            func.sum(movements.c.kg).label("held_kg"),
        )
        .group_by(movements.c.lot_id)
        .subquery()
    )
    names = ("received_kg", "delivered_kg", "processed_kg", "counted_kg", "held_kg")
    query = (
        select(
            lot.c.lot_id,
            lot.c.site_id,
            lot.c.grade,
            lot.c.opened_at,
            *(func.coalesce(moved.c[name], 0).label(name) for name in names),
        )
        .outerjoin_from(lot, moved, moved.c.lot_id == lot.c.lot_id)
        .where(reader.sees(lot.c.site_id))
    )
    if site_id is not None:
        query = query.where(lot.c.site_id == site_id)
    return every(tx, LotRow, query.order_by(lot.c.site_id, lot.c.grade))


def stock(tx: Tx, reader: Reader, site_id: str | None = None) -> list[StockRow]:
    """What lies where, places of a lot in the order of their names; empty places are left out."""
    held = func.sum(movements.c.kg)
    query = (
        select(
            lot.c.lot_id,
            lot.c.site_id,
            lot.c.grade,
            movements.c.place,
            held.label("held_kg"),
        )
        .join_from(lot, movements, movements.c.lot_id == lot.c.lot_id)
        .where(reader.sees(lot.c.site_id))
        .group_by(lot.c.lot_id, lot.c.site_id, lot.c.grade, movements.c.place)
        .having(held != 0)
    )
    if site_id is not None:
        query = query.where(lot.c.site_id == site_id)
    ordered = query.order_by(lot.c.site_id, lot.c.grade, movements.c.place)
    return every(tx, StockRow, ordered)


def processing_runs(tx: Tx, reader: Reader, *, limit: int = 50) -> list[ProcessingRunRow]:
    """The newest runs, newest first."""
    query = select_as(ProcessingRunRow, processing_run).where(reader.sees(processing_run.c.site_id))
    newest = query.order_by(processing_run.c.ended_at.desc(), processing_run.c.run_no.desc())
    return every(tx, ProcessingRunRow, newest.limit(limit))


def _sum_of(kind: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(movements.c.kg).filter(movements.c.kind == kind), 0)
