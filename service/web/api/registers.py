"""Vehicles, drivers and cards: what is known of them; every change is another version."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from service.domain.access import Action
from service.domain.instants import business_date
from service.domain.register import Paper
from service.storage import views
from service.usecases.register import (
    SetCard,
    SetDriver,
    SetVehicle,
    Versioned,
    set_card,
    set_driver,
    set_vehicle,
)
from service.web.api.fields import (
    Answer,
    Line,
    Name,
    OptionalLine,
    PartyId,
    Plate,
    Query,
    RecordId,
    Request,
)
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("registers", "Vehicles, drivers and cards; papers with their expiry.")


class PaperRequest(Request):
    """A paper and the last day on which it is good; drivers' papers carry no number."""

    kind: Name
    no: OptionalLine = ""
    valid_to: date

    def to_value(self) -> Paper:
        return Paper(**dict(self))


Papers = Annotated[list[PaperRequest], Field(max_length=12)]


class VehicleRequest(Request):
    """A vehicle as it is known from now on; what is left out is not known."""

    plate: Plate
    plate_colour: Name | None = None
    vehicle_type: Name | None = None
    axles: Annotated[int, Field(ge=2, le=12)] | None = None
    legal_max_kg: Annotated[int, Field(ge=500, le=200_000)] | None = None
    body_capacity_kg: Annotated[int, Field(ge=100, le=150_000)] | None = None
    trailer_plate: Plate | None = None
    carrier_id: PartyId | None = None
    papers: Papers = Field(default_factory=list)
    active: bool = True

    def to_command(self) -> SetVehicle:
        papers = tuple(paper.to_value() for paper in self.papers)
        return SetVehicle(**(dict(self) | {"papers": papers}))


class DriverRequest(Request):
    """A driver; with ``driver_id`` one that is known. No identity numbers."""

    name: Name
    driver_id: RecordId | None = None
    carrier_id: PartyId | None = None
    licence_valid_to: date | None = None
    papers: Papers = Field(default_factory=list)
    active: bool = True

    def to_command(self) -> SetDriver:
        papers = tuple(paper.to_value() for paper in self.papers)
        return SetDriver(**(dict(self) | {"papers": papers}))


class CardRequest(Request):
    """An IC card and the truck that it names."""

    card_no: Line
    plate: Plate
    driver_id: RecordId | None = None
    active: bool = True


class VersionAnswer(Answer):
    key: str
    version: int
    made_at: datetime


class PaperAnswer(Answer):
    kind: str
    no: str
    valid_to: date


class VehicleAnswer(Answer):
    plate: str
    version: int
    plate_colour: str | None
    vehicle_type: str | None
    axles: int | None
    legal_max_kg: int | None
    body_capacity_kg: int | None
    trailer_plate: str | None
    carrier_id: str | None
    active: bool
    made_at: datetime


class VehicleListed(Answer):
    vehicle: VehicleAnswer
    papers: list[PaperAnswer]
    expired: list[PaperAnswer]


class VehicleList(Answer):
    items: list[VehicleListed]


class TareAnswer(Answer):
    tare_id: str
    combo: str
    kg: int
    found_at: datetime
    expires_on: date


class StatisticAnswer(Answer):
    """Median and median absolute deviation of the last tares of a combination."""

    combo: str
    count: int
    median_kg: int
    mad_kg: int


class VehicleDetailAnswer(VehicleListed):
    versions: list[VehicleAnswer]
    tares: list[TareAnswer]
    statistics: list[StatisticAnswer]


class DriverAnswer(Answer):
    driver_id: str
    version: int
    name: str
    carrier_id: str | None
    licence_valid_to: date | None
    active: bool
    made_at: datetime


class DriverListed(Answer):
    driver: DriverAnswer
    papers: list[PaperAnswer]
    expired: list[PaperAnswer]


class DriverList(Answer):
    items: list[DriverListed]


class DriverDetailAnswer(DriverListed):
    versions: list[DriverAnswer]


class CardAnswer(Answer):
    card_no: str
    version: int
    plate: str
    driver_id: str | None
    active: bool
    made_at: datetime


class CardList(Answer):
    items: list[CardAnswer]


class RegisterQuery(Query):
    search: OptionalLine = ""


@SECTION.post("/v1/vehicles", body=VehicleRequest, answer=VersionAnswer)
def post_vehicle(body: VehicleRequest) -> Versioned:
    """Write down what is known of a vehicle now."""
    return set_vehicle(body.to_command(), actor(), deps())


@SECTION.get("/v1/vehicles", query=RegisterQuery, answer=VehicleList)
def get_vehicles(query: RegisterQuery) -> dict[str, Any]:
    """Vehicles by plate."""
    who, on = reader(Action.REGISTER_VIEW), business_date(deps().now())
    with deps().db.transaction() as tx:
        return {"items": views.vehicles(tx, who, on, search=query.search)}


@SECTION.get("/v1/vehicles/<plate:plate>", answer=VehicleDetailAnswer)
def get_vehicle(plate: str) -> views.VehicleDetail:
    """A vehicle with its former versions, its stored tares and the statistic of those found."""
    who, on = reader(Action.REGISTER_VIEW), business_date(deps().now())
    with deps().db.transaction() as tx:
        return found(views.vehicle(tx, who, plate, on), "vehicle", plate)


@SECTION.post("/v1/drivers", body=DriverRequest, answer=VersionAnswer)
def post_driver(body: DriverRequest) -> Versioned:
    """Write down what is known of a driver now."""
    return set_driver(body.to_command(), actor(), deps())


@SECTION.get("/v1/drivers", query=RegisterQuery, answer=DriverList)
def get_drivers(query: RegisterQuery) -> dict[str, Any]:
    """Drivers by name."""
    who, on = reader(Action.REGISTER_VIEW), business_date(deps().now())
    with deps().db.transaction() as tx:
        return {"items": views.drivers(tx, who, on, search=query.search)}


@SECTION.get("/v1/drivers/<record:driver_id>", answer=DriverDetailAnswer)
def get_driver(driver_id: str) -> views.DriverDetail:
    """A driver with the former versions."""
    who, on = reader(Action.REGISTER_VIEW), business_date(deps().now())
    with deps().db.transaction() as tx:
        return found(views.driver(tx, who, driver_id, on), "driver", driver_id)


@SECTION.post("/v1/cards", body=CardRequest, answer=VersionAnswer)
def post_card(body: CardRequest) -> Versioned:
    """Write down which truck a card names now."""
    return set_card(SetCard(**dict(body)), actor(), deps())


@SECTION.get("/v1/cards", answer=CardList)
def get_cards() -> dict[str, Any]:
    """Cards by number."""
    who = reader(Action.REGISTER_VIEW)
    with deps().db.transaction() as tx:
        return {"items": views.cards(tx, who)}
