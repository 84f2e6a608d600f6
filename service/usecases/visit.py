"""Arrival: a truck is known by its code or its plate, and a visit opens."""

from dataclasses import dataclass
from datetime import datetime

from service.devices.edge_client import SeenCodes
from service.domain.access import Action, Resource, require
from service.domain.delivery import distance_text
from service.domain.errors import NotFoundError, RuleBrokenError, UnavailableError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.plate import normal_plate
from service.domain.visit import TruckOnSiteError, VisitEndedError, VisitKind
from service.storage import booking as bookings
from service.storage import delivery as deliveries
from service.storage import party as parties
from service.storage import visit as visits
from service.storage.db import Tx
from service.usecases.booking import CODE_PREFIX as BOOKING_CODE
from service.usecases.booking import require_party, require_site
from service.usecases.ports import Deps, Weighbridge

GATE_CAMERA = "gate"
WAYBILL_CODE = "FERROTRACE:WAYBILL:"
SITE_KIND = {
    VisitKind.RECEIVING: "BASE",
    VisitKind.LOADING: "BASE",
    VisitKind.UNLOADING: "PLANT",
}


class CodeUnknownError(RuleBrokenError):
    """A code is neither a booking nor a waybill of this service."""

    message = gettext_noop("Code %(value)s is no %(limit)s. Type the plate instead.")


class CodeUsedError(RuleBrokenError):
    """A booking or a waybill was already used for another visit."""

    message = gettext_noop("%(value)s was used for visit %(limit)s already.")


class WrongSiteError(RuleBrokenError):
    """A booking or a waybill names another site."""

    message = gettext_noop("%(value)s is for %(limit)s, not for this site.")


class FieldMissingError(RuleBrokenError):
    """The request leaves out what this kind of visit needs."""

    message = gettext_noop("%(value)s is missing: %(limit)s.")


