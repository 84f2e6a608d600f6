"""Corrections of tickets and delivery notes: the whole document again, with a reason."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.correction import (
    CorrectDelivery,
    Correction,
    CorrectTicket,
    correct_delivery,
    correct_ticket,
)
from service.web.api.deductions import DeductedRequest
from service.web.api.fields import Answer, Hash, Kg, Line, OptionalLine, PartyId, Request
from service.web.api.load_lines import LoadLineList, load_lines
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.openapi import Section

SECTION = Section.of(
    "corrections", "Documents stated again; the newest version counts, all of them stay."
)

Waybill = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_-]{3,39}$", description="Number of a waybill."),
]
Distance = Annotated[
    str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,3})?$", description="Distance in km as text.")
]


class TicketCorrectionRequest(DeductedRequest):
    """Without ``lines`` the split of the load stays as it was stated; an empty list ends it."""

    reason: Line
    rejected_kg: Kg = 0
    rejected_reason: OptionalLine = ""
    lines: LoadLineList | None = None

    def to_command(self, ticket_no: str) -> CorrectTicket:
        return CorrectTicket(
            ticket_no=ticket_no,
            reason=self.reason,
            rejected_kg=self.rejected_kg,
            rejected_reason=self.rejected_reason,
            deduction=self.deducted(),
            lines=None if self.lines is None else load_lines(self.lines),
        )


class DeliveryCorrectionRequest(Request):
    reason: Line
    waybill_no: Waybill
    carrier_id: PartyId
    distance_km: Distance

    def to_command(self, delivery_id: str) -> CorrectDelivery:
        return CorrectDelivery(
            delivery_id=delivery_id,
            reason=self.reason,
            waybill_no=self.waybill_no,
            carrier_id=self.carrier_id,
            distance_km=self.distance_km,
        )


class CorrectionRecorded(Answer):
    """``supersedes`` is the document that no longer counts; ``version`` counts from 1."""

    correction_no: str
    corrects: str
    version: int
    corrected_at: datetime
    supersedes: Hash
    target_hash: Hash


@SECTION.post(
    "/v1/tickets/<number:ticket_no>/corrections",
    body=TicketCorrectionRequest,
    answer=CorrectionRecorded,
    location="/v1/documents/{target_hash}",
)
def post_ticket_correction(ticket_no: str, body: TicketCorrectionRequest) -> Correction:
    """State a ticket again with another rejected mass or deduction; its lot follows."""
    return correct_ticket(body.to_command(ticket_no), actor(), deps())


@SECTION.post(
    "/v1/deliveries/<record:delivery_id>/corrections",
    body=DeliveryCorrectionRequest,
    answer=CorrectionRecorded,
    location="/v1/documents/{target_hash}",
)
def post_delivery_correction(delivery_id: str, body: DeliveryCorrectionRequest) -> Correction:
    """State a delivery note again with another waybill, carrier or distance."""
    return correct_delivery(body.to_command(delivery_id), actor(), deps())


class Version(Answer):
    """``stands`` tells the one that counts; ``reason`` is empty for the first."""

    version: int
    document_id: str
    record: dict[str, Any]
    reason: str
    at: datetime
    by: str
    target_hash: Hash
    stands: bool


class VersionList(Answer):
    items: list[Version]


@SECTION.get("/v1/tickets/<number:ticket_no>/versions", answer=VersionList)
def get_ticket_versions(ticket_no: str) -> dict[str, object]:
    """Every version of a ticket, the first one first."""
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, reader(Action.TICKET_VIEW), ticket_no), "ticket", ticket_no)
        require_told(tx, row.visit_id)
        return {"items": views.ticket_versions(tx, ticket_no)}


@SECTION.get("/v1/deliveries/<record:delivery_id>/versions", answer=VersionList)
def get_delivery_versions(delivery_id: str) -> dict[str, object]:
    """Every version of a delivery note, the first one first."""
    with deps().db.transaction() as tx:
        row = views.delivery(tx, reader(Action.DELIVERY_VIEW), delivery_id)
        found(row, "delivery", delivery_id)
        return {"items": views.delivery_versions(tx, delivery_id)}
