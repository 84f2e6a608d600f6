"""Organisations, sites, bookings and price lists as lists to choose from."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from service.storage.db import Tx
from service.storage.party import OrganisationRow, SiteRow
from service.storage.party import organisations as every_organisation
from service.storage.party import sites as every_site
from service.storage.price_list import PriceListRow
from service.storage.rows import every, select_as
from service.storage.tables import booking, price_list, visit
from service.storage.views.reader import Reader

__all__ = [
    "BookingRow",
    "OrganisationRow",
    "PriceListRow",
    "SiteRow",
    "bookings",
    "organisations",
    "price_lists",
    "sites",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
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


def organisations(tx: Tx, kind: str | None = None) -> list[OrganisationRow]:
    return [row for row in every_organisation(tx) if kind in (None, row.kind)]


def sites(tx: Tx, kind: str | None = None) -> list[SiteRow]:
    return [row for row in every_site(tx) if kind in (None, row.kind)]


def bookings(
    tx: Tx, reader: Reader, *, open_only: bool = False, limit: int = 200
) -> list[BookingRow]:
    """Bookings, newest first; ``open_only`` leaves out those whose truck has arrived."""
    used = exists().where(visit.c.booking_id == booking.c.booking_id)
    query = (
        select(
            booking.c.booking_id,
            booking.c.booking_no,
            booking.c.site_id,
            booking.c.plate,
            booking.c.supplier_id,
            booking.c.carrier_id,
            booking.c.material,
            booking.c.expected_on,
            booking.c.driver_id,
            booking.c.expected_from,
            booking.c.expected_to,
            booking.c.expected_kg,
            booking.c.created_at,
            used.label("used"),
        )
        .where(reader.sees(booking.c.site_id, booking.c.supplier_id, booking.c.carrier_id))
        .order_by(booking.c.created_at.desc(), booking.c.booking_no.desc())
        .limit(limit)
    )
    return every(tx, BookingRow, query.where(~used) if open_only else query)


def price_lists(tx: Tx, reader: Reader, plant_id: str | None = None) -> list[PriceListRow]:
    """Price lists, newest first."""
    query = select_as(PriceListRow, price_list).where(
        reader.sees(price_list.c.plant_id, price_list.c.plant_id)
    )
    if plant_id is not None:
        query = query.where(price_list.c.plant_id == plant_id)
    return every(tx, PriceListRow, query.order_by(price_list.c.valid_from.desc()))
