"""What the edge unit adds to an entry: ids, times, numbers, what a code or a card stands for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from service.devices.edge.book import YardBook
from service.devices.edge.brief import Brief, Documents
from service.devices.edge.entries import instant_ms
from service.devices.edge.log import NumberWanted
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import business_date
from service.domain.plate import normal_plate

UNIT = "E1"
"""The issuing unit of every edge unit in the numbers that it draws."""

FROM_BOOKING = ("booking_no", "plate", "supplier_id", "carrier_id", "material", "driver_id")
FROM_DELIVERY = ("delivery_id", "plate", "carrier_id", "plant_id", "distance_km")
FROM_CARD = ("plate", "driver_id")


class CodeUnknownError(RuleBrokenError):
    """A code is neither a booking nor a waybill that this site expects."""

    message = gettext_noop("Code %(value)s is no %(limit)s. Type the plate instead.")


Body = dict[str, Any]
NewId = Callable[[], str]


def completed(
    kind: str, body: Mapping[str, Any], *, at: datetime, book: YardBook, new_id: NewId
) -> Body:
    """``body`` with what its kind leaves to the edge unit, which knows numbers and times better.

    Raises CodeUnknownError, PlateInvalidError, NotFoundError. Numbers are drawn later.
    """
    complete = _COMPLETIONS.get(kind)
    added = {} if complete is None else complete(body, book)
    own = dict.fromkeys(_TIMES.get(kind, ()), instant_ms(at))
    own |= {member: added[member] for member in _OWN.get(kind, ()) if member in added}
    if kind == "photograph.added":
        added["taken_at"] = instant_ms(at)
    added |= {member: new_id() for member in _NEW_IDS.get(kind, ())}
    whole = {**added, **body, **own}
    return {key: value for key, value in whole.items() if value is not None} | _plate(whole)


def number_wanted(kind: str, *, site_id: str, at: datetime) -> NumberWanted | None:
    """The number that an entry of ``kind`` draws; the year is that of the business date."""
    if kind not in _NUMBERS:
        return None
    member, letters = _NUMBERS[kind]
    prefix = f"{letters}{site_id}-{UNIT}"
    return NumberWanted(member=member, prefix=prefix, year=business_date(at).year)


_NUMBERS = MappingProxyType(
    {
        "ticket.issued": ("ticket_no", ""),
        "ticket.voided": ("ticket_no", ""),
        "delivery.issued": ("delivery_no", "SH-"),
        "receipt.issued": ("receipt_no", "SG-"),
    }
)
_NEW_IDS = MappingProxyType(
    {
        "visit.opened": ("visit_id",),
        "weighing.typed": ("weighing_id",),
        "stored_tare.used": ("weighing_id",),
        "photograph.added": ("photograph_id",),
        "delivery.issued": ("delivery_id",),
        "receipt.issued": ("receipt_id",),
    }
)
_OWN = MappingProxyType(
    {
        "visit.opened": ("booking_no", "delivery_id"),
        "stored_tare.used": ("kg",),
        "ticket.printed": ("copy_no",),
    }
)
"""Members that the edge unit knows better than who asks."""

_TIMES = MappingProxyType(
    {
        "visit.opened": ("arrived_at",),
        "ticket.issued": ("issued_at",),
        "delivery.issued": ("issued_at",),
        "receipt.issued": ("received_at",),
    }
)


def _plate(body: Body) -> Body:
    plate = body.get("plate")
    return {"plate": normal_plate(plate)} if isinstance(plate, str) else {}


def _arrival(body: Mapping[str, Any], book: YardBook) -> Body:
    brief = book.brief
    found: Body = {}
    if brief is None:
        return found
    if isinstance(body.get("card_no"), str):
        found |= _members(_of(brief.cards, body["card_no"], "card_no"), FROM_CARD)
    if isinstance(body.get("code"), str):
        found |= _of_code(body["code"], brief)
    return found


def _of_code(code: str, brief: Brief) -> Body:
    booking = _of(brief.bookings, code, "code", "booking_no")
    if booking is not None:
        return _members(booking, FROM_BOOKING)
    delivery = _of(brief.deliveries, code, "code", "waybill_no")
    if delivery is not None:
        return _members(delivery, FROM_DELIVERY)
    raise CodeUnknownError(field="code", value=code[:64], limit=gettext_noop("booking, waybill"))


def _of(documents: Documents, value: str, *keys: str) -> Body | None:
    return next((each for each in documents if value in {each.get(key) for key in keys}), None)


def _members(document: Body | None, names: tuple[str, ...]) -> Body:
    return {name: document[name] for name in names if name in document} if document else {}


def _stored_tare(body: Mapping[str, Any], book: YardBook) -> Body:
    plate = book.visit(str(body.get("visit_id"))).plate
    tare_id = str(body.get("tare_id"))
    for vehicle in book.brief.vehicles if book.brief else ():
        if vehicle.get("plate") == plate:
            for tare in vehicle.get("tares", ()):
                if tare.get("tare_id") == tare_id:
                    return {"kg": tare["kg"]}
    raise NotFoundError(field="tare_id", what="stored tare", key=tare_id[:64])


def _copy(body: Mapping[str, Any], book: YardBook) -> Body:
    return {"copy_no": book.copies(str(body.get("ticket_no"))) + 1}


_COMPLETIONS: Mapping[str, Callable[[Mapping[str, Any], YardBook], Body]] = MappingProxyType(
    {
        "visit.opened": _arrival,
        "stored_tare.used": _stored_tare,
        "ticket.printed": _copy,
    }
)
