"""Visits: a truck on a site, from arrival on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import delivery, plant_receipt, ticket, visit


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """``continues_visit_id``: the visit of the same truck whose last weighing is the first here."""

    visit_id: str
    site_id: str
    kind: str
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    booking_id: str | None
    delivery_id: str | None
    distance_km: str | None
    identified_by: str
    continues_visit_id: str | None = None
    driver_id: str | None = None
    material: str | None = None
    arrived_at: datetime
    recorded_at: datetime
    opened_by: str


def add_visit(tx: Tx, row: VisitRow) -> None:
    add(tx, visit, row)


def visit_by_id(tx: Tx, visit_id: str, *, lock: bool = False) -> VisitRow | None:
    """The visit; ``lock`` keeps others from adding to it meanwhile."""
    if lock:
        hold(tx, f"visit {visit_id}")
    query = select_as(VisitRow, visit).where(visit.c.visit_id == visit_id)
    return one(tx, VisitRow, query)


def is_ended(tx: Tx, visit_id: str) -> bool:
    """Whether the visit has its ticket, delivery note or plant receipt."""
    ends = (table.c.visit_id for table in (ticket, delivery, plant_receipt))
    return any(tx.execute(select(exists().where(end == visit_id))).scalar() for end in ends)


def open_visits_of_plate(tx: Tx, plate: str) -> list[VisitRow]:
    """The visits of the plate, at any site, that have not ended."""
    query = select_as(VisitRow, visit).where(visit.c.plate == plate, *is_open(visit.c.visit_id))
    return every(tx, VisitRow, query.order_by(visit.c.arrived_at))


def is_open(visit_id: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Conditions under which the visit has no ticket, delivery note or receipt yet."""
    return tuple(
        ~exists().where(table.c.visit_id == visit_id) for table in (ticket, delivery, plant_receipt)
    )


def visit_of_booking(tx: Tx, booking_id: str) -> VisitRow | None:
    return one(tx, VisitRow, select_as(VisitRow, visit).where(visit.c.booking_id == booking_id))


def visit_of_delivery(tx: Tx, delivery_id: str) -> VisitRow | None:
    """The visit at the plant that the delivery opened."""
    return one(tx, VisitRow, select_as(VisitRow, visit).where(visit.c.delivery_id == delivery_id))


def visit_after(tx: Tx, visit_id: str) -> VisitRow | None:
    """The visit that goes on from the last weighing of this one."""
    query = select_as(VisitRow, visit).where(visit.c.continues_visit_id == visit_id)
    return one(tx, VisitRow, query)


def visits_before(tx: Tx, visit_id: str) -> list[str]:
    """The earlier drops of the truck in this visit, the latest first."""
    before = select(visit.c.continues_visit_id).where(visit.c.visit_id == visit_id)
    found = tx.execute(before).scalar_one_or_none()
    return [] if found is None else [found, *visits_before(tx, found)]
