"""Payments of approved settlements."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.payment import Payment, RecordPayment, record_payment
from service.web.api.fields import Answer, Fen, Hash, Request
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("payments", "What was paid for a settlement, in fen.")

Reference = Annotated[
    str,
    Field(pattern=r"^[!-~]([ -~]{0,62}[!-~])?$", description="The bank's number of a payment."),
]


class PaymentRequest(Request):
    amount_fen: Fen
    paid_on: date
    bank_reference: Reference


class PaymentRecorded(Answer):
    """``open_fen`` is what is still to be paid."""

    payment_no: str
    settlement_id: str
    amount_fen: int
    paid_on: date
    open_fen: int
    recorded_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/settlements/<record:settlement_id>/payments",
    body=PaymentRequest,
    answer=PaymentRecorded,
    location="/v1/documents/{target_hash}",
)
def post_payment(settlement_id: str, body: PaymentRequest) -> Payment:
    """Record a payment; all of them together never pass what is payable."""
    command = RecordPayment(
        settlement_id=settlement_id,
        amount_fen=body.amount_fen,
        paid_on=body.paid_on,
        bank_reference=body.bank_reference,
    )
    return record_payment(command, actor(), deps())


class PaymentAnswer(Answer):
    payment_no: str
    settlement_id: str
    amount_fen: int
    paid_on: date
    bank_id: str
    bank_reference: str
    recorded_at: datetime
    recorded_by: str
    target_hash: Hash


class PaymentList(Answer):
    items: list[PaymentAnswer]


@SECTION.get("/v1/settlements/<record:settlement_id>/payments", answer=PaymentList)
def get_payments(settlement_id: str) -> dict[str, object]:
    """The payments of a settlement, oldest first."""
    with deps().db.transaction() as tx:
        row = views.settlement(tx, reader(Action.SETTLEMENT_VIEW), settlement_id)
        found(row, "settlement", settlement_id)
        return {"items": views.payments(tx, settlement_id)}
