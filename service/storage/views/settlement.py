"""Settlements with their state and their calculation."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from service.storage.db import Tx
from service.storage.rows import every
from service.storage.tables import (
    delivery,
    payment,
    settlement_approval,
    settlement_return,
)
from service.storage.tables import settlement as settlements_table
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementView:
    """``state`` is SUBMITTED, APPROVED or RETURNED; ``calculation`` is what was fixed when the
    settlement was prepared, ``trace`` its steps as (step, calculation)."""

    settlement_id: str
    settlement_no: str
    delivery_id: str
    delivery_no: str
    plant_id: str
    revision: int
    state: str
    gross_fen: int
    payable_fen: int
    paid_fen: int
    calculation: dict[str, Any]
    trace: tuple[tuple[str, str], ...]
    prepared_at: datetime
    prepared_by: str
    approved_at: datetime | None
    approved_by: str | None
    return_reason: str | None
    target_hash: str | None


def settlements(
    tx: Tx, reader: Reader, *, limit: int = 100, delivery_id: str | None = None
) -> list[SettlementView]:
    """Settlements, newest first."""
    query = _query(reader).limit(limit)
    if delivery_id is not None:
        query = query.where(settlements_table.c.delivery_id == delivery_id)
    ordered = query.order_by(
        settlements_table.c.prepared_at.desc(), settlements_table.c.settlement_no.desc()
    )
    return [_view(found) for found in every(tx, _Found, ordered)]


def settlement(tx: Tx, reader: Reader, settlement_id: str) -> SettlementView | None:
    query = _query(reader).where(settlements_table.c.settlement_id == settlement_id)
    found = every(tx, _Found, query)
    return _view(found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    settlement_id: str
    settlement_no: str
    delivery_id: str
    delivery_no: str
    plant_id: str
    revision: int
    gross_fen: int
    payable_fen: int
    paid_fen: int
    calculation: bytes
    trace: bytes
    prepared_at: datetime
    prepared_by: str
    approved_at: datetime | None
    approved_by: str | None
    reason: str | None
    target_hash: bytes | None


def _query(reader: Reader) -> Select[Any]:
    table = settlements_table.c
    paid = (
        select(func.coalesce(func.sum(payment.c.amount_fen), 0))
        .where(payment.c.settlement_id == table.settlement_id)
        .scalar_subquery()
    )
    return (
        select(
            table.settlement_id,
            table.settlement_no,
            table.delivery_id,
            delivery.c.delivery_no,
            delivery.c.plant_id,
            table.revision,
            table.gross_fen,
            table.payable_fen,
            paid.label("paid_fen"),
            table.calculation,
            table.trace,
            table.prepared_at,
            table.prepared_by,
            settlement_approval.c.approved_at,
            settlement_approval.c.approved_by,
            settlement_return.c.reason,
            settlement_approval.c.target_hash,
        )
        .join(delivery, delivery.c.delivery_id == table.delivery_id)
        .outerjoin(settlement_approval, settlement_approval.c.settlement_id == table.settlement_id)
        .outerjoin(settlement_return, settlement_return.c.settlement_id == table.settlement_id)
        .where(reader.sees(delivery.c.site_id, delivery.c.plant_id, table.bank_id))
    )


def _view(found: _Found) -> SettlementView:
    state = "APPROVED" if found.approved_at else "RETURNED" if found.reason else "SUBMITTED"
    lines = (line.split("\t", 1) for line in found.trace.decode().splitlines())
    return SettlementView(
        settlement_id=found.settlement_id,
        settlement_no=found.settlement_no,
        delivery_id=found.delivery_id,
        delivery_no=found.delivery_no,
        plant_id=found.plant_id,
        revision=found.revision,
        state=state,
        gross_fen=found.gross_fen,
        payable_fen=found.payable_fen,
        paid_fen=int(found.paid_fen),
        calculation=json.loads(found.calculation),
        trace=tuple((step, calculation) for step, calculation in lines),
        prepared_at=found.prepared_at,
        prepared_by=found.prepared_by,
        approved_at=found.approved_at,
        approved_by=found.approved_by,
        return_reason=found.reason,
        target_hash=None if found.target_hash is None else found.target_hash.hex(),
    )
