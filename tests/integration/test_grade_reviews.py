"""An appealed grade: blind reviews, the median, a decision that supersedes, the ticket restated."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.appeal import (
    AppealDecidedError,
    AppealRaisedError,
    Ground,
    Outcome,
    OwnDecisionError,
)
from service.domain.errors import ForbiddenError, NotFoundError
from service.domain.grade_review import (
    AppealLateError,
    OwnReviewError,
    ReviewsCompleteError,
    ReviewsDisagreeError,
    ReviewsMissingError,
)
from service.domain.grade_rules import GradeRules, GradeRulesError, RulesReasonMissingError
from service.storage import views
from service.storage.grade import decision_of
from service.storage.grade_review import labelled
from service.usecases.appeal import DecideAppeal, WithdrawAppeal, decide_appeal, withdraw_appeal
from service.usecases.grade_review import (
    NotAGradeAppealError,
    review_pictures,
    reviews_waiting,
)
from service.usecases.grade_rules import SetGradeRules, set_grade_rules
from service.usecases.label import labelled_loads
from tests.support.audits import assert_audit_clean
from tests.support.company import Company
from tests.support.later import answered, appealed, reviewed

PRICES = {"HRS101": 365_000, "MRS201": 359_000, "LRS301": 353_000}


def _rules(company: Company, **changes: object) -> None:
    command = SetGradeRules(
        site_id="BASE01",
        rules=GradeRules(prices_fen_per_t=PRICES, **changes),  # type: ignore[arg-type]
        reason="prices of the season",
    )
    set_grade_rules(command, company.people["supervisor"], company.deps)


def _closed(company: Company, appeal_no: str, outcome: Outcome) -> None:
    command = DecideAppeal(appeal_no=appeal_no, outcome=outcome, answer="three looked at it")
    decide_appeal(command, company.people["supervisor"], company.deps)


def test_an_overturned_grade_supersedes_the_decision_and_restates_the_ticket(
    company: Company,
) -> None:
    _rules(company)
    truck = company.receive()
    appeal = appealed(company, truck)
    supervisor = company.people["supervisor"]
    with pytest.raises(ReviewsMissingError):
        _closed(company, appeal.appeal_no, Outcome.UPHELD)
    with pytest.raises(OwnReviewError):  # he decided
        reviewed(company, appeal, company.people["inspector"].user_id, {"LRS301": 10_000})
    with pytest.raises(ForbiddenError):
        review_pictures(appeal.appeal_no, company.people["operator"], company.deps)
    second = replace(company.people["inspector"], user_id="second")
    assert [row.appeal_no for row in reviews_waiting(second, company.deps)] == [appeal.appeal_no]
    assert review_pictures(appeal.appeal_no, second, company.deps)
    reviewed(company, appeal, "second", {"MRS201": 6_000, "LRS301": 4_000})
    assert reviews_waiting(second, company.deps) == []
    with pytest.raises(OwnReviewError):  # he looked already
        reviewed(company, appeal, "second", {"LRS301": 10_000})
    reviewed(company, appeal, "third", {"MRS201": 10_000})
    with pytest.raises(ReviewsCompleteError):
        reviewed(company, appeal, "fourth", {"MRS201": 10_000})
    with pytest.raises(ReviewsDisagreeError):
        _closed(company, appeal.appeal_no, Outcome.REJECTED)
    company.people["supervisor"] = replace(supervisor, user_id="third")
    with pytest.raises(OwnDecisionError):  # he reviewed
        _closed(company, appeal.appeal_no, Outcome.UPHELD)
    company.people["supervisor"] = supervisor
    _closed(company, appeal.appeal_no, Outcome.UPHELD)

    with company.deps.db.transaction() as tx:
        decision = decision_of(tx, truck.visit.visit_id)
        ticket = views.ticket(tx, views.EVERYTHING, truck.ticket.ticket_no)
        (row,) = views.appeals(tx, views.EVERYTHING)
        (load,) = labelled(tx)
    assert decision is not None
    assert ticket is not None
    assert (decision.version, decision.grade) == (2, "MRS201")
    assert load.target_hash == decision.target_hash
    assert (ticket.record["grade"], ticket.record["lot_id"]) == ("MRS201", "BASE01-HRS101")
    assert (row.state, row.reason_code, row.reviews) == ("upheld", "GRADE_CHANGED", 2)
    # All of it was HRS101 at 3,650 yuan; it is MRS201 at 3,590.
    assert row.difference_fen == -60 * 100 * ticket.record["settlement_kg"] // 1_000
    with pytest.raises(AppealRaisedError):  # the answer is binding
        appealed(company, truck)
    (entry,) = labelled_loads(
        "BASE01", company.people["administrator"], company.deps, licence="ours", consent="asked"
    )
    assert entry.line["source"] == "appeal"
    assert [(each["inspector"], each["shares"]) for each in entry.line["labels"]] == [
        (2, {"MRS201": 6_000, "LRS301": 4_000}),
        (3, {"MRS201": 10_000}),
    ]
    assert len(entry.line["frames"]) == 1  # not the one of the empty bed
    assert_audit_clean(company)


def test_a_second_inspector_who_agrees_ends_it(company: Company) -> None:
    truck = company.receive()
    appeal = appealed(company, truck)
    reviewed(company, appeal, "second", {"HRS101": 9_000, "MRS201": 1_000})
    _closed(company, appeal.appeal_no, Outcome.REJECTED)
    with company.deps.db.transaction() as tx:
        (row,) = views.appeals(tx, views.EVERYTHING)
    assert (row.state, row.reason_code, row.difference_fen) == ("rejected", "SECOND_AGREES", None)
    assert_audit_clean(company)


def test_an_appeal_is_taken_back_until_it_is_answered(company: Company) -> None:
    truck = company.receive()
    appeal, supplier = appealed(company, truck), company.people["supplier"]
    reviewed(company, appeal, "second", {"MRS201": 10_000})
    stranger = replace(supplier, organisation_id="SU-DONGLING")
    with pytest.raises(ForbiddenError):
        withdraw_appeal(WithdrawAppeal(appeal_no=appeal.appeal_no), stranger, company.deps)
    withdraw_appeal(WithdrawAppeal(appeal_no=appeal.appeal_no), supplier, company.deps)
    with pytest.raises(AppealDecidedError):
        withdraw_appeal(WithdrawAppeal(appeal_no=appeal.appeal_no), supplier, company.deps)
    with pytest.raises(AppealDecidedError):
        reviewed(company, appeal, "third", {"MRS201": 10_000})
    with pytest.raises(NotFoundError):
        withdraw_appeal(WithdrawAppeal(appeal_no="FY-26-999999"), supplier, company.deps)
    with company.deps.db.transaction() as tx:
        assert labelled(tx) == []
    assert_audit_clean(company)


def test_the_period_is_the_sites_and_weights_need_no_review(company: Company) -> None:
    _rules(company, appeal_hours=2)
    truck = company.receive()
    weight = appealed(company, truck, Ground.WEIGHT)
    with pytest.raises(NotAGradeAppealError):
        reviewed(company, weight, "second", {"HRS101": 10_000})
    with company.deps.db.transaction() as tx:
        decided = decision_of(tx, truck.visit.visit_id)
    assert decided is not None
    late = decided.decided_at + timedelta(hours=2, seconds=1)
    company.deps = replace(company.deps, now=lambda: late)
    with pytest.raises(AppealLateError):
        appealed(company, truck)
    assert answered(company, weight).state == "upheld"


def test_settings_for_grades_are_versions_with_reasons(company: Company) -> None:
    _rules(company)
    with pytest.raises(RulesReasonMissingError):
        set_grade_rules(
            SetGradeRules(site_id="BASE01", rules=GradeRules(), reason=" "),
            company.people["supervisor"],
            company.deps,
        )
    with pytest.raises(GradeRulesError):
        _rules(company, tolerance_bp=10_001)
    with pytest.raises(ForbiddenError):
        set_grade_rules(
            SetGradeRules(site_id="BASE01", rules=GradeRules(), reason="x"),
            company.people["inspector"],
            company.deps,
        )
    with pytest.raises(NotFoundError):
        set_grade_rules(
            SetGradeRules(site_id="NOWHERE", rules=GradeRules(), reason="x"),
            company.people["administrator"],
            company.deps,
        )
