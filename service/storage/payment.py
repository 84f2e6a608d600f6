"""Payments of approved settlements."""

from dataclasses import dataclass
from datetime import date, datetime

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import payment


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    payment_no: str
    settlement_id: str
    amount_fen: int
    paid_on: date
    bank_id: str
    bank_reference: str
    recorded_at: datetime
    recorded_by: str
    target_hash: bytes


def add_payment(tx: Tx, row: PaymentRow) -> None:
    add(tx, payment, row)


def payments_of(tx: Tx, settlement_id: str) -> list[PaymentRow]:
    """The payments of a settlement, oldest first."""
    query = select_as(PaymentRow, payment).where(payment.c.settlement_id == settlement_id)
    return every(tx, PaymentRow, query.order_by(payment.c.recorded_at, payment.c.payment_no))


def payment_by_reference(tx: Tx, bank_id: str, bank_reference: str) -> PaymentRow | None:
    query = select_as(PaymentRow, payment).where(
        payment.c.bank_id == bank_id, payment.c.bank_reference == bank_reference
    )
    return one(tx, PaymentRow, query)