class NoScaleError(UnavailableError):
    """The site has no edge unit that this service knows."""

    message = gettext_noop("Site %(value)s has no scale that answers here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVisit:
    """``code`` or ``plate`` names the truck; the organisations are asked for where no code does."""

    site_id: str
    kind: VisitKind
    plate: str | None = None
    code: str | None = None
    supplier_id: str | None = None
    plant_id: str | None = None
    carrier_id: str | None = None
    distance_km: str | None = None


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
    arrived_at: datetime


def open_visit(command: OpenVisit, actor: Actor, deps: Deps) -> Visit:
    require(actor, Action.VISIT_OPEN, Resource(site_id=command.site_id))
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        site = require_site(tx, command.site_id, kind=SITE_KIND[command.kind])
        row = _identified(tx, command, site, visit_id=deps.new_id(), at=now, by=actor.user_id)
        there = visits.open_visit_of_plate(tx, row.plate)
        if there is not None:
            raise TruckOnSiteError(field="plate", value=row.plate, limit=there.site_id)
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
    found = visits.visit_by_id(tx, visit_id, lock=True)
    if found is None:
        raise NotFoundError(field="visit_id", what="visit", key=visit_id[:64])
    require(actor, action, resource_of(found))
    if visits.is_ended(tx, visit_id):
        raise VisitEndedError(field="visit_id", value=visit_id)
    return found


def resource_of(visit: visits.VisitRow) -> Resource:
    """The visit as the rights see it: its site and the organisations it names."""
    named = (visit.supplier_id, visit.carrier_id, visit.plant_id)
    return Resource(
        site_id=visit.site_id, organisation_ids=frozenset(name for name in named if name)
    )


def _identified(
    tx: Tx, command: OpenVisit, site: parties.SiteRow, *, visit_id: str, at: datetime, by: str
) -> visits.VisitRow:
    if command.kind is VisitKind.UNLOADING:
        return _by_waybill(tx, command, site, visit_id=visit_id, at=at, by=by)
    if command.kind is VisitKind.RECEIVING and command.code is not None:
        return _by_booking(tx, command, visit_id=visit_id, at=at, by=by)
    return _by_plate(tx, command, visit_id=visit_id, at=at, by=by)


def _by_booking(
    tx: Tx, command: OpenVisit, *, visit_id: str, at: datetime, by: str
) -> visits.VisitRow:
    code = command.code or ""
    booking = bookings.booking_by_no(tx, code.removeprefix(BOOKING_CODE))
    if booking is None or not code.startswith(BOOKING_CODE):
        raise CodeUnknownError(field="code", value=code[:64], limit="booking")
    if booking.site_id != command.site_id:
        raise WrongSiteError(field="code", value=booking.booking_no, limit=booking.site_id)
    used = visits.visit_of_booking(tx, booking.booking_id)
    if used is not None:
        raise CodeUsedError(field="code", value=booking.booking_no, limit=used.visit_id)
    return visits.VisitRow(
        visit_id=visit_id,
        site_id=command.site_id,
        kind=command.kind.value,
        plate=booking.plate,
        supplier_id=booking.supplier_id,
        carrier_id=booking.carrier_id,
        plant_id=None,
        booking_id=booking.booking_id,
        delivery_id=None,
        distance_km=_distance(command.distance_km),
        identified_by="QR",
        arrived_at=at,
        opened_by=by,
    )


def _by_waybill(
    tx: Tx, command: OpenVisit, site: parties.SiteRow, *, visit_id: str, at: datetime, by: str
) -> visits.VisitRow:
    if command.code is None:
        raise FieldMissingError(field="code", value="code", limit="the waybill of the delivery")
    waybill_no = command.code.removeprefix(WAYBILL_CODE)
    delivery = deliveries.delivery_by_waybill(tx, waybill_no)
    if delivery is None or not command.code.startswith(WAYBILL_CODE):
        raise CodeUnknownError(field="code", value=command.code[:64], limit="waybill")
    if delivery.plant_id != site.organisation_id:
        raise WrongSiteError(field="code", value=waybill_no, limit=delivery.plant_id)
    used = visits.visit_of_delivery(tx, delivery.delivery_id)
    if used is not None:
        raise CodeUsedError(field="code", value=waybill_no, limit=used.visit_id)
    loading = visits.visit_by_id(tx, delivery.visit_id)
    assert loading is not None  # noqa: S101 # a foreign key holds it
    return visits.VisitRow(
        visit_id=visit_id,
        site_id=command.site_id,
        kind=command.kind.value,
        plate=loading.plate,
        supplier_id=None,
        carrier_id=delivery.carrier_id,
        plant_id=delivery.plant_id,
        booking_id=None,
        delivery_id=delivery.delivery_id,
        distance_km=delivery.distance_km,
        identified_by="QR",
        arrived_at=at,
        opened_by=by,
    )


def _by_plate(
    tx: Tx, command: OpenVisit, *, visit_id: str, at: datetime, by: str
) -> visits.VisitRow:
    if command.plate is None:
        raise FieldMissingError(field="plate", value="plate", limit="a code or a plate")
    receiving = command.kind is VisitKind.RECEIVING
    if receiving:
        _require_named(tx, command.supplier_id, kind="supplier", field="supplier_id")
    else:
        _require_named(tx, command.plant_id, kind="plant", field="plant_id")
        _require_named(tx, command.carrier_id, kind="carrier", field="carrier_id")
        if command.distance_km is None:
            raise FieldMissingError(
                field="distance_km", value="distance_km", limit="the way to the plant in km"
            )
    if command.carrier_id is not None:
        require_party(tx, command.carrier_id, kind="carrier", field="carrier_id")
    return visits.VisitRow(
        visit_id=visit_id,
        site_id=command.site_id,
        kind=command.kind.value,
        plate=normal_plate(command.plate),
        supplier_id=command.supplier_id if receiving else None,
        carrier_id=command.carrier_id,
        plant_id=None if receiving else command.plant_id,
        booking_id=None,
        delivery_id=None,
        distance_km=_distance(command.distance_km),
        identified_by="PLATE",
        arrived_at=at,
        opened_by=by,
    )


def _require_named(tx: Tx, organisation_id: str | None, *, kind: str, field: str) -> None:
    if organisation_id is None:
        raise FieldMissingError(field=field, value=field, limit=f"the {kind}")
    require_party(tx, organisation_id, kind=kind, field=field)


def _distance(text: str | None) -> str | None:
    return None if text is None else distance_text(text)


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
        arrived_at=row.arrived_at,
    )
