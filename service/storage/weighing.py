"""Weighings: one pass over the deck each. All are kept; at most one gross and one tare count."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import visit, weighing, weighing_left, weighing_void


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingRow:
    """``edge_id`` to ``curve`` are None where no capture was made: of a typed weight, which
    ``witness_id`` saw, and of a stored tare, found in ``found_weighing_id``."""

    weighing_id: str
    visit_id: str
    site_id: str
    weighing_pass: str
    kg: int
    source: str
    instrument_id: str
    edge_id: str | None
    edge_seq: int | None
    capture_id: str | None
    taken_at: datetime
    recorded_at: datetime
    operator_id: str
    witness_id: str | None = None
    found_weighing_id: str | None = None
    frames: bytes | None
    curve: bytes | None
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingVoidRow:
    """A weighing that does not count, and why."""

    void_id: str
    weighing_id: str
    visit_id: str
    site_id: str
    reason: str
    voided_at: datetime
    recorded_at: datetime
    operator_id: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingLeftRow:
    """What the deck did after a weighing; ``curve`` as ``domain.weighing.curve_text`` writes it."""

    weighing_id: str
    empty_after_ms: int
    rise_kg: int
    curve: bytes
    left_at: datetime
    recorded_at: datetime


def add_weighing_left(tx: Tx, row: WeighingLeftRow) -> None:
    add(tx, weighing_left, row)


def left_of(tx: Tx, weighing_id: str) -> WeighingLeftRow | None:
    query = select_as(WeighingLeftRow, weighing_left)
    return one(tx, WeighingLeftRow, query.where(weighing_left.c.weighing_id == weighing_id))


def add_weighing(tx: Tx, row: WeighingRow) -> None:
    add(tx, weighing, row)


def add_weighing_void(tx: Tx, row: WeighingVoidRow) -> None:
    add(tx, weighing_void, row)


def weighing_of(tx: Tx, visit_id: str, weighing_pass: str) -> WeighingRow | None:
    """The weighing that counts as ``weighing_pass`` of the visit."""
    found = (row for row in weighings_of(tx, visit_id) if row.weighing_pass == weighing_pass)
    return next(found, None)


def weighing_by_id(tx: Tx, weighing_id: str) -> WeighingRow | None:
    query = select_as(WeighingRow, weighing).where(weighing.c.weighing_id == weighing_id)
    return one(tx, WeighingRow, query)


def weighing_by_capture(tx: Tx, capture_id: str) -> WeighingRow | None:
    query = select_as(WeighingRow, weighing).where(weighing.c.capture_id == capture_id)
    return one(tx, WeighingRow, query)


def weighings_of(tx: Tx, visit_id: str) -> list[WeighingRow]:
    """The weighings that count, at most one of each pass, in the order in which they were taken.

    Of a visit that continues another one, the last weighing of that one is the first.
    """
    carried = _carried(tx, visit_id)
    own = _of_visit(tx, visit_id, counts())
    return own if carried is None else [carried, *own]


def every_weighing_of(tx: Tx, visit_id: str) -> list[WeighingRow]:
    """All weighings that were taken in the visit, void ones and check weighings too."""
    return _of_visit(tx, visit_id)


def voids_of(tx: Tx, visit_id: str) -> list[WeighingVoidRow]:
    query = select_as(WeighingVoidRow, weighing_void).where(weighing_void.c.visit_id == visit_id)
    return every(tx, WeighingVoidRow, query.order_by(weighing_void.c.voided_at))


def void_of(tx: Tx, weighing_id: str) -> WeighingVoidRow | None:
    query = select_as(WeighingVoidRow, weighing_void)
    return one(tx, WeighingVoidRow, query.where(weighing_void.c.weighing_id == weighing_id))


def counts() -> ColumnElement[bool]:
    """Condition under which a row of ``weighing`` counts as gross or tare of its visit."""
    void = exists().where(weighing_void.c.weighing_id == weighing.c.weighing_id)
    return (weighing.c.weighing_pass != "check") & ~void


def _of_visit(tx: Tx, visit_id: str, *conditions: ColumnElement[bool]) -> list[WeighingRow]:
    query = select_as(WeighingRow, weighing).where(weighing.c.visit_id == visit_id, *conditions)
    return every(tx, WeighingRow, query.order_by(weighing.c.taken_at, weighing.c.recorded_at))


_OTHER = {"gross": "tare", "tare": "gross"}


def _carried(tx: Tx, visit_id: str) -> WeighingRow | None:
    """Return the last weighing of the visit before, in the part that it plays in this one."""
    before = select(visit.c.continues_visit_id).where(visit.c.visit_id == visit_id)
    former = tx.execute(before).scalar_one_or_none()
    if former is None:
        return None
    passes = weighings_of(tx, former)
    last = passes[-1]
    return replace(last, weighing_pass=_OTHER[last.weighing_pass])
