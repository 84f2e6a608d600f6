"""Deliveries as a bank sees them: settled through it, with the lien on them and its orders."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.proof.lien_key import lien_key
from service.storage.db import Tx
from service.storage.tables import (
    chain_task,
    delivery,
    lien,
    lien_order,
    payment,
    settlement,
    settlement_approval,
)
from service.storage.trail import TASKS
from service.storage.views.reader import Reader

WAITING, SENT, DONE, REFUSED = "waiting", "sent", "done", "refused"
_STATES = {"requested": WAITING, "failed": REFUSED}
FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class LienOrderView:
    """``state`` is waiting, sent, done or refused; ``reason`` says why the registry refused."""

    order_id: str
    kind: str
    nonce: int
    deadline: datetime
    expires_at: datetime | None
    basis_points: int | None
    financier: str
    state: str
    reason: str
    received_at: datetime
    received_by: str
    target_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LienView:
    """A delivery under lien or free: ``state`` is free, reserved, financed, released or cancelled.

    ``lien_key`` is the registry's key of the delivery, hex; the cap and the expiry are None where
    nobody reserved it.
    """

    delivery_id: str
    delivery_no: str
    plant_id: str
    bank_id: str
    settlement_id: str
    settlement_no: str
    payable_fen: int
    paid_fen: int
    approved_at: datetime
    lien_key: str
    state: str
    released_bp: int
    cap_fen: int | None
    expires_at: datetime | None
    next_nonce: int
    orders: tuple[LienOrderView, ...] = ()


def liens(
    tx: Tx, reader: Reader, *, limit: int = 100, before: datetime | None = None
) -> list[LienView]:
    """Deliveries whose settlement is approved, newest approval first."""
    query = _query(reader)
    if before is not None:
        query = query.where(settlement_approval.c.approved_at < before)
    ordered = query.order_by(settlement_approval.c.approved_at.desc(), delivery.c.delivery_no)
    return [_view(row, ()) for row in tx.execute(ordered.limit(limit))]


def lien_of_delivery(tx: Tx, reader: Reader, delivery_id: str) -> LienView | None:
    """The delivery with every order about it, oldest first."""
    row = tx.execute(_query(reader).where(delivery.c.delivery_id == delivery_id)).one_or_none()
    if row is None:
        return None
    return _view(row, _orders(tx, delivery_id), next_nonce=_next_nonce(tx, row.bank_id))


def _next_nonce(tx: Tx, bank_id: str) -> int:
    """What the bank's next order must carry, as far as its orders came this way."""
    newest = TASKS.newest()
    query = (
        select(func.coalesce(func.max(lien_order.c.nonce) + 1, 0))
        .join(chain_task, chain_task.c.subject_id == lien_order.c.order_id)
        .join(newest, newest.c.owner == chain_task.c.task_id)
        .where(lien_order.c.financier_id == bank_id, newest.c.state != "failed")
    )
    return int(tx.execute(query).scalar_one())


def _query(reader: Reader) -> Select[Any]:
    newest = (
        select(lien.c.delivery_id, lien.c.state, lien.c.released_bp, lien.c.lien_id)
        .ext(distinct_on(lien.c.delivery_id))
        .order_by(lien.c.delivery_id, lien.c.step.desc())
        .subquery()
    )
    paid = (
        select(func.coalesce(func.sum(payment.c.amount_fen), 0))
        .where(payment.c.settlement_id == settlement.c.settlement_id)
        .scalar_subquery()
    )
    return (
        select(
            delivery.c.delivery_id,
            delivery.c.delivery_no,
            delivery.c.plant_id,
            delivery.c.secret,
            settlement.c.bank_id,
            settlement.c.settlement_id,
            settlement.c.settlement_no,
            settlement.c.payable_fen,
            paid.label("paid_fen"),
            settlement_approval.c.approved_at,
            newest.c.state,
            newest.c.released_bp,
            lien_order.c.cap_fen,
            lien_order.c.expiry,
        )
        .join(settlement, settlement.c.delivery_id == delivery.c.delivery_id)
        .join(
            settlement_approval, settlement_approval.c.settlement_id == settlement.c.settlement_id
        )
        .outerjoin(newest, newest.c.delivery_id == delivery.c.delivery_id)
        .outerjoin(lien_order, lien_order.c.order_id == newest.c.lien_id)
        .where(reader.sees(delivery.c.site_id, settlement.c.bank_id))
    )


def _view(row: Row[Any], orders: tuple[LienOrderView, ...], *, next_nonce: int = 0) -> LienView:
    return LienView(
        delivery_id=row.delivery_id,
        delivery_no=row.delivery_no,
        plant_id=row.plant_id,
        bank_id=row.bank_id,
        settlement_id=row.settlement_id,
        settlement_no=row.settlement_no,
        payable_fen=row.payable_fen,
        paid_fen=int(row.paid_fen),
        approved_at=row.approved_at,
        lien_key=lien_key("lien", row.delivery_id, row.secret).hex(),
        state=row.state or FREE,
        released_bp=row.released_bp or 0,
        cap_fen=row.cap_fen,
        expires_at=_instant(row.expiry) if row.state == "reserved" else None,
        next_nonce=next_nonce,
        orders=orders,
    )


def _orders(tx: Tx, delivery_id: str) -> tuple[LienOrderView, ...]:
    newest = TASKS.newest()
    query = (
        select(lien_order, newest.c.state, newest.c.detail, lien.c.target_hash)
        .join(chain_task, chain_task.c.subject_id == lien_order.c.order_id)
        .join(newest, newest.c.owner == chain_task.c.task_id)
        .outerjoin(lien, lien.c.order_id == lien_order.c.order_id)
        .where(lien_order.c.delivery_id == delivery_id)
        .order_by(lien_order.c.received_at)
    )
    return tuple(_order(row) for row in tx.execute(query))


def _order(row: Row[Any]) -> LienOrderView:
    is_done = row.target_hash is not None
    return LienOrderView(
        order_id=row.order_id,
        kind=row.kind,
        nonce=row.nonce,
        deadline=_instant(row.deadline) or datetime.max.replace(tzinfo=UTC),
        expires_at=_instant(row.expiry),
        basis_points=row.basis_points,
        financier=row.financier,
        state=DONE if is_done else _STATES.get(row.state, SENT),
        reason=str(row.detail.get("reason", "")) if row.state == "failed" else "",
        received_at=row.received_at,
        received_by=row.received_by,
        target_hash=row.target_hash.hex() if is_done else None,
    )


def _instant(seconds: int | None) -> datetime | None:
    """Seconds since 1970 as an instant; None for none, and for what no calendar holds."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError):
        return None
