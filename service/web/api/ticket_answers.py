"""What sellers answered to tickets, and the copies on paper."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.domain.access import Action
from service.domain.appeal import Ground
from service.domain.ticket_answer import Answer as SellerAnswer
from service.storage import views
from service.storage.ticket_answer import answers_of
from service.storage.ticket_print import prints_of
from service.usecases.ticket_answer import AnswerTicket, TicketAnswer, answer_as_supplier
from service.web.api.fields import Answer, Hash, Request, Text
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.openapi import Section

SECTION = Section.of(
    "ticket-answers",
    "What sellers answered to tickets. Silence is no answer, and none is ever given for them.",
)


class TicketAnswerRequest(Request):
    """``target_hash`` is the version that was looked at; a dispute says what is wrong."""

    target_hash: Hash
    answer: Literal["CONFIRMED", "DISPUTED"]
    ground: Literal["weight", "deduction", "price", "grade", "goods", "other"] = "other"
    statement: Annotated[str, Field(max_length=2_000)] = ""

    def to_command(self, ticket_no: str) -> AnswerTicket:
        return AnswerTicket(
            ticket_no=ticket_no,
            target_hash=bytes.fromhex(self.target_hash),
            answer=SellerAnswer(self.answer),
            ground=Ground(self.ground),
            statement=self.statement,
        )


class TicketAnswered(Answer):
    ticket_no: str
    target_hash: Hash
    answer: Text
    appeal_no: str | None
    answered_at: datetime


class TicketAnswerListed(TicketAnswered):
    """``unit`` and ``copy_no`` name the print whose code was used, ``user_id`` the account."""

    ground: str | None
    unit: str | None
    copy_no: int | None
    user_id: str | None


class TicketAnswerPage(Answer):
    items: list[TicketAnswerListed]


class TicketPrintListed(Answer):
    """A copy on paper; the code that stands on it is kept nowhere."""

    ticket_no: str
    unit: str
    copy_no: int
    target_hash: Hash
    paper: str
    printed_at: datetime
    recorded_at: datetime
    printed_by: str


class TicketPrintPage(Answer):
    items: list[TicketPrintListed]


@SECTION.post(
    "/v1/tickets/<number:ticket_no>/answers",
    body=TicketAnswerRequest,
    answer=TicketAnswered,
    location="/v1/tickets/{ticket_no}/answers",
)
def post_ticket_answer(ticket_no: str, body: TicketAnswerRequest) -> TicketAnswer:
    """Confirm or dispute a version of the ticket of the own load; a dispute is an appeal."""
    return answer_as_supplier(body.to_command(ticket_no), actor(), deps())


@SECTION.get("/v1/tickets/<number:ticket_no>/answers", answer=TicketAnswerPage)
def get_ticket_answers(ticket_no: str) -> dict[str, object]:
    """The answers to all versions of a ticket, oldest first."""
    with deps().db.transaction() as tx:
        row = views.ticket(tx, reader(Action.TICKET_VIEW), ticket_no)
        require_told(tx, found(row, "ticket", ticket_no).visit_id)
        return {"items": answers_of(tx, ticket_no)}


@SECTION.get("/v1/tickets/<number:ticket_no>/prints", answer=TicketPrintPage)
def get_ticket_prints(ticket_no: str) -> dict[str, object]:
    """The copies of a ticket on paper, oldest first."""
    with deps().db.transaction() as tx:
        row = views.ticket(tx, reader(Action.TICKET_VIEW), ticket_no)
        found(row, "ticket", ticket_no)
        return {"items": prints_of(tx, ticket_no)}
