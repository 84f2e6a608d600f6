"""Printing a ticket: every copy is counted first, and its code leaves the service with it alone."""

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import BadRequest

from service.domain.access import Action
from service.domain.ticket_sheet import ticket_sheet
from service.exchange.ticket_pdf import Paper, ticket_pdf
from service.storage import views
from service.usecases.ticket_paper import ticket_paper
from service.usecases.ticket_print import Printed, RecordPrint, record_print
from service.web.context import actor, deps, reader
from service.web.pages.language import _l
from service.web.pages.reading import found
from service.web.pages.receipts import code_url, promises_at_hand

bp = Blueprint("ticket_print", __name__)

PAPERS = (
    ("A4", _l("Print on A4")),
    ("80MM", _l("Print on the 80 mm roll")),
    ("A4-PDF", _l("PDF, A4")),
    ("80MM-PDF", _l("PDF, 80 mm")),
)
_MOST_PICTURES = 4


@bp.post("/tickets/<number:ticket_no>/prints")
def post_print(ticket_no: str) -> ResponseReturnValue:
    """One more copy, as a page that goes to the printer or as a PDF file.

    Not answered from memory when it is sent again: the code of a copy is kept nowhere.
    """
    who = reader(Action.TICKET_PRINT)
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, who, ticket_no), what="ticket", key=ticket_no)
        detail = found(views.visit(tx, who, row.visit_id), what="visit", key=row.visit_id)
    chosen = request.form.get("paper", "")
    if chosen not in dict(PAPERS):
        raise BadRequest
    paper = Paper(chosen.removesuffix("-PDF"))
    copy = record_print(RecordPrint(ticket_no=ticket_no, paper=paper), actor(), deps())
    return _printed(row, detail, copy, paper, as_file=chosen.endswith("-PDF"))


def _printed(
    row: views.TicketRow,
    detail: views.VisitDetail,
    copy: Printed,
    paper: Paper,
    *,
    as_file: bool,
) -> ResponseReturnValue:
    receipts = promises_at_hand(detail, row.promise)
    address = code_url(row.ticket_no, [promise for _part, promise in receipts])
    with deps().db.transaction() as tx:
        document = ticket_paper(tx, row, detail, deps())
        pictures = [
            views.photograph(tx, views.EVERYTHING, each.photograph_id)
            for each in detail.photographs[:_MOST_PICTURES]
        ]
    sheet = ticket_sheet(document, language=language(), copy=copy.copy, qr_text=address)
    if not as_file:
        return render_template(
            "yard/ticket_print.html",
            ticket=row,
            record=row.record,
            sheet=sheet,
            roll=paper is Paper.ROLL,
            code_url=address,
            ticket_url=f"{deps().public_url}/t/{row.ticket_no}",
            photographs=detail.photographs,
        )
    content = ticket_pdf(sheet, paper, pictures=[each.content for each in pictures if each])
    name = f"{row.ticket_no}-{copy.copy_no}.pdf"
    return Response(
        content,
        HTTPStatus.OK,
        {"Content-Disposition": f'attachment; filename="{name}"'},
        mimetype="application/pdf",
    )


def language() -> str:
    """The language in which a ticket is printed: that of the page."""
    return "en" if str(get_locale()) == "en" else "zh"
