"""Weighing tickets: issue, void, list, and the prints on A4 and on the roll."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.deduction import deduction_of, entries
from service.domain.ticket_sheet import ticket_sheet
from service.domain.visit import WeighingMissingError
from service.storage import views
from service.storage.db import Tx
from service.storage.ticket_answer import answers_of
from service.storage.ticket_print import prints_of
from service.usecases.ticket import IssueTicket, VoidTicket, issue_ticket, void_ticket
from service.usecases.ticket_paper import ticket_paper
from service.web.context import actor, allowed, deps, reader
from service.web.kept import kept_visits, require_told
from service.web.pages import masses
from service.web.pages.appeal_way import shown_appeal
from service.web.pages.correction import version_columns
from service.web.pages.deduction_form import RowShown, entered, shown_rows
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.line_form import line_choices, suggested_lines
from service.web.pages.reading import PAGE_LENGTH, directory, found, older_than, page_of
from service.web.pages.receipts import code_url, promises_at_hand
from service.web.pages.ticket_print import PAPERS, language
from service.web.pages.yard import visit as visit_page

bp = Blueprint("ticket", __name__)

_ROUTE = "/visits/<record:visit_id>/ticket"


class VoidForm(Form):
    """Why a visit ends without a ticket."""

    reason: str = Field("", max_length=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionShown:
    """A deduction in words, with its kilograms and pictures."""

    text: str
    kg: int
    photographs: tuple[views.PhotographRow, ...]


@bp.get(_ROUTE)
def form(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.TICKET_ISSUE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
    gross_kg, tare_kg = both_kg(detail)
    inclusions_bp = (detail.decision or {}).get("inclusions_bp", 0)
    return render_template(
        "yard/ticket_form.html",
        visit=detail.visit,
        site=known.sites[detail.visit.site_id],
        steps=detail.way,
        heading=_("Weighing ticket"),
        button=_("Issue the ticket"),
        net_kg=gross_kg - tare_kg,
        grade=(detail.decision or {}).get("grade"),
        sums_url=url_for("ticket.form_sums", visit_id=visit_id),
        rows=_suggested(inclusions_bp),
        photographs=detail.photographs,
        **_line_rows(detail),
        has_stored_tare=detail.tare is not None and "stored_tare" in detail.tare.record,
        **masses.choices(),
        **masses.sums(gross_kg, tare_kg),
    )


def _suggested(inclusions_bp: int) -> list[RowShown]:
    """The inspector's inclusions as the first entry of the deduction."""
    if not inclusions_bp:
        return shown_rows({"kind": "NONE"})
    reason = _("inclusions by the grade decision")
    return shown_rows({"kind": "PCT", "bp": inclusions_bp, "reason": reason})


def _line_rows(detail: views.VisitDetail) -> dict[str, Any]:
    """The rows of a split load, with the shares of the grade decision."""
    decision = detail.decision or {}
    shares_bp = decision.get("shares", {})
    way, rows = suggested_lines(shares_bp)
    codes = [decision.get("grade", ""), *shares_bp]
    return {"lines_by": way, "line_rows": rows, **line_choices(codes)}


@bp.post(_ROUTE + "/sums")
def form_sums(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.TICKET_ISSUE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
    return masses.sums_fragment(*both_kg(detail))


@bp.post(_ROUTE)
@shows_again(form)
def post_ticket(visit_id: str) -> ResponseReturnValue:
    given = masses.MassesForm.of_request()
    who = reader(Action.TICKET_ISSUE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
    command = IssueTicket(
        visit_id=visit_id,
        rejected_kg=given.rejected_kg,
        rejected_reason=given.rejected_reason,
        residual_kg=given.residual_kg,
        deduction=entered(),
        lines=masses.settled_lines(*both_kg(detail), given),
    )

    def issued() -> str:
        return url_for("ticket.ticket", ticket_no=issue_ticket(command, actor(), deps()).ticket_no)

    return answered_once(issued)


@bp.post("/visits/<record:visit_id>/void")
@shows_again(visit_page)
def post_void(visit_id: str) -> ResponseReturnValue:
    given = VoidForm.of_request()

    def voided() -> str:
        command = VoidTicket(visit_id=visit_id, reason=given.reason)
        return url_for("ticket.ticket", ticket_no=void_ticket(command, actor(), deps()).ticket_no)

    return answered_once(voided)


@bp.get("/tickets")
def tickets() -> ResponseReturnValue:
    who = reader(Action.TICKET_VIEW)
    with deps().db.transaction() as tx:
        rows = views.tickets(tx, who, limit=PAGE_LENGTH, before=older_than())
        known, kept = directory(tx), kept_visits(tx)
    page = page_of(rows, "issued_at")
    return render_template("yard/tickets.html", page=page, known=known, kept=kept)


@bp.get("/tickets/<number:ticket_no>")
def ticket(ticket_no: str) -> ResponseReturnValue:
    """The ticket with its way; printed it is the paper alone, A4 or the 80 mm roll."""
    who = reader(Action.TICKET_VIEW)
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, who, ticket_no), what="ticket", key=ticket_no)
        require_told(tx, row.visit_id)
        detail = found(views.visit(tx, who, row.visit_id), what="visit", key=row.visit_id)
        page = _ticket_page(tx, who, row, detail)
    return render_template("yard/ticket.html", roll=request.args.get("paper") == "80mm", **page)


