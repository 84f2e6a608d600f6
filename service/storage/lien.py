"""Orders of liens as banks handed them in, and the states that liens reached."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import chain_task, lien, lien_order
from service.storage.trail import TASKS


@dataclass(frozen=True, slots=True, kw_only=True)
class LienOrderRow:
    """``lien_id`` is the reservation that the order goes on from, itself for a reservation."""

    order_id: str
    lien_id: str
    delivery_id: str
    lien_key: bytes
    kind: str
    financier_id: str
    financier: str
    cap_fen: int
    nonce: int
    deadline: int
    expiry: int | None
    basis_points: int | None
    signature: bytes
    digest: bytes
    contract: str
    chain_id: int
    received_at: datetime
    received_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LienRow:
    """A state that a lien reached; ``step`` counts them for each key."""

    lien_key: bytes
    step: int
    lien_id: str
    order_id: str
    delivery_id: str
    financier_id: str
    state: str
    released_bp: int
    tx_hash: bytes
    recorded_at: datetime
    target_hash: bytes


def add_order(tx: Tx, row: LienOrderRow) -> None:
    add(tx, lien_order, row)


def add_lien(tx: Tx, row: LienRow) -> None:
    add(tx, lien, row)


def order_by_id(tx: Tx, order_id: str) -> LienOrderRow | None:
    query = select_as(LienOrderRow, lien_order).where(lien_order.c.order_id == order_id)
    return one(tx, LienOrderRow, query)


def order_by_digest(tx: Tx, digest: bytes) -> LienOrderRow | None:
    query = select_as(LienOrderRow, lien_order).where(lien_order.c.digest == digest)
    return one(tx, LienOrderRow, query)


def liens_of(tx: Tx, lien_key: bytes) -> list[LienRow]:
    """The states that the lien on a delivery went through, oldest first."""
    query = select_as(LienRow, lien).where(lien.c.lien_key == lien_key)
    return every(tx, LienRow, query.order_by(lien.c.step))


def lien_of_order(tx: Tx, order_id: str) -> LienRow | None:
    return one(tx, LienRow, select_as(LienRow, lien).where(lien.c.order_id == order_id))


def standing_orders(tx: Tx, lien_key: bytes) -> list[LienOrderRow]:
    """Orders about a delivery that were carried out or still may be, oldest first: all but those
    that the chain refused."""
    newest = TASKS.newest()
    query = (
        select_as(LienOrderRow, lien_order)
        .join(chain_task, chain_task.c.subject_id == lien_order.c.order_id)
        .join(newest, newest.c.owner == chain_task.c.task_id)
        .where(lien_order.c.lien_key == lien_key, newest.c.state != "failed")
        .order_by(lien_order.c.received_at, lien_order.c.nonce)
    )
    return every(tx, LienOrderRow, query)


def next_nonce(tx: Tx, *, financier: str, contract: str, chain_id: int) -> int:
    """One more than the highest nonce among the bank's orders that stand; 0 before the first."""
    newest = TASKS.newest()
    query = (
        select(func.coalesce(func.max(lien_order.c.nonce) + 1, 0))
        .join(chain_task, chain_task.c.subject_id == lien_order.c.order_id)
        .join(newest, newest.c.owner == chain_task.c.task_id)
        .where(
            lien_order.c.financier == financier,
            lien_order.c.contract == contract,
            lien_order.c.chain_id == chain_id,
            newest.c.state != "failed",
        )
    )
    return int(tx.execute(query).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedOrder:
    """An order whose relay is final; ``tx_hash`` is the transaction that carried it."""

    order_id: str
    lien_key: bytes
    tx_hash: bytes


def relayed_orders(tx: Tx) -> list[RelayedOrder]:
    """Orders whose relay is final and whose state is not on record, by bank and nonce."""
    newest = TASKS.newest()
    query = (
        select(lien_order.c.order_id, lien_order.c.lien_key, newest.c.detail)
        .join(chain_task, chain_task.c.subject_id == lien_order.c.order_id)
        .join(newest, newest.c.owner == chain_task.c.task_id)
        .where(
            chain_task.c.kind == "lien",
            newest.c.state == "final",
            ~exists().where(lien.c.order_id == lien_order.c.order_id),
        )
        .order_by(lien_order.c.financier, lien_order.c.nonce)
    )
    return [
        RelayedOrder(
            order_id=row.order_id,
            lien_key=row.lien_key,
            tx_hash=bytes.fromhex(str(row.detail["tx"]).removeprefix("0x")),
        )
        for row in tx.execute(query)
    ]
