"""Tares that are kept for a vehicle, and their ends."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Exists, exists, select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import stored_tare, stored_tare_end


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTareRow:
    """A tare found in ``weighing_id`` for ``combo`` (truck and trailer), good to ``expires_on``."""

    tare_id: str
    plate: str
    combo: str
    weighing_id: str
    kg: int
    found_at: datetime
    expires_on: date
    stored_at: datetime
    stored_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTareEndRow:
    tare_id: str
    reason: str
    ended_at: datetime
    ended_by: str


def add_stored_tare(tx: Tx, row: StoredTareRow) -> None:
    add(tx, stored_tare, row)


def end_stored_tare(tx: Tx, row: StoredTareEndRow) -> None:
    add(tx, stored_tare_end, row)


def stored_tare_by_id(tx: Tx, tare_id: str) -> StoredTareRow | None:
    query = select_as(StoredTareRow, stored_tare).where(stored_tare.c.tare_id == tare_id)
    return one(tx, StoredTareRow, query)


def stored_tare_of(tx: Tx, weighing_id: str) -> StoredTareRow | None:
    """The stored tare that was found in the weighing, in use or not."""
    query = select_as(StoredTareRow, stored_tare)
    return one(tx, StoredTareRow, query.where(stored_tare.c.weighing_id == weighing_id))


def is_ended(tx: Tx, tare_id: str) -> bool:
    """Whether the stored tare was taken out of use."""
    query = select(exists().where(stored_tare_end.c.tare_id == tare_id))
    return bool(tx.execute(query).scalar_one())


def stored_tares(tx: Tx, plate: str | None = None) -> list[StoredTareRow]:
    """The stored tares of the vehicle, or of all, that were not ended, newest first."""
    query = select_as(StoredTareRow, stored_tare).where(~_ended())
    if plate is not None:
        query = query.where(stored_tare.c.plate == plate)
    return every(tx, StoredTareRow, query.order_by(stored_tare.c.found_at.desc()))


def _ended() -> Exists:
    return exists().where(stored_tare_end.c.tare_id == stored_tare.c.tare_id)