def _ticket_page(
    tx: Tx, who: views.Reader, row: views.TicketRow, detail: views.VisitDetail
) -> dict[str, Any]:
    receipts = promises_at_hand(detail, row.promise)
    address = code_url(row.ticket_no, [promise for _part, promise in receipts])
    paper = ticket_paper(tx, row, detail, deps())
    return {
        "ticket": row,
        "receipts": receipts,
        "code_url": address,
        "sheet": ticket_sheet(paper, language=language(), qr_text=address),
        "record": row.record,
        "ticket_url": f"{deps().public_url}/t/{row.ticket_no}",
        "photographs": detail.photographs,
        "deductions": list(_deductions(row, detail)),
        "prints": prints_of(tx, row.ticket_no),
        **_answers(tx, row),
        "papers": PAPERS,
        "can_print": allowed(Action.TICKET_PRINT),
        "can_answer": row.status == "issued" and allowed(Action.TICKET_ANSWER),
        "rows": views.documents(tx, who, row.visit_id),
        **version_columns(tx, views.ticket_versions(tx, row.ticket_no)),
        **_appeals(tx, row),
        "can_correct": row.status == "issued" and allowed(Action.CORRECTION_RECORD),
        "can_appeal": row.status == "issued" and allowed(Action.APPEAL_RAISE),
        "steps": detail.way,
    }


def _appeals(tx: Tx, row: views.TicketRow) -> dict[str, Any]:
    """The appeals about a ticket and what they owe, for those who may see any."""
    if not allowed(Action.APPEAL_VIEW):
        return {}
    appeals = views.appeals(tx, reader(Action.APPEAL_VIEW), ticket_no=row.ticket_no)
    return {
        "appeals": appeals,
        "owed": [shown_appeal(tx, each) for each in appeals if each.difference_fen is not None],
        "site": directory(tx).sites[row.site_id],
    }


def _answers(tx: Tx, row: views.TicketRow) -> dict[str, Any]:
    """What the seller said to the ticket as it stands, and to the versions before."""
    given = answers_of(tx, row.ticket_no)
    standing = [each for each in given if each.target_hash.hex() == row.target_hash]
    return {
        "answer": standing[0] if standing else None,
        "old_answers": [each for each in given if each not in standing],
    }


def _deductions(row: views.TicketRow, detail: views.VisitDetail) -> Iterator[DeductionShown]:
    """The deductions with their pictures, and what each comes to."""
    pictures = {each.photograph_id: each for each in detail.photographs}
    for entry in entries(row.record.get("deduction", {})):
        named = entry.get("photographs", {}).values()
        yield DeductionShown(
            text=masses.entry_text(entry),
            kg=deduction_of(entry).of(row.record["accepted_kg"]),
            photographs=tuple(pictures[each] for each in named if each in pictures),
        )


def both_kg(detail: views.VisitDetail) -> tuple[int, int]:
    """Gross and tare of the visit in kg; raises where the truck was not weighed twice."""
    if detail.gross is None:
        raise WeighingMissingError(field="visit_id", value="gross")
    if detail.tare is None:
        raise WeighingMissingError(field="visit_id", value="tare")
    return detail.gross.kg, detail.tare.kg
