"""Bookings: a supplier announces a load, and its driver shows the code at the gate."""

from dataclasses import dataclass
from datetime import date, datetime

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import business_date, whole_second
from service.domain.party import Actor
from service.domain.plate import normal_plate
from service.storage import booking as bookings
from service.storage import party as parties
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.register import driver_now
from service.storage.yard_rules import site_rules
from service.usecases.numbering import next_no
from service.usecases.ports import Deps

CODE_PREFIX = "FERROTRACE:BOOKING:"


class PartyKindError(RuleBrokenError):
    """An organisation is named in a part that it does not play."""

    message = gettext_noop("%(value)s is not known as a %(limit)s.")


class TimeWindowError(RuleBrokenError):
    """The times of a booking are no window of its day."""

    message = gettext_noop("%(value)s begins no time window of %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBooking:
    """``expected_from`` and ``expected_to`` are the times between which the truck comes."""

    site_id: str
    plate: str
    supplier_id: str
    carrier_id: str | None
    material: str
    expected_on: date
    driver_id: str | None = None
    expected_from: datetime | None = None
    expected_to: datetime | None = None
    expected_kg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    booking_id: str
    booking_no: str
    code: str


def create_booking(command: CreateBooking, actor: Actor, deps: Deps) -> Booking:
    parties_named = {command.supplier_id, command.carrier_id or command.supplier_id}
    require(
        actor,
        Action.BOOKING_CREATE,
        Resource(site_id=command.site_id, organisation_ids=frozenset(parties_named)),
    )
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        require_site(tx, command.site_id, kind="BASE")
        require_party(tx, command.supplier_id, kind="supplier", field="supplier_id")
        if command.carrier_id is not None:
            require_party(tx, command.carrier_id, kind="carrier", field="carrier_id")
        _require_known(tx, command)
        _require_room(tx, command)
        row = bookings.BookingRow(
            booking_id=deps.new_id(),
            booking_no=next_no(tx, letters="YY", at=now),
            site_id=command.site_id,
            plate=normal_plate(command.plate),
            supplier_id=command.supplier_id,
            carrier_id=command.carrier_id,
            material=command.material,
            expected_on=command.expected_on,
            driver_id=command.driver_id,
            expected_from=command.expected_from,
            expected_to=command.expected_to,
            expected_kg=command.expected_kg,
            created_at=now,
            created_by=actor.user_id,
        )
        bookings.add_booking(tx, row)
    return Booking(
        booking_id=row.booking_id, booking_no=row.booking_no, code=CODE_PREFIX + row.booking_no
    )


def _require_known(tx: Tx, command: CreateBooking) -> None:
    """The driver is in the register, and the times are a window of the day that is booked."""
    if command.driver_id is not None and driver_now(tx, command.driver_id) is None:
        raise NotFoundError(field="driver_id", what="driver", key=command.driver_id[:64])
    times = (command.expected_from, command.expected_to)
    if times == (None, None):
        return
    start, end = times
    fits = start is not None and end is not None and start < end
    if not fits or start is None or business_date(start) != command.expected_on:
        raise TimeWindowError(field="expected_from", value=start, limit=command.expected_on)


def _require_room(tx: Tx, command: CreateBooking) -> None:
    """Others may not book the last place of the day meanwhile."""
    hold(tx, f"bookings {command.site_id} {command.expected_on}")
    trucks, kg = bookings.booked_on(tx, command.site_id, command.expected_on)
    site_rules(tx, command.site_id).require_room(
        command.expected_on, trucks=trucks + 1, kg=kg + (command.expected_kg or 0)
    )


def require_site(tx: Tx, site_id: str, *, kind: str) -> parties.SiteRow:
    """The site, which must be a BASE or a PLANT as ``kind`` says."""
    site = parties.site_by_id(tx, site_id)
    if site is None or site.kind != kind:
        raise NotFoundError(field="site_id", what=kind, key=site_id[:64])
    return site


def require_party(tx: Tx, organisation_id: str, *, kind: str, field: str) -> None:
    found = parties.organisation_by_id(tx, organisation_id)
    if found is None or found.kind != kind:
        raise PartyKindError(field=field, value=organisation_id[:64], limit=kind)
