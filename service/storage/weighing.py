"""Weighings: one pass over the deck each."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingRow:
    weighing_id: str
    visit_id: str
    site_id: str
    weighing_pass: str
    kg: int
    source: str
    instrument_id: str
    edge_id: str
    edge_seq: int
    capture_id: str
    taken_at: datetime
    recorded_at: datetime
    operator_id: str
    frames: bytes
    curve: bytes
    target_hash: bytes


def add_weighing(tx: Tx, row: WeighingRow) -> None:
    add(tx, weighing, row)


def weighing_of(tx: Tx, visit_id: str, weighing_pass: str) -> WeighingRow | None:
    query = select_as(WeighingRow, weighing).where(
        weighing.c.visit_id == visit_id, weighing.c.weighing_pass == weighing_pass
    )
    return one(tx, WeighingRow, query)


def weighing_by_id(tx: Tx, weighing_id: str) -> WeighingRow | None:
    query = select_as(WeighingRow, weighing).where(weighing.c.weighing_id == weighing_id)
    return one(tx, WeighingRow, query)


def weighing_by_capture(tx: Tx, capture_id: str) -> WeighingRow | None:
    query = select_as(WeighingRow, weighing).where(weighing.c.capture_id == capture_id)
    return one(tx, WeighingRow, query)


def weighings_of(tx: Tx, visit_id: str) -> list[WeighingRow]:
    query = select_as(WeighingRow, weighing).where(weighing.c.visit_id == visit_id)
    return every(tx, WeighingRow, query.order_by(weighing.c.taken_at))
