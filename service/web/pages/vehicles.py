"""The registers of vehicles and drivers: lists, one entry with its history, and new versions."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.instants import business_date
from service.domain.register import Paper
from service.storage import views
from service.usecases.register import (
    SetCard,
    SetDriver,
    SetVehicle,
    set_card,
    set_driver,
    set_vehicle,
)
from service.usecases.stored_tare import end_tare
from service.web.context import actor, deps, reader
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory, found

bp = Blueprint("register", __name__)

PAPER_ROWS = 4


class VehicleForm(Form):
    """A vehicle as it is known from now on."""

    plate: str = Field(max_length=16)
    plate_colour: str | None = Field(None, max_length=16)
    vehicle_type: str | None = Field(None, max_length=64)
    axles: int | None = None
    legal_max_kg: int | None = None
    body_capacity_kg: int | None = None
    trailer_plate: str | None = Field(None, max_length=16)
    carrier_id: str | None = Field(None, max_length=64)
    active: bool = False

    def command(self, papers: tuple[Paper, ...]) -> SetVehicle:
        return SetVehicle(**(dict(self) | {"papers": papers}))


class DriverForm(Form):
    """A driver as known from now on; no identity numbers."""

    driver_id: str | None = Field(None, max_length=64)
    name: str = Field(max_length=64)
    carrier_id: str | None = Field(None, max_length=64)
    licence_valid_to: date | None = None
    active: bool = False

    def command(self, papers: tuple[Paper, ...]) -> SetDriver:
        return SetDriver(**(dict(self) | {"papers": papers}))


class PaperForm(Form):
    kind: str = Field(max_length=64)
    no: str = Field("", max_length=64)
    valid_to: date


class CardForm(Form):
    card_no: str = Field(max_length=64)
    plate: str = Field(max_length=16)
    driver_id: str | None = Field(None, max_length=64)
    active: bool = False

    def command(self) -> SetCard:
        return SetCard(**dict(self))


@bp.get("/vehicles")
def vehicles() -> ResponseReturnValue:
    who, on, search = reader(Action.REGISTER_VIEW), _today(), request.args.get("q", "")[:64]
    with deps().db.transaction() as tx:
        known = directory(tx)
        rows = views.vehicles(tx, who, on, search=search)
    return render_template(
        "office/vehicles.html", rows=rows, search=search, organisations=known.organisations
    )


@bp.get("/vehicles/new")
def new_vehicle() -> ResponseReturnValue:
    reader(Action.REGISTER_EDIT)
    return render_template("office/vehicle_new.html", vehicle=None, papers=(), **_choices())


@bp.post("/vehicles/new")
@shows_again(new_vehicle)
def post_vehicle() -> ResponseReturnValue:
    command = VehicleForm.of_request().command(_papers())
    return answered_once(
        lambda: url_for("register.vehicle", plate=set_vehicle(command, actor(), deps()).key)
    )


@bp.get("/vehicles/<plate:plate>")
def vehicle(plate: str) -> ResponseReturnValue:
    who, on = reader(Action.REGISTER_VIEW), _today()
    with deps().db.transaction() as tx:
        detail = found(views.vehicle(tx, who, plate, on), what="vehicle", key=plate)
        known = directory(tx)
        drivers = views.drivers(tx, who, on)
    return render_template(
        "office/vehicle.html",
        detail=detail,
        vehicle=detail.vehicle,
        papers=detail.papers,
        organisations=known.organisations,
        sites=known.sites,
        carriers=known.choices("carrier"),
        drivers=[(row.driver.driver_id, row.driver.name) for row in drivers],
        paper_rows=PAPER_ROWS,
        today=on,
    )


@bp.post("/vehicles/<plate:plate>")
@shows_again(vehicle)
def post_version(plate: str) -> ResponseReturnValue:
    form = VehicleForm.model_validate({**_typed(), "plate": plate})
    command = form.command(_papers())

    def written() -> str:
        set_vehicle(command, actor(), deps())
        return url_for("register.vehicle", plate=plate)

    return answered_once(written)


@bp.post("/vehicles/<plate:plate>/cards")
@shows_again(vehicle)
def post_card(plate: str) -> ResponseReturnValue:
    command = CardForm.model_validate({**_typed(), "plate": plate}).command()

    def written() -> str:
        set_card(command, actor(), deps())
        return url_for("register.vehicle", plate=plate)

    return answered_once(written)


def _vehicle_of_tare(plate: str, tare_id: str) -> ResponseReturnValue:
    del tare_id
    return vehicle(plate)


@bp.post("/vehicles/<plate:plate>/tares/<record:tare_id>/end")
@shows_again(_vehicle_of_tare)
def post_tare_end(plate: str, tare_id: str) -> ResponseReturnValue:
    reason = request.form.get("tare_reason", "")

    def ended() -> str:
        end_tare(tare_id, reason, actor(), deps())
        return url_for("register.vehicle", plate=plate)

    return answered_once(ended)


@bp.get("/drivers")
def drivers() -> ResponseReturnValue:
    who, on, search = reader(Action.REGISTER_VIEW), _today(), request.args.get("q", "")[:64]
    with deps().db.transaction() as tx:
        known = directory(tx)
        rows = views.drivers(tx, who, on, search=search)
    return render_template(
        "office/drivers.html", rows=rows, search=search, organisations=known.organisations
    )


@bp.get("/drivers/new")
def new_driver() -> ResponseReturnValue:
    reader(Action.REGISTER_EDIT)
    return render_template("office/driver_new.html", driver=None, papers=(), **_choices())


@bp.post("/drivers/new")
@shows_again(new_driver)
def post_driver() -> ResponseReturnValue:
    command = DriverForm.of_request().command(_papers())
    return answered_once(
        lambda: url_for("register.driver", driver_id=set_driver(command, actor(), deps()).key)
    )


@bp.get("/drivers/<record:driver_id>")
def driver(driver_id: str) -> ResponseReturnValue:
    who, on = reader(Action.REGISTER_VIEW), _today()
    with deps().db.transaction() as tx:
        detail = found(views.driver(tx, who, driver_id, on), what="driver", key=driver_id)
        known = directory(tx)
    return render_template(
        "office/driver.html",
        detail=detail,
        driver=detail.driver,
        papers=detail.papers[1:] if detail.driver.licence_valid_to else detail.papers,
        organisations=known.organisations,
        carriers=known.choices("carrier"),
        paper_rows=PAPER_ROWS,
        today=on,
    )


@bp.post("/drivers/<record:driver_id>")
@shows_again(driver)
def post_driver_version(driver_id: str) -> ResponseReturnValue:
    form = DriverForm.model_validate({**_typed(), "driver_id": driver_id})
    command = form.command(_papers())

    def written() -> str:
        set_driver(command, actor(), deps())
        return url_for("register.driver", driver_id=driver_id)

    return answered_once(written)


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if value.strip()}


def _papers() -> tuple[Paper, ...]:
    """The papers of the form: the rows that name a kind."""
    typed = _typed()
    rows = (
        {name: typed.get(f"paper-{row}-{name}", "") for name in ("kind", "no", "valid_to")}
        for row in range(PAPER_ROWS)
    )
    return tuple(Paper(**dict(PaperForm.model_validate(row))) for row in rows if row["kind"])


def _choices() -> dict[str, Any]:
    with deps().db.transaction() as tx:
        known = directory(tx)
    return {"carriers": known.choices("carrier"), "paper_rows": PAPER_ROWS}


def _today() -> date:
    return business_date(deps().now())
