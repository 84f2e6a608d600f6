"""Bookings: a supplier announces a load and shows its code at the gate."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action, Scope, scope_of
from service.storage import views
from service.usecases.booking import CODE_PREFIX, CreateBooking, create_booking
from service.web.context import actor, allowed, deps, reader
from service.web.pages.figures import instant, named
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import Directory, Page, directory, found
from service.web.pages.words import MATERIALS

bp = Blueprint("supplier", __name__)

_NEWS, _NEWS_DAYS = 20, 7
"""How many of the newest appeals are looked at for news, and how long an answer is one."""


class BookingForm(Form):
    """A load to come."""

    plate: str = Field(max_length=32)
    site_id: str = Field(max_length=64)
    expected_on: date
    material: str = Field("mixed", max_length=64)
    supplier_id: str = Field(max_length=64)
    carrier_id: str | None = Field(None, max_length=64)

    def command(self) -> CreateBooking:
        return CreateBooking(
            site_id=self.site_id,
            plate=self.plate,
            supplier_id=self.supplier_id,
            carrier_id=self.carrier_id,
            material=self.material,
            expected_on=self.expected_on,
        )


@bp.get("/bookings")
def bookings() -> ResponseReturnValue:
    who = reader(Action.BOOKING_VIEW)
    with deps().db.transaction() as tx:
        rows = views.bookings(tx, who)
        known = directory(tx)
        told = _told(views.appeals(tx, who, limit=_NEWS)) if allowed(Action.APPEAL_RAISE) else []
    return render_template("supplier/bookings.html", page=Page(rows, None), known=known, told=told)


def _told(rows: Sequence[views.AppealView]) -> list[views.AppealView]:
    """The supplier's appeals that are open, or were answered within the last days."""
    since = deps().now() - timedelta(days=_NEWS_DAYS)
    return [row for row in rows if row.decided_at is None or row.decided_at > since]


@bp.get("/bookings/new")
def new_booking() -> ResponseReturnValue:
    reader(Action.BOOKING_CREATE)
    with deps().db.transaction() as tx:
        known = directory(tx)
    return render_template(
        "supplier/booking_new.html",
        sites=[(site.site_id, named(site)) for site in known.bases()],
        suppliers=_suppliers(known),
        carriers=known.choices("carrier"),
        materials=[(code, str(word)) for code, word in MATERIALS.items()],
        today=instant(deps().now()).date(),
    )


def _suppliers(known: Directory) -> list[tuple[str, str]]:
    """For whom the reader may book: the own organisation, or any supplier."""
    everyone = known.choices("supplier")
    if scope_of(actor().role, Action.BOOKING_CREATE) is Scope.OWN_ORGANISATION:
        return [choice for choice in everyone if choice[0] == actor().organisation_id]
    return everyone


@bp.post("/bookings/new")
@shows_again(new_booking)
def post_booking() -> ResponseReturnValue:
    form = BookingForm.of_request()

    def booked() -> str:
        made = create_booking(form.command(), actor(), deps())
        return url_for("supplier.booking", booking_no=made.booking_no)

    return answered_once(booked)


@bp.get("/bookings/<number:booking_no>")
def booking(booking_no: str) -> ResponseReturnValue:
    """The booking with the code that its driver shows."""
    who = reader(Action.BOOKING_VIEW)
    with deps().db.transaction() as tx:
        known = directory(tx)
        by_no = {row.booking_no: row for row in views.bookings(tx, who)}
    row = found(by_no.get(booking_no), what="booking", key=booking_no)
    return render_template(
        "supplier/booking.html",
        booking=row,
        booking_code=CODE_PREFIX + row.booking_no,
        site=known.sites[row.site_id],
        supplier=known.organisations[row.supplier_id],
        carrier=known.organisations.get(row.carrier_id or ""),
    )
