"""Settlements as prepared, and what the second person said to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, one, select_as
from service.storage.tables import settlement, settlement_approval, settlement_return


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    settlement_id: str
    settlement_no: str
    delivery_id: str
    revision: int
    bank_id: str
    price_list_id: str
    gross_fen: int
    payable_fen: int
    calculation: bytes
    trace: bytes
    prepared_at: datetime
    prepared_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    settlement_id: str
    delivery_id: str
    approved_at: datetime
    approved_by: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    settlement_id: str
    reason: str
    returned_at: datetime
    returned_by: str


def add_settlement(tx: Tx, row: SettlementRow) -> None:
    add(tx, settlement, row)


def add_approval(tx: Tx, row: ApprovalRow) -> None:
    add(tx, settlement_approval, row)


def add_return(tx: Tx, row: ReturnRow) -> None:
    add(tx, settlement_return, row)


def settlement_by_id(tx: Tx, settlement_id: str, *, lock: bool = False) -> SettlementRow | None:
    if lock:
        hold(tx, f"settlement {settlement_id}")
    query = select_as(SettlementRow, settlement).where(settlement.c.settlement_id == settlement_id)
    return one(tx, SettlementRow, query)


def live_settlement_of(tx: Tx, delivery_id: str) -> SettlementRow | None:
    """The settlement of the delivery that was not returned, if there is one."""
    query = select_as(SettlementRow, settlement).where(
        settlement.c.delivery_id == delivery_id,
        ~exists().where(settlement_return.c.settlement_id == settlement.c.settlement_id),
    )
    return one(tx, SettlementRow, query)


def next_revision(tx: Tx, delivery_id: str) -> int:
    query = select(func.coalesce(func.max(settlement.c.revision), 0) + 1).where(
        settlement.c.delivery_id == delivery_id
    )
    return int(tx.execute(query).scalar_one())


def approval_of(tx: Tx, settlement_id: str) -> ApprovalRow | None:
    query = select_as(ApprovalRow, settlement_approval)
    return one(tx, ApprovalRow, query.where(settlement_approval.c.settlement_id == settlement_id))


def return_of(tx: Tx, settlement_id: str) -> ReturnRow | None:
    query = select_as(ReturnRow, settlement_return)
    return one(tx, ReturnRow, query.where(settlement_return.c.settlement_id == settlement_id))
