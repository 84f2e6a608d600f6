"""Appeals: a supplier disputes the own load's ticket or grade, and another person answers."""

from datetime import datetime

from service.domain.access import Action
from service.domain.appeal import Ground, Outcome
from service.storage import views
from service.usecases.appeal import Appeal, DecideAppeal, RaiseAppeal, decide_appeal, raise_appeal
from service.web.api.fields import Answer, Hash, Request, Words
from service.web.api.reading import ListQuery, found, page
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("appeals", "What suppliers dispute, and what was answered.")


class AppealRequest(Request):
    """The ground grade is about the grade decision, every other about the ticket."""

    ground: Ground
    statement: Words


class AppealAnswerRequest(Request):
    outcome: Outcome
    answer: Words


class AppealState(Answer):
    """``state`` is raised, upheld or rejected."""

    appeal_no: str
    appeals: str
    visit_id: str
    ground: str
    state: str
    at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/tickets/<number:ticket_no>/appeals",
    body=AppealRequest,
    answer=AppealState,
    location="/v1/appeals/{appeal_no}",
)
def post_appeal(ticket_no: str, body: AppealRequest) -> Appeal:
    """Dispute the ticket, or the grade, of the own load."""
    command = RaiseAppeal(ticket_no=ticket_no, ground=body.ground, statement=body.statement)
    return raise_appeal(command, actor(), deps())


@SECTION.post(
    "/v1/appeals/<number:appeal_no>/answers", body=AppealAnswerRequest, answer=AppealState
)
def post_appeal_answer(appeal_no: str, body: AppealAnswerRequest) -> Appeal:
    """Answer an appeal against what another person decided."""
    command = DecideAppeal(appeal_no=appeal_no, outcome=body.outcome, answer=body.answer)
    return decide_appeal(command, actor(), deps())


class AppealAnswer(Answer):
    """``reviews`` counts the blind reviews of an appealed grade, and ``reason_code`` says what they
    came to. ``difference_fen`` is what the base owes the seller after an upheld appeal, below zero
    what the seller owes; null where the site had no price. The document says how it follows."""

    appeal_no: str
    appeals: str
    ticket_no: str
    visit_id: str
    site_id: str
    plate: str
    supplier_id: str | None
    ground: str
    statement: str
    state: str
    answer: str | None
    raised_at: datetime
    raised_by: str
    decided_at: datetime | None
    decided_by: str | None
    reviews: int
    reason_code: str | None
    difference_fen: int | None
    target_hash: Hash


class AppealPage(Answer):
    items: list[AppealAnswer]
    next: datetime | None


@SECTION.get("/v1/appeals", query=ListQuery, answer=AppealPage)
def get_appeals(query: ListQuery) -> dict[str, object]:
    """Appeals, newest first."""
    with deps().db.transaction() as tx:
        rows = views.appeals(tx, reader(Action.APPEAL_VIEW), **dict(query))
    return page(rows, query, lambda row: row.raised_at)


@SECTION.get("/v1/appeals/<number:appeal_no>", answer=AppealAnswer)
def get_appeal(appeal_no: str) -> views.AppealView:
    """An appeal and its answer."""
    with deps().db.transaction() as tx:
        row = views.appeal(tx, reader(Action.APPEAL_VIEW), appeal_no)
    return found(row, "appeal", appeal_no)
