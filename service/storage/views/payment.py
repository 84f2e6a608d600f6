"""Payments of a settlement."""

from dataclasses import dataclass
from datetime import date, datetime

from service.storage.db import Tx
from service.storage.payment import payments_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    payment_no: str
    settlement_id: str
    amount_fen: int
    paid_on: date
    bank_id: str
    bank_reference: str
    recorded_at: datetime
    recorded_by: str
    target_hash: str


def payments(tx: Tx, settlement_id: str) -> list[PaymentView]:
    """The payments of a settlement that the reader may see, oldest first."""
    return [
        PaymentView(
            payment_no=row.payment_no,
            settlement_id=row.settlement_id,
            amount_fen=row.amount_fen,
            paid_on=row.paid_on,
            bank_id=row.bank_id,
            bank_reference=row.bank_reference,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            target_hash=row.target_hash.hex(),
        )
        for row in payments_of(tx, settlement_id)
    ]
