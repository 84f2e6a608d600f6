"""Registers of vehicles, drivers and cards: versions, of which the newest counts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.domain.register import Paper, expired, paper_of
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import card_version, driver_version, vehicle_version


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow:
    """One version of a vehicle; masses in kg, ``papers`` as JSON."""

    plate: str
    version: int
    plate_colour: str | None
    vehicle_type: str | None
    axles: int | None
    legal_max_kg: int | None
    body_capacity_kg: int | None
    trailer_plate: str | None
    carrier_id: str | None
    papers: list[dict[str, Any]]
    active: bool
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRow:
    """One version of a driver: a name and dates, no identity numbers (control C20)."""

    driver_id: str
    version: int
    name: str
    carrier_id: str | None
    licence_valid_to: date | None
    papers: list[dict[str, Any]]
    active: bool
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One version of an IC card: the truck that it names, and the driver who carries it."""

    card_no: str
    version: int
    plate: str
    driver_id: str | None
    active: bool
    made_at: datetime
    made_by: str


def add_vehicle(tx: Tx, row: VehicleRow) -> None:
    add(tx, vehicle_version, row)


def add_driver(tx: Tx, row: DriverRow) -> None:
    add(tx, driver_version, row)


def add_card(tx: Tx, row: CardRow) -> None:
    add(tx, card_version, row)


def vehicle_now(tx: Tx, plate: str, *, lock: bool = False) -> VehicleRow | None:
    """The vehicle as it is known now; ``lock`` keeps others from changing it meanwhile."""
    if lock:
        hold(tx, f"vehicle {plate}")
    return one(tx, VehicleRow, _newest(VehicleRow, vehicle_version, "plate", plate))


def driver_now(tx: Tx, driver_id: str, *, lock: bool = False) -> DriverRow | None:
    if lock:
        hold(tx, f"driver {driver_id}")
    return one(tx, DriverRow, _newest(DriverRow, driver_version, "driver_id", driver_id))


def card_now(tx: Tx, card_no: str, *, lock: bool = False) -> CardRow | None:
    if lock:
        hold(tx, f"card {card_no}")
    return one(tx, CardRow, _newest(CardRow, card_version, "card_no", card_no))


def vehicles_now(tx: Tx) -> list[VehicleRow]:
    """Every vehicle as it is known now, by plate."""
    return every(tx, VehicleRow, _all_newest(VehicleRow, vehicle_version, "plate"))


def drivers_now(tx: Tx) -> list[DriverRow]:
    return every(tx, DriverRow, _all_newest(DriverRow, driver_version, "driver_id"))


def cards_now(tx: Tx) -> list[CardRow]:
    return every(tx, CardRow, _all_newest(CardRow, card_version, "card_no"))


def vehicle_versions(tx: Tx, plate: str) -> list[VehicleRow]:
    """All versions of the vehicle, newest first."""
    query = select_as(VehicleRow, vehicle_version).where(vehicle_version.c.plate == plate)
    return every(tx, VehicleRow, query.order_by(vehicle_version.c.version.desc()))


def driver_versions(tx: Tx, driver_id: str) -> list[DriverRow]:
    query = select_as(DriverRow, driver_version).where(driver_version.c.driver_id == driver_id)
    return every(tx, DriverRow, query.order_by(driver_version.c.version.desc()))


def expired_papers(tx: Tx, plate: str, driver_id: str | None, on: date) -> tuple[Paper, ...]:
    """Papers of the vehicle and the driver that are not good any more on the day ``on``."""
    vehicle = vehicle_now(tx, plate)
    driver = None if driver_id is None else driver_now(tx, driver_id)
    papers = [] if vehicle is None else [paper_of(paper) for paper in vehicle.papers]
    return expired((*papers, *(() if driver is None else driver_papers(driver))), on)


def driver_papers(driver: DriverRow) -> tuple[Paper, ...]:
    """The driver's papers, the licence first."""
    others = tuple(paper_of(paper) for paper in driver.papers)
    if driver.licence_valid_to is None:
        return others
    return (Paper(kind="driving licence", valid_to=driver.licence_valid_to), *others)


def _newest(cls: type[Any], table: Table, key: str, value: str) -> Select[Any]:
    query = select_as(cls, table).where(table.c[key] == value)
    return query.order_by(table.c.version.desc()).limit(1)


def _all_newest(cls: type[Any], table: Table, key: str) -> Select[Any]:
    newest = (
        select(table)
        .ext(distinct_on(table.c[key]))
        .order_by(table.c[key], table.c.version.desc())
        .subquery()
    )
    return select_as(cls, newest).order_by(newest.c[key])
