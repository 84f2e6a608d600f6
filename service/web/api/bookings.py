"""Bookings: a supplier announces a load."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from service.domain.access import Action
from service.storage import views
from service.usecases.booking import Booking, CreateBooking, create_booking
from service.web.api.fields import Answer, Line, PartyId, Plate, Query, RecordId, Request, SiteId
from service.web.api.reading import QueryBool, QueryInt
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("bookings", "Loads that suppliers announce.")


class BookingRequest(Request):
    site_id: SiteId
    plate: Plate
    supplier_id: PartyId
    carrier_id: PartyId | None = None
    material: Line
    expected_on: date
    driver_id: RecordId | None = None
    expected_from: AwareDatetime | None = None
    expected_to: AwareDatetime | None = None
    expected_kg: Annotated[int, Field(ge=1, le=200_000)] | None = None

    def to_command(self) -> CreateBooking:
        return CreateBooking(**dict(self))


class BookingCreated(Answer):
    booking_id: str
    booking_no: str
    code: str


class BookingListed(Answer):
    booking_id: str
    booking_no: str
    site_id: str
    plate: str
    supplier_id: str
    carrier_id: str | None
    material: str
    expected_on: date
    driver_id: str | None
    expected_from: datetime | None
    expected_to: datetime | None
    expected_kg: int | None
    created_at: datetime
    used: bool


class BookingList(Answer):
    items: list[BookingListed]


class BookingQuery(Query):
    limit: Annotated[QueryInt, Field(ge=1, le=200)] = 200
    open_only: QueryBool = False


@SECTION.post("/v1/bookings", body=BookingRequest, answer=BookingCreated)
def post_booking(body: BookingRequest) -> Booking:
    """Announce a load. The code is shown to the gate camera as a QR code.

    A site may take only so many trucks or kilograms a day, and only booked trucks.
    """
    return create_booking(body.to_command(), actor(), deps())


@SECTION.get("/v1/bookings", query=BookingQuery, answer=BookingList)
def get_bookings(query: BookingQuery) -> dict[str, object]:
    """Bookings, newest first; ``open_only`` leaves out those whose truck has arrived."""
    with deps().db.transaction() as tx:
        return {"items": views.bookings(tx, reader(Action.BOOKING_VIEW), **dict(query))}
