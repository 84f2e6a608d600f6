"""The page behind the code on a ticket: its figures for everybody, and the seller's answer.

Nobody signs in here. Whoever holds the paper answers with the code that stands on it; a supplier
who is signed in answers for the own load. Plate and people are not shown.
"""

from typing import Any, Literal

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.appeal import Ground
from service.domain.ticket_answer import Answer
from service.proof.signed_receipt import MASSES
from service.storage import views
from service.storage.db import Tx
from service.storage.ticket_answer import answer_of
from service.usecases.appeal import WithdrawAppeal, withdraw_appeal
from service.usecases.grade_review import grade_deadline
from service.usecases.ticket_answer import (
    AnswerTicket,
    answer_as_supplier,
    answer_by_code,
    withdraw_by_code,
)
from service.usecases.ticket_receipt import check_receipt, site_keys
from service.web.context import actor, allowed, deps
from service.web.kept import require_told
from service.web.pages.appeal_way import shown_appeal
from service.web.pages.correction import version_columns
from service.web.pages.forms import Form, shows_again
from service.web.pages.line_form import named_lines
from service.web.pages.masses import deducted
from service.web.pages.reading import found
from service.web.pages.receipts import fragment, promises_at_hand
from service.web.pages.words import GROUNDS
from service.web.throttle import admit

bp = Blueprint("seller", __name__)

_ROUTE = "/t/<number:ticket_no>"
_LONGEST_RECEIPT = 2_000


class AnswerForm(Form):
    """Yes to the version that was shown, or what is wrong with it; ``code`` stands on the paper."""

    target_hash: str = Field(pattern="^[0-9a-f]{64}$")
    answer: Literal["CONFIRMED", "DISPUTED"]
    ground: Literal["weight", "deduction", "price", "grade", "goods", "other"] = "other"
    statement: str = Field("", max_length=2_000)
    code: str = Field("", max_length=16)


class WithdrawalForm(Form):
    """The appeal to take back; ``code`` stands on the paper."""

    appeal_no: str = Field(max_length=64)
    code: str = Field("", max_length=16)


@bp.get(_ROUTE)
def ticket(ticket_no: str) -> ResponseReturnValue:
    """The ticket's figures, without plate and people, and the form that answers."""
    admit("tickets")
    with deps().db.transaction() as tx:
        page = _page(tx, ticket_no)
    return render_template("public/ticket.html", **page)


@bp.post(_ROUTE)
@shows_again(ticket)
def post_answer(ticket_no: str) -> ResponseReturnValue:
    """Record the answer; the same one sent again finds that it was given."""
    admit("answers")
    given = AnswerForm.of_request()
    command = AnswerTicket(
        ticket_no=ticket_no,
        target_hash=bytes.fromhex(given.target_hash),
        answer=Answer(given.answer),
        ground=Ground(given.ground),
        statement=given.statement,
    )
    if allowed(Action.TICKET_ANSWER) and not given.code:
        answer_as_supplier(command, actor(), deps())
    else:
        answer_by_code(command, given.code, deps())
    return redirect(url_for("seller.ticket", ticket_no=ticket_no), 303)


@bp.post(_ROUTE + "/withdrawal")
@shows_again(ticket)
def post_withdrawal(ticket_no: str) -> ResponseReturnValue:
    """Take an appeal back that nobody has answered yet."""
    admit("answers")
    given = WithdrawalForm.of_request()
    if allowed(Action.APPEAL_RAISE) and not given.code:
        withdraw_appeal(WithdrawAppeal(appeal_no=given.appeal_no), actor(), deps())
    else:
        withdraw_by_code(ticket_no, given.appeal_no, given.code, deps())
    return redirect(url_for("seller.ticket", ticket_no=ticket_no), 303)


@bp.post(_ROUTE + "/receipt")
def post_receipt(ticket_no: str) -> ResponseReturnValue:
    """Check the paper's signed receipt here, for browsers that cannot do it themselves."""
    admit("receipts")
    text = request.form.get("receipt", "")[: _LONGEST_RECEIPT + 1]
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, views.EVERYTHING, ticket_no), what="ticket", key=ticket_no)
        record = _first_record(tx, row)
        finding = check_receipt(tx, text, site_id=row.site_id, record=record)
    return jsonify(signed=finding.signed, differing=list(finding.differing))


def _page(tx: Tx, ticket_no: str) -> dict[str, Any]:
    row = found(views.ticket(tx, views.EVERYTHING, ticket_no), what="ticket", key=ticket_no)
    require_told(tx, row.visit_id)
    detail = found(views.visit(tx, views.EVERYTHING, row.visit_id), what="visit", key=row.visit_id)
    now, receipts = deps().now(), promises_at_hand(detail, row.promise)
    answer = answer_of(tx, bytes.fromhex(row.target_hash))
    return {
        "ticket": row,
        "record": row.record,
        "deductions": deducted(row.record),
        "lines": named_lines(row.record.get("lines", {})),
        "document": views.document(tx, views.EVERYTHING, row.target_hash),
        "receipts": [(part, promise, promise.fulfilment(now)) for part, promise in receipts],
        "fragment": fragment([promise for _part, promise in receipts]),
        "answer": answer,
        "appeals": [
            shown_appeal(tx, appeal)
            for appeal in views.appeals(tx, views.EVERYTHING, ticket_no=ticket_no)
        ],
        "grade_until": grade_deadline(tx, row.visit_id),
        "now": now,
        "can_answer": row.status == "issued" and answer is None,
        "needs_code": not allowed(Action.TICKET_ANSWER),
        "grounds": [(code, str(word)) for code, word in GROUNDS.items()],
        "keys": site_keys(tx, row.site_id),
        "paper_members": _paper_members(_first_record(tx, row)),
        **version_columns(tx, views.ticket_versions(tx, ticket_no), named=False),
    }


def _first_record(tx: Tx, row: views.TicketRow) -> dict[str, Any]:
    """What the ticket said when it was first printed: a later correction makes no paper false."""
    versions = views.ticket_versions(tx, row.ticket_no)
    return dict(versions[0].record) if versions else row.record


def _paper_members(record: dict[str, Any]) -> dict[str, Any]:
    """What the paper's receipt must say, by the names of its members."""
    if record.get("status") != "issued":
        return {}
    named = ("ticket_no", "issued_at", "grade", *MASSES)
    return {"site": record["site_id"], **{name: record[name] for name in named}}
