"""Bookings: a load that is expected."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import booking, visit

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """``expected_from`` and ``expected_to`` are the times between which the truck comes."""

    booking_id: str
    booking_no: str
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


def open_booking_of(tx: Tx, site_id: str, plate: str, on: date) -> BookingRow | None:
    """The booking with which the truck comes that day, or comes a day early or late."""
    query = (
        select_as(BookingRow, booking)
        .where(
            booking.c.site_id == site_id,
            booking.c.plate == plate,
            booking.c.expected_on.between(on - A_DAY, on + A_DAY),
            ~exists().where(visit.c.booking_id == booking.c.booking_id),
        )
        .order_by(func.abs(booking.c.expected_on - on), booking.c.booking_no)
        .limit(1)
    )
    return one(tx, BookingRow, query)


def booked_on(tx: Tx, site_id: str, on: date) -> tuple[int, int]:
    """How many trucks are booked for the day, and the kilograms that they announced."""
    query = select(func.count(), func.coalesce(func.sum(booking.c.expected_kg), 0)).where(
        booking.c.site_id == site_id, booking.c.expected_on == on
    )
    trucks, kg = tx.execute(query).one()
    return int(trucks), int(kg)
