"""Bookings: a load that is expected."""

from dataclasses import dataclass
from datetime import date, datetime

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import booking


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
    created_at: datetime
    created_by: str


def add_booking(tx: Tx, row: BookingRow) -> None:
    add(tx, booking, row)


def booking_by_no(tx: Tx, booking_no: str) -> BookingRow | None:
    query = select_as(BookingRow, booking).where(booking.c.booking_no == booking_no)
    return one(tx, BookingRow, query)


def booking_by_id(tx: Tx, booking_id: str) -> BookingRow | None:
    query = select_as(BookingRow, booking).where(booking.c.booking_id == booking_id)
    return one(tx, BookingRow, query)
