"""The registers as people look at them: lists with a filter, and one entry with its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.register import (
    Paper,
    TareStatistic,
    combo_of,
    expired,
    paper_of,
    tare_statistic,
)
from service.storage.control_history import tares_of
from service.storage.db import Tx
from service.storage.register import (
    CardRow,
    DriverRow,
    VehicleRow,
    cards_now,
    driver_papers,
    driver_versions,
    drivers_now,
    vehicle_versions,
    vehicles_now,
)
from service.storage.rows import every, select_as
from service.storage.stored_tare import StoredTareRow, stored_tares
from service.storage.tables import visit
from service.storage.views.reader import Reader

LAST_TARES = 10
LAST_VISITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOfVehicle:
    visit_id: str
    site_id: str
    kind: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleView:
    """A vehicle as it is known now; ``expired`` are its papers that are not good any more."""

    vehicle: VehicleRow
    papers: tuple[Paper, ...]
    expired: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDetail(VehicleView):
    """``statistics`` are of the combinations that the vehicle came in, over its last tares."""

    versions: list[VehicleRow]
    tares: list[StoredTareRow]
    statistics: tuple[TareStatistic, ...]
    cards: list[CardRow]
    visits: list[VisitOfVehicle]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverView:
    driver: DriverRow
    papers: tuple[Paper, ...]
    expired: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDetail(DriverView):
    versions: list[DriverRow]
    cards: list[CardRow]


def vehicles(tx: Tx, reader: Reader, on: date, *, search: str = "") -> list[VehicleView]:
    """Vehicles by plate, those whose plate, type or trailer holds ``search``."""
    wanted = search.strip().upper()
    rows = [row for row in vehicles_now(tx) if _named(reader, row.carrier_id)]
    return [
        VehicleView(vehicle=row, papers=_papers(row), expired=expired(_papers(row), on))
        for row in rows
        if _holds(wanted, (row.plate, row.vehicle_type, row.trailer_plate))
    ]


def vehicle(tx: Tx, reader: Reader, plate: str, on: date) -> VehicleDetail | None:
    """One vehicle with its former versions, its tares and its last visits."""
    versions = vehicle_versions(tx, plate)
    if not versions or not _named(reader, versions[0].carrier_id):
        return None
    row = versions[0]
    return VehicleDetail(
        vehicle=row,
        papers=_papers(row),
        expired=expired(_papers(row), on),
        versions=versions,
        tares=stored_tares(tx, plate),
        statistics=_statistics(tx, row),
        cards=[card for card in cards_now(tx) if card.plate == plate],
        visits=_last_visits(tx, plate),
    )


def drivers(tx: Tx, reader: Reader, on: date, *, search: str = "") -> list[DriverView]:
    """Drivers, those whose name holds ``search``."""
    wanted = search.strip().upper()
    rows = [row for row in drivers_now(tx) if _named(reader, row.carrier_id)]
    found = [row for row in rows if _holds(wanted, (row.name,))]
    return [
        DriverView(driver=row, papers=driver_papers(row), expired=expired(driver_papers(row), on))
        for row in sorted(found, key=lambda row: row.name)
    ]


def driver(tx: Tx, reader: Reader, driver_id: str, on: date) -> DriverDetail | None:
    versions = driver_versions(tx, driver_id)
    if not versions or not _named(reader, versions[0].carrier_id):
        return None
    row = versions[0]
    return DriverDetail(
        driver=row,
        papers=driver_papers(row),
        expired=expired(driver_papers(row), on),
        versions=versions,
        cards=[card for card in cards_now(tx) if card.driver_id == driver_id],
    )


def cards(tx: Tx, reader: Reader) -> list[CardRow]:
    """Cards by number; a carrier sees those of its own vehicles."""
    own = {row.plate for row in vehicles_now(tx) if _named(reader, row.carrier_id)}
    return [card for card in cards_now(tx) if reader.all or card.plate in own]


def _named(reader: Reader, carrier_id: str | None) -> bool:
    return reader.all or carrier_id in reader.organisation_ids


def _holds(wanted: str, texts: Iterable[str | None]) -> bool:
    return not wanted or any(wanted in text.upper() for text in texts if text is not None)


def _papers(row: VehicleRow) -> tuple[Paper, ...]:
    return tuple(paper_of(paper) for paper in row.papers)


def _statistics(tx: Tx, row: VehicleRow) -> tuple[TareStatistic, ...]:
    combos = {row.plate, combo_of(row.plate, row.trailer_plate)}
    found = (
        tare_statistic(
            combo,
            [tare.kg for tare in tares_of(tx, combo, other_than_visit="", count=LAST_TARES)],
        )
        for combo in sorted(combos)
    )
    return tuple(statistic for statistic in found if statistic is not None)


def _last_visits(tx: Tx, plate: str) -> list[VisitOfVehicle]:
    query = select_as(VisitOfVehicle, visit).where(visit.c.plate == plate)
    return every(tx, VisitOfVehicle, query.order_by(visit.c.arrived_at.desc()).limit(LAST_VISITS))
