"""Corrections: a ticket or a delivery note stated again, beside what stood there before."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString
from pydantic import Field

from service.domain.access import Action
from service.storage import identity, views
from service.storage.db import Tx
from service.usecases.correction import (
    CorrectDelivery,
    CorrectTicket,
    correct_delivery,
    correct_ticket,
)
from service.web.context import actor, deps, reader
from service.web.pages import figures, masses
from service.web.pages.deduction_form import entered, shown_rows
from service.web.pages.forms import Form, answered_once, fields_called, shows_again
from service.web.pages.language import _l
from service.web.pages.line_form import line_choices, lines_text, shown_lines
from service.web.pages.reading import directory, found

bp = Blueprint("correction", __name__)

_TICKET = "/tickets/<number:ticket_no>/correction"
_DELIVERY = "/deliveries/<record:delivery_id>/correction"


class ReasonForm(masses.MassesForm):
    """The entries of a ticket, and why they are others."""

    why: str = Field("", max_length=500)


@bp.get(_TICKET)
def ticket_form(ticket_no: str) -> ResponseReturnValue:
    row = _ticket(ticket_no)
    with deps().db.transaction() as tx:
        detail = found(
            views.visit(tx, views.EVERYTHING, row.visit_id), what="visit", key=row.visit_id
        )
    return render_template(
        "yard/ticket_correction.html",
        ticket=row,
        record=row.record,
        rows=shown_rows(row.record.get("deduction", {"kind": "NONE"})),
        photographs=detail.photographs,
        **_line_rows(row.record, detail),
        **masses.choices(),
        sums_url=url_for("correction.ticket_sums", ticket_no=ticket_no),
        **masses.sums(row.record.get("gross_kg", 0), row.record.get("tare_kg", 0)),
    )


def _line_rows(record: dict[str, Any], detail: views.VisitDetail) -> dict[str, Any]:
    """The rows of the split as the ticket states it."""
    decision = detail.decision or {}
    way, rows = shown_lines(record.get("lines", {}))
    codes = [decision.get("grade", ""), *decision.get("shares", {})]
    return {"lines_by": way, "line_rows": rows, **line_choices(codes)}


@bp.post(_TICKET + "/sums")
def ticket_sums(ticket_no: str) -> ResponseReturnValue:
    record = _ticket(ticket_no).record
    return masses.sums_fragment(record.get("gross_kg", 0), record.get("tare_kg", 0))


@bp.post(_TICKET)
@shows_again(ticket_form)
def post_ticket(ticket_no: str) -> ResponseReturnValue:
    given: ReasonForm = ReasonForm.of_request()
    record = _ticket(ticket_no).record
    given = given.model_copy(update={"residual_kg": record.get("residual_kg", 0)})
    command = CorrectTicket(
        ticket_no=ticket_no,
        reason=given.why,
        rejected_kg=given.rejected_kg,
        rejected_reason=given.rejected_reason,
        deduction=entered(),
        lines=masses.settled_lines(record.get("gross_kg", 0), record.get("tare_kg", 0), given),
    )

    def corrected() -> str:
        with fields_called(reason="why"):
            correct_ticket(command, actor(), deps())
        return url_for("ticket.ticket", ticket_no=ticket_no)

    return answered_once(corrected)


def _ticket(ticket_no: str) -> views.TicketRow:
    who = reader(Action.CORRECTION_RECORD)
    with deps().db.transaction() as tx:
        return found(views.ticket(tx, who, ticket_no), what="ticket", key=ticket_no)


class NoteForm(Form):
    """Waybill, carrier and distance of a delivery note, and why they are others."""

    why: str = Field("", max_length=500)
    waybill_no: str = Field("", max_length=64)
    carrier_id: str = Field("", max_length=64)
    distance_km: str = Field("", max_length=32)


@bp.get(_DELIVERY)
def delivery_form(delivery_id: str) -> ResponseReturnValue:
    who = reader(Action.CORRECTION_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.delivery(tx, who, delivery_id), what="delivery", key=delivery_id)
        known = directory(tx)
    return render_template(
        "office/delivery_correction.html",
        delivery=detail.row,
        distance_km=detail.distance_km,
        carriers=known.choices("carrier"),
        is_received=detail.receipt is not None,
    )


@bp.post(_DELIVERY)
@shows_again(delivery_form)
def post_delivery(delivery_id: str) -> ResponseReturnValue:
    given = NoteForm.of_request()
    command = CorrectDelivery(
        delivery_id=delivery_id,
        reason=given.why,
        waybill_no=given.waybill_no,
        carrier_id=given.carrier_id,
        distance_km=given.distance_km,
    )

    def corrected() -> str:
        with fields_called(reason="why"):
            correct_delivery(command, actor(), deps())
        return url_for("office.delivery", delivery_id=delivery_id)

    return answered_once(corrected)


def version_columns(
    tx: Tx, versions: list[views.DocumentVersion], *, named: bool = True
) -> dict[str, Any]:
    """What ``versions.html`` shows: the versions, the entries that differ, and who made them.

    A stranger sees no names.
    """
    if len(versions) < 2:  # noqa: PLR2004 - nothing was corrected
        return {"versions": [], "version_lines": [], "version_names": {}}
    carriers = {row.organisation_id: figures.named(row) for row in views.organisations(tx)}
    people = {user.user_id: user.name for user in identity.users(tx)} if named else {}
    return {
        "versions": versions,
        "version_lines": list(_lines(versions, carriers)),
        "version_names": people,
    }


def _lines(
    versions: list[views.DocumentVersion], carriers: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """One line for each entry that ever differed."""
    for member, word in _CORRECTABLE.items():
        values = [_shown(member, row.record, carriers) for row in versions]
        if len(set(values)) > 1:
            yield {"word": word, "values": values}


def _shown(member: str, record: dict[str, Any], carriers: dict[str, str]) -> str:
    value = record.get(member)
    if value is None:
        return ""
    if member == "deduction":
        return masses.entry_text(value)
    if member == "lines":
        return lines_text(value)
    if member == "carrier_id":
        return carriers.get(str(value), str(value))
    return masses.kg_text(value) if member.endswith("_kg") else str(value)


_CORRECTABLE: Mapping[str, LazyString] = {
    "rejected_kg": _l("Rejected"),
    "rejected_reason": _l("Why rejected"),
    "accepted_kg": _l("Accepted"),
    "deduction": _l("Deduction entered"),
    "deducted_kg": _l("Deduction"),
    "settlement_kg": _l("Settlement mass"),
    "lines": _l("Lines of the load"),
    "waybill_no": _l("Waybill"),
    "carrier_id": _l("Carrier"),
    "distance_km": _l("Distance (km)"),
}
"""What a correction may state otherwise, by the member of the record."""
