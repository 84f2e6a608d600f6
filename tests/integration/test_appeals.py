"""Appeals: the supplier of the load disputes it, and another person than who decided answers."""

from dataclasses import replace

import pytest

from service.domain.appeal import (
    AnswerMissingError,
    AppealDecidedError,
    AppealRaisedError,
    Ground,
    Outcome,
    OwnDecisionError,
    StatementMissingError,
    VoidNotAppealedError,
)
from service.domain.errors import ForbiddenError, NotFoundError
from service.domain.visit import StepMissingError, VisitKind
from service.storage import views
from service.usecases import demo_company
from service.usecases.appeal import DecideAppeal, RaiseAppeal, decide_appeal, raise_appeal
from service.usecases.ticket import VoidTicket, void_ticket
from service.usecases.visit import OpenVisit, open_visit
from tests.support.audits import assert_audit_clean
from tests.support.company import Company
from tests.support.later import answered, appealed, corrected


def test_an_appeal_against_a_grade_is_answered_and_both_are_documents(company: Company) -> None:
    truck = company.receive()
    raised = appealed(company, truck)
    decided = answered(company, raised)
    assert (raised.appeal_no, raised.appeals, raised.state) == (
        "FY-26-000001",
        "grade-decision",
        "raised",
    )
    with company.deps.db.transaction() as tx:
        (row,) = views.appeals(tx, views.EVERYTHING)
        assert (row.state, row.answer) == ("upheld", "the photographs show it")
        assert row.target_hash == decided.target_hash.hex()
        content = views.document_content(tx, views.EVERYTHING, row.target_hash)
        kinds = [d.kind for d in views.documents(tx, views.EVERYTHING, truck.visit.visit_id)]
    assert kinds[-6:] == [
        *("appeal", "grade-review", "grade-review", "grade-decision", "correction", "appeal")
    ]
    assert content is not None
    assert set(content["links"]["parents"]) == {
        *("document", "appeal", "second", "third", "decision", "correction")
    }
    assert content["links"]["parents"]["appeal"] == raised.target_hash.hex()
    assert_audit_clean(company)


def test_a_corrected_ticket_is_appealed_against_as_it_stands(company: Company) -> None:
    truck = company.receive()
    correction = corrected(company, truck)
    raised = appealed(company, truck, Ground.DEDUCTION)
    with company.deps.db.transaction() as tx:
        content = views.document_content(tx, views.EVERYTHING, raised.target_hash.hex())
    assert content is not None
    assert content["links"]["parents"] == {"document": correction.target_hash.hex()}
    with pytest.raises(OwnDecisionError):  # the supervisor corrected it
        answered(company, raised)
    other = replace(company.people["supervisor"], user_id="another-supervisor")
    company.people["supervisor"] = other
    assert answered(company, raised, Outcome.REJECTED).state == "rejected"
    assert_audit_clean(company)


def test_who_weighed_and_ticketed_does_not_judge_the_appeal(company: Company) -> None:
    company.people["operator"] = company.people["supervisor"]
    truck = company.receive()
    with pytest.raises(OwnDecisionError):
        answered(company, appealed(company, truck, Ground.WEIGHT))


def test_a_ground_is_raised_once_against_a_document_and_answered_once(company: Company) -> None:
    truck = company.receive()
    raised = appealed(company, truck)
    with pytest.raises(AppealRaisedError):
        appealed(company, truck)
    answered(company, raised)
    with pytest.raises(AppealDecidedError):
        answered(company, raised)


def test_words_are_asked_for(company: Company) -> None:
    truck = company.receive()
    silent = RaiseAppeal(ticket_no=truck.ticket.ticket_no, ground=Ground.WEIGHT, statement="  ")
    with pytest.raises(StatementMissingError):
        raise_appeal(silent, company.people["supplier"], company.deps)
    raised = appealed(company, truck)
    mute = DecideAppeal(appeal_no=raised.appeal_no, outcome=Outcome.UPHELD, answer="")
    with pytest.raises(AnswerMissingError):
        decide_appeal(mute, company.people["supervisor"], company.deps)


def test_nobody_disputes_the_load_of_another_or_answers_without_the_right(
    company: Company,
) -> None:
    truck = company.receive()
    stranger = replace(company.people["supplier"], organisation_id=demo_company.SUPPLIERS[1])
    command = RaiseAppeal(ticket_no=truck.ticket.ticket_no, ground=Ground.WEIGHT, statement="x")
    for person in (stranger, company.people["clerk"], company.people["supervisor"]):
        with pytest.raises(ForbiddenError):
            raise_appeal(command, person, company.deps)
    raised = appealed(company, truck)
    decision = DecideAppeal(appeal_no=raised.appeal_no, outcome=Outcome.UPHELD, answer="x")
    for name in ("supplier", "inspector", "clerk", "auditor"):
        with pytest.raises(ForbiddenError):
            decide_appeal(decision, company.people[name], company.deps)
    for missing in (replace(command, ticket_no="BASE01-S1-26-009999"),):
        with pytest.raises(NotFoundError):
            raise_appeal(missing, company.people["supplier"], company.deps)
    with pytest.raises(NotFoundError):
        decide_appeal(
            replace(decision, appeal_no="FY-26-000099"),
            company.people["supervisor"],
            company.deps,
        )


def test_a_void_ticket_says_nothing_that_could_be_disputed(company: Company) -> None:
    visit = open_visit(
        OpenVisit(
            site_id="BASE01",
            kind=VisitKind.RECEIVING,
            plate="辽EDEMO9",
            supplier_id=demo_company.SUPPLIERS[0],
        ),
        company.people["operator"],
        company.deps,
    )
    void = void_ticket(
        VoidTicket(visit_id=visit.visit_id, reason="left"),
        company.people["supervisor"],
        company.deps,
    )
    command = RaiseAppeal(ticket_no=void.ticket_no, ground=Ground.GRADE, statement="x")
    with pytest.raises((VoidNotAppealedError, StepMissingError)):
        raise_appeal(command, company.people["supplier"], company.deps)
