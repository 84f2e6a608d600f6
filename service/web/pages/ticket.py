"""Weighing tickets: issue, void, list, and the prints on A4 and on the roll."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.grade import GRADE_STANDARD
from service.domain.visit import WeighingMissingError
from service.storage import views
from service.storage.db import Tx
from service.usecases.ticket import IssueTicket, VoidTicket, issue_ticket, void_ticket
from service.web.context import actor, allowed, deps, reader
from service.web.pages import masses
from service.web.pages.correction import version_columns
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.reading import PAGE_LENGTH, directory, found, older_than, page_of
from service.web.pages.receipts import code_url, promises_at_hand
from service.web.pages.yard import visit as visit_page

bp = Blueprint("ticket", __name__)

_ROUTE = "/visits/<record:visit_id>/ticket"


class VoidForm(Form):
    """Why a visit ends without a ticket."""

    reason: str = Field("", max_length=500)


@dataclass(frozen=True, slots=True)
class Person:
    """Who did what, as it stands on the print."""

    part: str
    name: str


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
        deduction_kinds=masses.choices(),
        suggested=_suggested(inclusions_bp),
        **masses.sums(gross_kg, tare_kg),
    )


def _suggested(inclusions_bp: int) -> dict[str, str]:
    """The inspector's inclusions as the first entry of the deduction."""
    if not inclusions_bp:
        return {"kind": "NONE", "percent": "0", "reason": ""}
    percent = f"{inclusions_bp // 100}.{inclusions_bp % 100:02d}"
    return {"kind": "PCT", "percent": percent, "reason": _("inclusions by the grade decision")}


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
    command = IssueTicket(
        visit_id=visit_id,
        rejected_kg=given.rejected_kg,
        rejected_reason=given.rejected_reason,
        deduction=given.deduction,
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
        known = directory(tx)
    return render_template("yard/tickets.html", page=page_of(rows, "issued_at"), known=known)


@bp.get("/tickets/<number:ticket_no>")
def ticket(ticket_no: str) -> ResponseReturnValue:
    """The ticket with its way; printed it is the paper alone, A4 or the 80 mm roll."""
    who = reader(Action.TICKET_VIEW)
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, who, ticket_no), what="ticket", key=ticket_no)
        detail = found(views.visit(tx, who, row.visit_id), what="visit", key=row.visit_id)
        page = _ticket_page(tx, who, row, detail)
    return render_template("yard/ticket.html", roll=request.args.get("paper") == "80mm", **page)


def _ticket_page(
    tx: Tx, who: views.Reader, row: views.TicketRow, detail: views.VisitDetail
) -> dict[str, Any]:
    known = directory(tx)
    receipts = promises_at_hand(detail, row.promise)
    return {
        "ticket": row,
        "receipts": receipts,
        "code_url": code_url(row.ticket_no, [promise for _part, promise in receipts]),
        "record": row.record,
        "site": known.sites[row.site_id],
        "issuer": deps().issuer.name,
        "ticket_url": f"{deps().public_url}/t/{row.ticket_no}",
        "gross": detail.gross,
        "tare": detail.tare,
        "plate": row.plate,
        "supplier": known.organisations.get(row.supplier_id or ""),
        "standard": GRADE_STANDARD,
        "booking_no": detail.booking.booking_no if detail.booking else None,
        "photographs": detail.photographs,
        "instrument": (detail.gross.record if detail.gross else {}).get("instrument", {}),
        "people": _people(tx, who, detail),
        "rows": views.documents(tx, who, row.visit_id),
        **version_columns(tx, views.ticket_versions(tx, row.ticket_no)),
        "appeals": _appeals(tx, row.ticket_no),
        "can_correct": row.status == "issued" and allowed(Action.CORRECTION_RECORD),
        "can_appeal": row.status == "issued" and allowed(Action.APPEAL_RAISE),
        "steps": detail.way,
    }


def _appeals(tx: Tx, ticket_no: str) -> list[views.AppealView]:
    """The appeals about a ticket, for those who may see any."""
    if not allowed(Action.APPEAL_VIEW):
        return []
    return views.appeals(tx, reader(Action.APPEAL_VIEW), ticket_no=ticket_no)


def _people(tx: Tx, who: views.Reader, detail: views.VisitDetail) -> list[Person]:
    """The people whom the documents name."""
    hashes = [weighing.target_hash for weighing in (detail.gross, detail.tare) if weighing]
    weighers = _named(tx, who, hashes, "operator")
    graded = [
        d.target_hash
        for d in views.documents(tx, who, detail.visit.visit_id)
        if d.kind == "grade-decision"
    ]
    parts = ((_("Weigher"), weighers), (_("Inspector"), _named(tx, who, graded, "inspector")))
    return [Person(part, ", ".join(names)) for part, names in parts if names]


def _named(tx: Tx, who: views.Reader, hashes: list[str], part: str) -> list[str]:
    contents = (views.document_content(tx, who, target_hash) or {} for target_hash in hashes)
    names = [content.get("personal", {}).get(part) for content in contents]
    return list(dict.fromkeys(name for name in names if name))


def both_kg(detail: views.VisitDetail) -> tuple[int, int]:
    """Gross and tare of the visit in kg; raises where the truck was not weighed twice."""
    if detail.gross is None:
        raise WeighingMissingError(field="visit_id", value="gross")
    if detail.tare is None:
        raise WeighingMissingError(field="visit_id", value="tare")
    return detail.gross.kg, detail.tare.kg
