"""Who the truck is: by the code of a booking or waybill, its card, its plate, or its last drop."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from service.domain.delivery import distance_text
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.plate import normal_plate
from service.domain.visit import VisitKind, require_kind
from service.storage import booking as bookings
from service.storage import delivery as deliveries
from service.storage import party as parties
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.register import card_now
from service.storage.weighing import weighings_of
from service.usecases.booking import CODE_PREFIX as BOOKING_CODE
from service.usecases.booking import require_party

WAYBILL_CODE = "FERROTRACE:WAYBILL:"
BOTH_PASSES = 2


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


class NoNextDropError(ConflictError):
    """A visit has no last weighing from which another one could go on."""

    message = gettext_noop("Visit %(value)s cannot be continued: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVisit:
    """``code``, ``card_no`` or ``plate`` names the truck, ``continues`` its drop before this one.

    The organisations are asked for where none of them names them; ``plate`` beside a code is what
    was seen. ``visit_id`` and ``at`` are given by an edge unit that let the truck in already.
    """

    site_id: str
    kind: VisitKind
    plate: str | None = None
    code: str | None = None
    card_no: str | None = None
    continues: str | None = None
    supplier_id: str | None = None
    plant_id: str | None = None
    carrier_id: str | None = None
    driver_id: str | None = None
    distance_km: str | None = None
    material: str | None = None
    identified_by: str | None = None
    visit_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A truck that is known, and what it comes with."""

    plate: str
    identified_by: str
    supplier_id: str | None = None
    carrier_id: str | None = None
    plant_id: str | None = None
    booking_id: str | None = None
    delivery_id: str | None = None
    distance_km: str | None = None
    continues_visit_id: str | None = None
    driver_id: str | None = None
    material: str | None = None


def identified(tx: Tx, command: OpenVisit, site: parties.SiteRow, on: date) -> Truck:
    """The truck that ``command`` names, on the business date ``on``.

    Raises the refusals of this module, ``PartyKindError``, ``PlateInvalidError``.
    """
    truck = _named(tx, command, site, on)
    return replace(
        truck,
        plate=normal_plate(command.plate) if command.plate else truck.plate,
        identified_by=command.identified_by or truck.identified_by,
        driver_id=command.driver_id or truck.driver_id,
        material=command.material or truck.material,
    )


def _named(tx: Tx, command: OpenVisit, site: parties.SiteRow, on: date) -> Truck:
    if command.continues is not None:
        return _by_drop_before(tx, command, site)
    if command.kind is VisitKind.UNLOADING:
        return _by_waybill(tx, command, site)
    if command.kind is VisitKind.RECEIVING and command.code is not None:
        return _by_booking_code(tx, command)
    if command.card_no is not None:
        return _by_card(tx, command, on)
    return _by_plate(tx, command, on)


def _by_booking_code(tx: Tx, command: OpenVisit) -> Truck:
    code = command.code or ""
    booking = bookings.booking_by_no(tx, code.removeprefix(BOOKING_CODE))
    if booking is None or not code.startswith(BOOKING_CODE):
        raise CodeUnknownError(field="code", value=code[:64], limit="booking")
    if booking.site_id != command.site_id:
        raise WrongSiteError(field="code", value=booking.booking_no, limit=booking.site_id)
    used = visits.visit_of_booking(tx, booking.booking_id)
    if used is not None:
        raise CodeUsedError(field="code", value=booking.booking_no, limit=used.visit_id)
    return _booked(booking, command, "QR")


def _booked(booking: bookings.BookingRow, command: OpenVisit, identified_by: str) -> Truck:
    return Truck(
        plate=booking.plate,
        identified_by=identified_by,
        supplier_id=booking.supplier_id,
        carrier_id=booking.carrier_id,
        booking_id=booking.booking_id,
        distance_km=_distance(command.distance_km),
        driver_id=booking.driver_id,
        material=booking.material,
    )


def _by_waybill(tx: Tx, command: OpenVisit, site: parties.SiteRow) -> Truck:
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
    return Truck(
        plate=loading.plate,
        identified_by="QR",
        carrier_id=delivery.carrier_id,
        plant_id=delivery.plant_id,
        delivery_id=delivery.delivery_id,
        distance_km=delivery.distance_km,
    )


def _by_card(tx: Tx, command: OpenVisit, on: date) -> Truck:
    """By its card, which names the plate and, where it is a driver's own, the driver."""
    card = card_now(tx, command.card_no or "")
    if card is None or not card.active:
        raise NotFoundError(field="card_no", what="card", key=(command.card_no or "")[:64])
    truck = _by_plate(tx, replace(command, plate=card.plate), on)
    return replace(truck, identified_by="CARD", driver_id=card.driver_id or truck.driver_id)


def _by_plate(tx: Tx, command: OpenVisit, on: date) -> Truck:
    if command.plate is None:
        raise FieldMissingError(field="plate", value="plate", limit="a code or a plate")
    plate = normal_plate(command.plate)
    receiving = command.kind is VisitKind.RECEIVING
    if receiving and command.supplier_id is None:
        booking = bookings.open_booking_of(tx, command.site_id, plate, on)
        if booking is not None:
            return _booked(booking, command, "PLATE")
    _require_parties(tx, command)
    return Truck(
        plate=plate,
        identified_by="PLATE",
        supplier_id=command.supplier_id if receiving else None,
        carrier_id=command.carrier_id,
        plant_id=None if receiving else command.plant_id,
        distance_km=_distance(command.distance_km),
    )


def _require_parties(tx: Tx, command: OpenVisit) -> None:
    if command.kind is VisitKind.RECEIVING:
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


def _by_drop_before(tx: Tx, command: OpenVisit, site: parties.SiteRow) -> Truck:
    """The same truck goes on: its last weighing is the first of the new visit."""
    former = visits.visit_by_id(tx, command.continues or "", lock=True)
    if former is None or former.site_id != site.site_id:
        raise NotFoundError(field="continues", what="visit", key=(command.continues or "")[:64])
    require_kind(former.kind, command.kind)
    if visits.visit_after(tx, former.visit_id) is not None:
        raise NoNextDropError(
            field="continues", value=former.visit_id, limit=gettext_noop("it was continued already")
        )
    passes = weighings_of(tx, former.visit_id)
    if len(passes) < BOTH_PASSES or passes[-1].found_weighing_id is not None:
        raise NoNextDropError(
            field="continues", value=former.visit_id, limit=gettext_noop("it was not weighed twice")
        )
    truck = Truck(
        plate=former.plate,
        identified_by=former.identified_by,
        supplier_id=former.supplier_id,
        carrier_id=former.carrier_id,
        plant_id=former.plant_id,
        distance_km=former.distance_km,
        driver_id=former.driver_id,
    )
    if command.kind is VisitKind.UNLOADING:
        truck = _by_waybill(tx, command, site)
    return replace(truck, plate=former.plate, continues_visit_id=former.visit_id)


def _require_named(tx: Tx, organisation_id: str | None, *, kind: str, field: str) -> None:
    if organisation_id is None:
        raise FieldMissingError(field=field, value=field, limit=f"the {kind}")
    require_party(tx, organisation_id, kind=kind, field=field)


def _distance(text: str | None) -> str | None:
    return None if text is None else distance_text(text)
