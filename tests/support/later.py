"""What is said later about a truck and a delivery: correction, appeal, payment, lien."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from service.chain.lien_order_file import order_json
from service.chain.lien_orders import LienOrder as TypedOrder
from service.domain.appeal import Ground, Outcome
from service.domain.instants import business_date
from service.domain.lien import PURPOSE
from service.proof.lien_key import lien_key
from service.storage.appeal import appeal_by_no
from service.usecases import demo_company
from service.usecases.appeal import Appeal, DecideAppeal, RaiseAppeal, decide_appeal, raise_appeal
from service.usecases.correction import (
    CorrectDelivery,
    Correction,
    CorrectTicket,
    correct_delivery,
    correct_ticket,
)
from service.usecases.delivery import Delivery
from service.usecases.grade_review import (
    GradeReview,
    ReviewGrade,
    review_grade,
    review_state,
)
from service.usecases.lien import LienOrder, SubmitLienOrder, submit_lien_order
from service.usecases.payment import Payment, RecordPayment, record_payment
from tests.support.company import Company, Delivered, Truck
from tests.support.liens_on_chain import LiensOnChain
from tests.support.registry_on_chain import RegistryOnChain


def corrected(company: Company, truck: Truck, rejected_kg: int = 480) -> Correction:
    command = CorrectTicket(
        ticket_no=truck.ticket.ticket_no,
        reason="tyres were found later",
        rejected_kg=rejected_kg,
        rejected_reason="tyres",
    )
    return correct_ticket(command, company.people["supervisor"], company.deps)


def noted(company: Company, delivery: Delivery, waybill_no: str) -> Correction:
    command = CorrectDelivery(
        delivery_id=delivery.delivery_id,
        reason="the driver took another road",
        waybill_no=waybill_no,
        carrier_id=demo_company.CARRIER,
        distance_km="91.5",
    )
    return correct_delivery(command, company.people["supervisor"], company.deps)


def appealed(company: Company, truck: Truck, ground: Ground = Ground.GRADE) -> Appeal:
    command = RaiseAppeal(
        ticket_no=truck.ticket.ticket_no, ground=ground, statement="it was heavier scrap"
    )
    return raise_appeal(command, company.people["supplier"], company.deps)


def reviewed(
    company: Company, appeal: Appeal, who: str, shares: Mapping[str, int], grade: str = ""
) -> GradeReview:
    """``who`` looks at the photographs alone and says what he sees; the grade of most of it."""
    inspector = replace(company.people["inspector"], user_id=who, name=who)
    main = grade or max(shares, key=lambda code: shares[code])
    command = ReviewGrade(appeal_no=appeal.appeal_no, grade=main, shares=shares)
    return review_grade(command, inspector, company.deps)


def answered(company: Company, appeal: Appeal, outcome: Outcome = Outcome.UPHELD) -> Appeal:
    """The supervisor answers; of a grade after as many blind reviews as that outcome takes."""
    if appeal.appeals == "grade-decision":
        with company.deps.db.transaction() as tx:
            row = appeal_by_no(tx, appeal.appeal_no)
            assert row is not None
            decision = review_state(tx, row).decision
        seen = {decision.grade: 10_000}
        if outcome is Outcome.UPHELD:
            seen = {"LRS301" if decision.grade != "LRS301" else "HRS101": 10_000}
            reviewed(company, appeal, "inspector-3", seen)
        reviewed(company, appeal, "inspector-2", seen)
    command = DecideAppeal(
        appeal_no=appeal.appeal_no, outcome=outcome, answer="the photographs show it"
    )
    return decide_appeal(command, company.people["supervisor"], company.deps)


def paid(company: Company, done: Delivered, amount_fen: int, reference: str) -> Payment:
    command = RecordPayment(
        settlement_id=done.settlement.settlement_id,
        amount_fen=amount_fen,
        paid_on=business_date(done.settlement.at),
        bank_reference=reference,
    )
    return record_payment(command, company.people["clerk"], company.deps)


def liens_on(registry: RegistryOnChain, delivery: Delivery) -> LiensOnChain:
    """The lien registry, for orders about ``delivery``."""
    key = lien_key(PURPOSE, delivery.delivery_id, delivery.secret)
    return LiensOnChain(registry=registry, key=key)


def order_file(liens: LiensOnChain, order: TypedOrder) -> bytes:
    """What the bank hands over."""
    return json.dumps(order_json(liens.signed(order))).encode()


def ordered(
    company: Company,
    delivery: Delivery,
    liens: LiensOnChain,
    make: Callable[[LiensOnChain], TypedOrder],
    cap_fen: int | None = None,
) -> LienOrder:
    """Hand in the order that ``make`` makes."""
    command = SubmitLienOrder(
        delivery_id=delivery.delivery_id,
        order=order_file(liens, make(liens)),
        cap_fen=cap_fen,
    )
    return submit_lien_order(command, company.people["bank"], company.deps)
