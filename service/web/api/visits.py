"""Visits: a truck on a site, from arrival on."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from service.domain.access import Action
from service.domain.visit import VisitKind
from service.storage import views
from service.usecases.blindness import blindness
from service.usecases.visit import OpenVisit, Visit, open_visit
from service.web.api.fields import (
    Answer,
    CodeText,
    Decimal,
    Hash,
    Line,
    PartyId,
    Plate,
    RecordId,
    Request,
    SiteId,
    Text,
)
from service.web.api.reading import ListQuery, QueryBool, found, page
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.openapi import Section

SECTION = Section.of("visits", "Trucks on a site, and how far each has come.")


class VisitRequest(Request):
    site_id: SiteId
    kind: Literal["RECEIVING", "LOADING", "UNLOADING"]
    plate: Plate | None = None
    code: CodeText | None = None
    supplier_id: PartyId | None = None
    plant_id: PartyId | None = None
    carrier_id: PartyId | None = None
    distance_km: Decimal | None = None
    card_no: Line | None = None
    continues: RecordId | None = None
    driver_id: RecordId | None = None
    material: Line | None = None

    def to_command(self) -> OpenVisit:
        return OpenVisit(**(dict(self) | {"kind": VisitKind(self.kind)}))


class VisitOpened(Answer):
    visit_id: str
    site_id: str
    kind: Text
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    booking_id: str | None
    delivery_id: str | None
    identified_by: str
    continues_visit_id: str | None
    driver_id: str | None
    material: str | None
    arrived_at: datetime


@SECTION.post("/v1/visits", body=VisitRequest, answer=VisitOpened, location="/v1/visits/{visit_id}")
def post_visit(body: VisitRequest) -> Visit:
    """Open a visit: by the code of a booking or of a delivery note, a card, or the plate.

    With ``continues`` the same truck goes on to its next drop: the last weighing of that visit is
    the first of this one.
    """
    return open_visit(body.to_command(), actor(), deps())


class VisitListed(Answer):
    """``next_action`` is gross, tare, grade, ticket, delivery, receipt, or empty once ended."""

    visit_id: str
    site_id: str
    kind: str
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    arrived_at: datetime
    next_action: str


class VisitPage(Answer):
    items: list[VisitListed]
    next: datetime | None


class VisitQuery(ListQuery):
    site_id: SiteId | None = None
    open_only: QueryBool = False


class WayStep(Answer):
    """``state`` is done, now, blocked or todo."""

    step: str
    state: str
    at: datetime | None


class PassWeighed(Answer):
    weighing_id: str
    kg: int
    source: str
    taken_at: datetime
    target_hash: Hash


class PhotographListed(Answer):
    photograph_id: str
    camera_id: str
    origin: str
    media_type: str
    taken_at: datetime
    weighing_id: str | None


class BookingNamed(Answer):
    booking_id: str
    booking_no: str


class TicketNamed(Answer):
    ticket_no: str
    status: str
    issued_at: datetime


class DocumentNamed(Answer):
    """``state`` is recorded, then that of its batch: sealed to final."""

    kind: str
    target_hash: str
    recorded_at: datetime
    state: str


class VisitAnswer(Answer):
    """A truck's visit with all that was recorded of it; the records are those of the documents."""

    visit: VisitOpened
    next_action: str
    booking: BookingNamed | None
    gross: PassWeighed | None
    tare: PassWeighed | None
    photographs: list[PhotographListed]
    proposal: dict[str, Any] | None
    decision: dict[str, Any] | None
    ticket: TicketNamed | None
    delivery_id: str | None
    documents: list[DocumentNamed]
    way: list[WayStep]


@SECTION.get("/v1/visits", query=VisitQuery, answer=VisitPage)
def get_visits(query: VisitQuery) -> dict[str, object]:
    """Visits, newest first; with ``open_only`` the trucks on site, oldest first and all at once."""
    with deps().db.transaction() as tx:
        rows = views.visits(tx, reader(Action.VISIT_VIEW), **dict(query))
    if query.open_only:
        return {"items": rows, "next": None}
    return page(rows, query, lambda row: row.arrived_at)


@SECTION.get("/v1/visits/<record:visit_id>", answer=VisitAnswer)
def get_visit(visit_id: str) -> views.VisitDetail:
    """A visit, and how far it has come.

    Of a load that is labelled blind, an inspector is told the proposal after the own label; a load
    whose appealed grade he may be asked to review, once the reviews are there.
    """
    with deps().db.transaction() as tx:
        row = found(views.visit(tx, reader(Action.VISIT_VIEW), visit_id), "visit", visit_id)
        require_told(tx, visit_id)
        is_kept = blindness(tx, visit_id, actor()) is not None
    return replace(row, proposal=None) if is_kept else row
