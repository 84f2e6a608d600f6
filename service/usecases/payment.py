"""Payments: what was paid for an approved settlement, as the bank's statement shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from service.domain.access import Action, require
from service.domain.errors import NotFoundError
from service.domain.instants import business_date, utc_text, whole_second
from service.domain.party import Actor
from service.domain.payment import ReferenceUsedError, require_paid_between, require_payable
from service.domain.visit import StepMissingError
from service.storage import delivery as deliveries
from service.storage import payment as payments
from service.storage import settlement as settlements
from service.storage.db import Tx
from service.storage.locks import hold
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps
from service.usecases.settlement import delivery_resource


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """``bank_reference`` is the bank's own number of the payment."""

    settlement_id: str
    amount_fen: int
    paid_on: date
    bank_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment on record; ``open_fen`` is what is still to be paid after it."""

    payment_no: str
    settlement_id: str
    amount_fen: int
    paid_on: date
    open_fen: int
    recorded_at: datetime
    target_hash: bytes


def record_payment(command: RecordPayment, actor: Actor, deps: Deps) -> Payment:
    """Put a payment on record; all payments together never pass what is payable."""
    with deps.db.transaction() as tx:
        settlement, approval, delivery = _approved(tx, command.settlement_id, actor)
        paid_fen = sum(row.amount_fen for row in payments.payments_of(tx, command.settlement_id))
        require_payable(
            command.amount_fen,
            payable_fen=settlement.payable_fen,
            paid_fen=paid_fen,
            no=settlement.settlement_no,
        )
        now = whole_second(deps.now())
        require_paid_between(
            command.paid_on,
            approved_on=business_date(approval.approved_at),
            today=business_date(now),
        )
        reference = command.bank_reference.strip()
        _require_new_reference(tx, settlement.bank_id, reference)
        payment_no = next_no(tx, letters="FK", at=now)
        evidence = Evidence(
            kind="payment",
            document_id=payment_no,
            subject_id=delivery.delivery_id,
            recorded_at=now,
            record={
                "payment_id": payment_no,
                "settlement_no": settlement.settlement_no,
                "delivery_id": delivery.delivery_id,
                "amount_fen": command.amount_fen,
                "paid_on": command.paid_on.isoformat(),
                "bank_id": settlement.bank_id,
                "bank_reference": reference,
                "state": "confirmed",
                "recorded_at": utc_text(now),
                "recorded_by": actor.user_id,
            },
            parents={"settlement": approval.target_hash},
        )
        row = payments.PaymentRow(
            payment_no=payment_no,
            settlement_id=settlement.settlement_id,
            amount_fen=command.amount_fen,
            paid_on=command.paid_on,
            bank_id=settlement.bank_id,
            bank_reference=reference,
            recorded_at=now,
            recorded_by=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        payments.add_payment(tx, row)
    return Payment(
        payment_no=payment_no,
        settlement_id=row.settlement_id,
        amount_fen=row.amount_fen,
        paid_on=row.paid_on,
        open_fen=settlement.payable_fen - paid_fen - row.amount_fen,
        recorded_at=now,
        target_hash=row.target_hash,
    )


def _approved(
    tx: Tx, settlement_id: str, actor: Actor
) -> tuple[settlements.SettlementRow, settlements.ApprovalRow, deliveries.StandingDelivery]:
    """The settlement, locked, with its approval and delivery; raises where nobody approved it."""
    settlement = settlements.settlement_by_id(tx, settlement_id, lock=True)
    if settlement is None:
        raise NotFoundError(field="settlement_id", what="settlement", key=settlement_id[:64])
    delivery = deliveries.delivery_by_id(tx, settlement.delivery_id)
    assert delivery is not None  # noqa: S101 # a foreign key holds it
    require(actor, Action.PAYMENT_RECORD, delivery_resource(delivery))
    approval = settlements.approval_of(tx, settlement_id)
    if approval is None:
        raise StepMissingError(field="settlement_id", value="payment", limit="approval")
    return settlement, approval, delivery


def _require_new_reference(tx: Tx, bank_id: str, reference: str) -> None:
    hold(tx, f"bank reference {bank_id} {reference}")
    known = payments.payment_by_reference(tx, bank_id, reference)
    if known is not None:
        raise ReferenceUsedError(field="bank_reference", value=reference, limit=known.payment_no)
