"""Arrival: a truck is known by its code, card or plate, and a visit opens."""

from dataclasses import dataclass
from datetime import date, datetime

import structlog

from service.devices.edge_client import SeenCodes
from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, UnavailableError, gettext_noop
from service.domain.instants import business_date, whole_second
from service.domain.party import Actor
from service.domain.register import PapersExpiredError
from service.domain.site_rules import BookingRequiredError, BookingRule, PapersRule
from service.domain.visit import TruckOnSiteError, VisitEndedError, VisitKind
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.register import expired_papers
from service.storage.yard_rules import site_rules
from service.usecases.booking import require_site
from service.usecases.ports import Deps, Weighbridge
from service.usecases.visit_identity import (
    WAYBILL_CODE,
    CodeUnknownError,
    CodeUsedError,
    FieldMissingError,
    NoNextDropError,
    OpenVisit,
    Truck,
    WrongSiteError,
    identified,
)

__all__ = [
    "GATE_CAMERA",
    "SITE_KIND",
    "WAYBILL_CODE",
    "CodeUnknownError",
    "CodeUsedError",
    "FieldMissingError",
    "NoNextDropError",
    "NoScaleError",
    "OpenVisit",
    "Visit",
    "WrongSiteError",
    "known_visit",
    "open_visit",
    "require_visit",
    "resource_of",
    "scan_gate",
    "weighbridge_of",
]

log = structlog.get_logger(__name__)

GATE_CAMERA = "gate"
SITE_KIND = {
    VisitKind.RECEIVING: "BASE",
    VisitKind.LOADING: "BASE",
    VisitKind.UNLOADING: "PLANT",
}


class NoScaleError(UnavailableError):
    """The site has no edge unit that this service knows."""

    message = gettext_noop("Site %(value)s has no scale that answers here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    visit_id: str
    site_id: str
    kind: VisitKind
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    booking_id: str | None
    delivery_id: str | None
    identified_by: str
    continues_visit_id: str | None
    driver_id: str | None
    material: str | None
    arrived_at: datetime


def open_visit(command: OpenVisit, actor: Actor, deps: Deps) -> Visit:
    """Let the truck in; one that an edge unit let in already is not held against the rules."""
    require(actor, Action.VISIT_OPEN, Resource(site_id=command.site_id))
    now = whole_second(deps.now())
    arrived_at = whole_second(command.at or now)
    with deps.db.transaction() as tx:
        site = require_site(tx, command.site_id, kind=SITE_KIND[command.kind])
        truck = identified(tx, command, site, business_date(arrived_at))
        _require_alone(tx, truck)
        if command.visit_id is None:
            _require_admitted(tx, command, truck, business_date(arrived_at))
        row = visits.VisitRow(
            visit_id=command.visit_id or deps.new_id(),
            site_id=command.site_id,
            kind=command.kind.value,
            plate=truck.plate,
            supplier_id=truck.supplier_id,
            carrier_id=truck.carrier_id,
            plant_id=truck.plant_id,
            booking_id=truck.booking_id,
            delivery_id=truck.delivery_id,
            distance_km=truck.distance_km,
            identified_by=truck.identified_by,
            continues_visit_id=truck.continues_visit_id,
            driver_id=truck.driver_id,
            material=truck.material,
            arrived_at=arrived_at,
            recorded_at=now,
            opened_by=actor.user_id,
        )
        visits.add_visit(tx, row)
    return _visit(row)


def scan_gate(site_id: str, actor: Actor, deps: Deps) -> SeenCodes:
    """The codes in the present picture of the gate camera."""
    require(actor, Action.VISIT_OPEN, Resource(site_id=site_id))
    return weighbridge_of(site_id, deps).codes(GATE_CAMERA)


def weighbridge_of(site_id: str, deps: Deps) -> Weighbridge:
    if site_id not in deps.edges:
        raise NoScaleError(field="site_id", value=site_id[:64])
    return deps.edges[site_id]


def require_visit(tx: Tx, visit_id: str, actor: Actor, action: Action) -> visits.VisitRow:
    """The visit, locked, still open to additions, and one to which ``actor`` may do ``action``."""
    found = known_visit(tx, visit_id, actor, action)
    if visits.is_ended(tx, visit_id):
        raise VisitEndedError(field="visit_id", value=visit_id)
    return found


def known_visit(tx: Tx, visit_id: str, actor: Actor, action: Action) -> visits.VisitRow:
    """The visit, locked, ended or not, and one to which ``actor`` may do ``action``."""
    found = visits.visit_by_id(tx, visit_id, lock=True)
    if found is None:
        raise NotFoundError(field="visit_id", what="visit", key=visit_id[:64])
    require(actor, action, resource_of(found))
    return found


def resource_of(visit: visits.VisitRow) -> Resource:
    """The visit as the rights see it: its site and the organisations it names."""
    named = (visit.supplier_id, visit.carrier_id, visit.plant_id)
    return Resource(
        site_id=visit.site_id, organisation_ids=frozenset(name for name in named if name)
    )


def _require_alone(tx: Tx, truck: Truck) -> None:
    """No truck is on two visits at once, but for its drops, which may be open together."""
    former = truck.continues_visit_id
    drops = set() if former is None else {former, *visits.visits_before(tx, former)}
    for there in visits.open_visits_of_plate(tx, truck.plate):
        if there.visit_id not in drops:
            raise TruckOnSiteError(field="plate", value=truck.plate, limit=there.site_id)


def _require_admitted(tx: Tx, command: OpenVisit, truck: Truck, on: date) -> None:
    """Hold the truck against the rules of the site; who is refused is logged with the reason."""
    rules = site_rules(tx, command.site_id)
    unbooked = truck.booking_id is None and truck.continues_visit_id is None
    if unbooked and command.kind is VisitKind.RECEIVING and rules.booking is BookingRule.COMPULSORY:
        log.warning("truck refused", site_id=command.site_id, reason="no booking")
        raise BookingRequiredError(field="plate", value=truck.plate, limit=command.site_id)
    if rules.papers is PapersRule.BLOCK:
        for paper in expired_papers(tx, truck.plate, truck.driver_id, on):
            log.warning("truck refused", site_id=command.site_id, reason=f"{paper.kind} expired")
            raise PapersExpiredError(field="plate", value=paper.kind, limit=paper.valid_to)


def _visit(row: visits.VisitRow) -> Visit:
    return Visit(
        visit_id=row.visit_id,
        site_id=row.site_id,
        kind=VisitKind(row.kind),
        plate=row.plate,
        supplier_id=row.supplier_id,
        carrier_id=row.carrier_id,
        plant_id=row.plant_id,
        booking_id=row.booking_id,
        delivery_id=row.delivery_id,
        identified_by=row.identified_by,
        continues_visit_id=row.continues_visit_id,
        driver_id=row.driver_id,
        material=row.material,
        arrived_at=row.arrived_at,
    )
