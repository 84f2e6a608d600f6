"""Bookings: a supplier announces a load, and its driver shows the code at the gate."""

from dataclasses import dataclass
from datetime import date

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.plate import normal_plate
from service.storage import booking as bookings
from service.storage import party as parties
from service.storage.db import Tx
from service.usecases.numbering import next_no
from service.usecases.ports import Deps

CODE_PREFIX = "FERROTRACE:BOOKING:"


class PartyKindError(RuleBrokenError):
    """An organisation is named in a part that it does not play."""

    message = gettext_noop("%(value)s is not known as a %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBooking:
    site_id: str
    plate: str
    supplier_id: str
    carrier_id: str | None
    material: str
    expected_on: date


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
        row = bookings.BookingRow(
            booking_id=deps.new_id(),
            booking_no=next_no(tx, letters="YY", at=now),
            site_id=command.site_id,
            plate=normal_plate(command.plate),
            supplier_id=command.supplier_id,
            carrier_id=command.carrier_id,
            material=command.material,
            expected_on=command.expected_on,
            created_at=now,
            created_by=actor.user_id,
        )
        bookings.add_booking(tx, row)
    return Booking(
        booking_id=row.booking_id, booking_no=row.booking_no, code=CODE_PREFIX + row.booking_no
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
