"""Weighing tickets, issued and void."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.ticket import IssueTicket, Ticket, VoidTicket, issue_ticket, void_ticket
from service.web.api.deductions import DeductedRequest, Masses
from service.web.api.fields import Answer, Hash, Kg, Line, LotId, OptionalLine, Request
from service.web.api.load_lines import LoadLineList, load_lines
from service.web.api.promises import PromiseAnswer
from service.web.api.reading import ListQuery, found, page
from service.web.context import actor, deps, reader
from service.web.kept import kept_visits, require_told
from service.web.openapi import Section

SECTION = Section.of("tickets", "Weighing tickets; none is ever edited, and no number is missing.")


class TicketRequest(DeductedRequest):
    """``residual_kg`` stays on a truck whose tare is a stored one; ``lines`` split the load."""

    rejected_kg: Kg = 0
    rejected_reason: OptionalLine = ""
    residual_kg: Kg = 0
    lines: LoadLineList = Field(default_factory=list)
    lot_id: LotId | None = None

    def to_command(self, visit_id: str) -> IssueTicket:
        return IssueTicket(
            visit_id=visit_id,
            rejected_kg=self.rejected_kg,
            rejected_reason=self.rejected_reason,
            residual_kg=self.residual_kg,
            deduction=self.deducted(),
            lines=load_lines(self.lines),
            lot_id=self.lot_id,
        )


class VoidTicketRequest(Request):
    reason: Line


class TicketIssued(Answer):
    ticket_no: str
    visit_id: str
    status: str
    masses: Masses | None
    lot_id: str | None
    issued_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/visits/<record:visit_id>/tickets",
    body=TicketRequest,
    answer=TicketIssued,
    location="/v1/tickets/{ticket_no}",
)
def post_ticket(visit_id: str, body: TicketRequest) -> Ticket:
    """Issue the ticket of a visit; the accepted material enters a lot of its grade."""
    return issue_ticket(body.to_command(visit_id), actor(), deps())


@SECTION.post(
    "/v1/visits/<record:visit_id>/void-tickets",
    body=VoidTicketRequest,
    answer=TicketIssued,
    location="/v1/tickets/{ticket_no}",
)
def post_void_ticket(visit_id: str, body: VoidTicketRequest) -> Ticket:
    """End a visit without a ticket: its number is drawn and on record as void."""
    return void_ticket(VoidTicket(visit_id=visit_id, reason=body.reason), actor(), deps())


class TicketListed(Answer):
    ticket_no: str
    visit_id: str
    site_id: str
    status: str
    lot_id: str | None
    accepted_kg: int
    settlement_kg: int
    issued_at: datetime
    plate: str
    supplier_id: str | None
    version: int
    target_hash: Hash


class TicketAnswer(TicketListed):
    """``record`` is what the evidence document says."""

    record: dict[str, Any]
    promise: PromiseAnswer | None


class TicketPage(Answer):
    items: list[TicketListed]
    next: datetime | None


@SECTION.get("/v1/tickets", query=ListQuery, answer=TicketPage)
def get_tickets(query: ListQuery) -> dict[str, object]:
    """Tickets, newest first; without the lot of a load that the reader may yet review blind."""
    with deps().db.transaction() as tx:
        rows = views.tickets(tx, reader(Action.TICKET_VIEW), **dict(query))
        kept = kept_visits(tx)
    told = [replace(row, lot_id=None) if row.visit_id in kept else row for row in rows]
    return page(told, query, lambda row: row.issued_at)


@SECTION.get("/v1/tickets/<number:ticket_no>", answer=TicketAnswer)
def get_ticket(ticket_no: str) -> views.TicketRow:
    """A ticket, issued or void."""
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, reader(Action.TICKET_VIEW), ticket_no), "ticket", ticket_no)
        require_told(tx, row.visit_id)
    return row
