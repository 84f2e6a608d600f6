"""Appeals: the supplier says what is wrong, a supervisor who did not decide it answers."""

from collections.abc import Mapping
from typing import Literal

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.appeal import Ground, Outcome
from service.domain.grade_review import GradeOpinion, median_opinion
from service.storage import views
from service.usecases.appeal import (
    DecideAppeal,
    RaiseAppeal,
    WithdrawAppeal,
    decide_appeal,
    raise_appeal,
    withdraw_appeal,
)
from service.usecases.grade_review import ReviewState, grade_deadline
from service.web.context import actor, allowed, deps, reader
from service.web.pages.appeal_way import ShownAppeal, shown_appeal
from service.web.pages.figures import short_hash
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.people_names import names
from service.web.pages.reading import PAGE_LENGTH, directory, found, older_than, page_of
from service.web.pages.words import GROUNDS

bp = Blueprint("appeal", __name__)

_OF_TICKET = "/tickets/<number:ticket_no>/appeal"


class AppealForm(Form):
    """What is disputed and why."""

    ground: Literal["weight", "grade", "deduction", "price", "goods", "other"]
    statement: str = Field("", max_length=2_000)


class AnswerForm(Form):
    """What the supervisor found."""

    outcome: Literal["upheld", "rejected"]
    answer: str = Field("", max_length=2_000)


@bp.get("/appeals")
def appeals() -> ResponseReturnValue:
    who = reader(Action.APPEAL_VIEW)
    with deps().db.transaction() as tx:
        rows = views.appeals(tx, who, limit=PAGE_LENGTH, before=older_than())
        known = directory(tx)
    return render_template("office/appeals.html", page=page_of(rows, "raised_at"), known=known)


@bp.get("/appeals/<number:appeal_no>")
def appeal(appeal_no: str) -> ResponseReturnValue:
    who = reader(Action.APPEAL_VIEW)
    with deps().db.transaction() as tx:
        row = found(views.appeal(tx, who, appeal_no), what="appeal", key=appeal_no)
        ticket = views.ticket(tx, views.EVERYTHING, row.ticket_no)
        known = directory(tx)
        known_names = names(tx)
        shown = shown_appeal(tx, row)
        documents = [
            document
            for document in views.documents(tx, who, row.visit_id)
            if document.target_hash in shown.documents
            or (document.kind == "appeal" and document.document_id == row.appeal_no)
        ]
    return render_template(
        "office/appeal.html",
        appeal=row,
        shown=shown,
        opinions=_opinions(shown, known_names) if allowed(Action.APPEAL_DECIDE) else [],
        ticket=ticket,
        known=known,
        names=known_names,
        rows=documents,
        can_answer=row.state == "raised" and allowed(Action.APPEAL_DECIDE),
        may_withdraw=row.state == "raised" and allowed(Action.APPEAL_RAISE),
    )


def _opinions(
    shown: ShownAppeal, called: Mapping[str, str]
) -> list[tuple[str, str, Mapping[str, int]]]:
    """Who says which grade and which shares, the decision first and the median last."""
    state = shown.reviews
    if state is None or not state.reviews:
        return []
    said = [(_first(state, called), state.decision.grade, state.decision.shares_bp)]
    said += [(called.get(row.reviewer_id, "——"), row.grade, row.shares) for row in state.reviews]
    if state.outcome is not None and len(state.reviews) > 1:
        median = median_opinion(
            [state.decision]
            + [GradeOpinion(grade=row.grade, shares_bp=row.shares) for row in state.reviews]
        )
        said.append((_("median"), median.grade, median.shares_bp))
    return said


def _first(state: ReviewState, called: Mapping[str, str]) -> str:
    """Who decided what is appealed against: a person by name, the image engine by its head."""
    if state.decided_by_engine is not None:
        return _("decided first: image engine %(head)s", head=short_hash(state.decided_by_engine))
    return _("decided first: %(name)s", name=called.get(state.decided_by or "", "——"))


@bp.post("/appeals/<number:appeal_no>/answer")
@shows_again(appeal)
def post_answer(appeal_no: str) -> ResponseReturnValue:
    given = AnswerForm.of_request()

    def answered() -> str:
        command = DecideAppeal(
            appeal_no=appeal_no, outcome=Outcome(given.outcome), answer=given.answer
        )
        decide_appeal(command, actor(), deps())
        return url_for("appeal.appeal", appeal_no=appeal_no)

    return answered_once(answered)


@bp.post("/appeals/<number:appeal_no>/withdrawal")
@shows_again(appeal)
def post_withdrawal(appeal_no: str) -> ResponseReturnValue:
    def withdrawn() -> str:
        withdraw_appeal(WithdrawAppeal(appeal_no=appeal_no), actor(), deps())
        return url_for("appeal.appeal", appeal_no=appeal_no)

    return answered_once(withdrawn)


@bp.get(_OF_TICKET)
def new_appeal(ticket_no: str) -> ResponseReturnValue:
    who = reader(Action.APPEAL_RAISE)
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, who, ticket_no), what="ticket", key=ticket_no)
        raised = views.appeals(tx, who, ticket_no=ticket_no)
        until = grade_deadline(tx, row.visit_id)
    return render_template(
        "supplier/appeal_new.html",
        ticket=row,
        record=row.record,
        raised=raised,
        until=until,
        now=deps().now(),
        grounds=[(code, str(word)) for code, word in GROUNDS.items()],
    )


@bp.post(_OF_TICKET)
@shows_again(new_appeal)
def post_appeal(ticket_no: str) -> ResponseReturnValue:
    given = AppealForm.of_request()

    def raised() -> str:
        command = RaiseAppeal(
            ticket_no=ticket_no, ground=Ground(given.ground), statement=given.statement
        )
        made = raise_appeal(command, actor(), deps())
        return url_for("appeal.appeal", appeal_no=made.appeal_no)

    return answered_once(raised)
