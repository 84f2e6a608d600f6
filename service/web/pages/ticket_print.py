"""Printing a ticket: every copy is counted first, and its code leaves the service with it alone."""

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import BadRequest

from service.domain.access import Action
from service.domain.ticket_sheet import ticket_sheet
from service.exchange.escpos import ticket_escpos
from service.exchange.ticket_pdf import Paper, ticket_pdf
from service.storage import views
from service.usecases.photograph_reuse import public_copy
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
    ("80MM-ESCPOS", _l("Thermal printer (ESC/POS)")),
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
    size, _dash, form = chosen.partition("-")
    paper = Paper(size)
    copy = record_print(RecordPrint(ticket_no=ticket_no, paper=paper), actor(), deps())
    return _printed(row, detail, copy, paper, form=form)


def _printed(
    row: views.TicketRow,
    detail: views.VisitDetail,
    copy: Printed,
    paper: Paper,
    *,
    form: str,
) -> ResponseReturnValue:
    """The copy as a page, or as a file where ``form`` is PDF or ESCPOS."""
    receipts = promises_at_hand(detail, row.promise)
    address = code_url(row.ticket_no, [promise for _part, promise in receipts])
    with deps().db.transaction() as tx:
        document = ticket_paper(tx, row, detail, deps())
        pictures = {
            each.photograph_id: views.photograph(tx, views.EVERYTHING, each.photograph_id)
            for each in detail.photographs[:_MOST_PICTURES]
        }
    sheet = ticket_sheet(document, language=language(), copy=copy.copy, qr_text=address)
    if not form:
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
    if form == "ESCPOS":
        return _file(ticket_escpos(sheet), copy, "bin", "application/octet-stream")
    copies = [
        public_copy(photograph_id, picture.content, deps())
        for photograph_id, picture in pictures.items()
        if picture is not None
    ]
    content = ticket_pdf(sheet, paper, pictures=[copy for copy in copies if copy is not None])
    return _file(content, copy, "pdf", "application/pdf")


def _file(content: bytes, copy: Printed, ending: str, media_type: str) -> Response:
    name = f"{copy.ticket_no}-{copy.copy_no}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, HTTPStatus.OK, headers, mimetype=media_type)


def language() -> str:
    """The language in which a ticket is printed: that of the page."""
    return "en" if str(get_locale()) == "en" else "zh"
