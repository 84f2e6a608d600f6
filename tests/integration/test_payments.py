"""Payments: recorded for an approved settlement, together never more than is payable."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.errors import ForbiddenError, NotFoundError
from service.domain.instants import business_date
from service.domain.payment import (
    AmountNotPositiveError,
    PaidInFutureError,
    PaidTooEarlyError,
    PaymentExceedsError,
    ReferenceUsedError,
)
from service.domain.visit import StepMissingError
from service.storage import views
from service.usecases.payment import RecordPayment, record_payment
from service.usecases.settlement import PrepareSettlement, prepare_settlement
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, Delivered
from tests.support.later import paid


def settled(company: Company) -> Delivered:
    company.receive()
    return company.deliver({"BASE01-HRS101": 30_000})


def test_payments_add_up_to_what_is_payable_and_no_fen_more(company: Company) -> None:
    done = settled(company)
    payable_fen = done.settlement.payable_fen
    first = paid(company, done, payable_fen - 1, "ICBC-1")
    assert (first.payment_no, first.open_fen) == ("FK-26-000001", 1)
    with pytest.raises(PaymentExceedsError) as refused:
        paid(company, done, 2, "ICBC-2")
    assert refused.value.values["limit"] == "0.01"
    assert paid(company, done, 1, "ICBC-2").open_fen == 0
    with company.deps.db.transaction() as tx:
        shown = views.settlement(tx, views.EVERYTHING, done.settlement.settlement_id)
        rows = views.payments(tx, done.settlement.settlement_id)
    assert shown is not None
    assert shown.paid_fen == shown.payable_fen == payable_fen
    assert [row.bank_reference for row in rows] == ["ICBC-1", "ICBC-2"]
    assert_audit_clean(company)


def test_a_reference_of_the_bank_stands_on_one_payment(company: Company) -> None:
    done = settled(company)
    paid(company, done, 1_000, "ICBC-1")
    with pytest.raises(ReferenceUsedError):
        paid(company, done, 1_000, "ICBC-1")


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_nothing_is_no_payment(company: Company, amount_fen: int) -> None:
    with pytest.raises(AmountNotPositiveError):
        paid(company, settled(company), amount_fen, "ICBC-1")


def test_a_payment_lies_between_approval_and_today(company: Company) -> None:
    done = settled(company)
    day = business_date(done.settlement.at)
    command = RecordPayment(
        settlement_id=done.settlement.settlement_id,
        amount_fen=1,
        paid_on=day,
        bank_reference="ICBC-1",
    )
    clerk = company.people["clerk"]
    for paid_on, refusal in (
        (day - timedelta(days=1), PaidTooEarlyError),
        (day + timedelta(days=1), PaidInFutureError),
    ):
        with pytest.raises(refusal):
            record_payment(replace(command, paid_on=paid_on), clerk, company.deps)
    for name in ("approver", "bank", "plant", "auditor"):
        with pytest.raises(ForbiddenError):
            record_payment(command, company.people[name], company.deps)
    with pytest.raises(NotFoundError):
        record_payment(replace(command, settlement_id="-"), clerk, company.deps)


def test_a_settlement_that_nobody_approved_is_not_paid(company: Company) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 10_000})
    company.arrive(delivery)
    prepared = prepare_settlement(
        PrepareSettlement(delivery_id=delivery.delivery_id), company.people["clerk"], company.deps
    )
    command = RecordPayment(
        settlement_id=prepared.settlement_id,
        amount_fen=1,
        paid_on=business_date(prepared.at),
        bank_reference="ICBC-1",
    )
    with pytest.raises(StepMissingError):
        record_payment(command, company.people["clerk"], company.deps)
