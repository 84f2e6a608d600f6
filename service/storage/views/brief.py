"""The brief of an edge unit: all that the yard must know while nobody else can be asked."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, text

from service.domain.grade import CATALOGUE
from service.domain.instants import business_date
from service.domain.yard_document import as_document
from service.storage import party as parties
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.edge_entry import head_of
from service.storage.identity import users
from service.storage.party import SiteRow
from service.storage.photograph_hash import recent_phashes
from service.storage.tables import booking, series, visit, weighing
from service.storage.versions import delivery_now
from service.storage.views.brief_trucks import cards, drivers, history, vehicles
from service.storage.views.edge_entry import held_entries
from service.storage.views.lot import lots
from service.storage.views.reader import Reader
from service.storage.visit import is_open
from service.storage.visit_facts import facts_on_site
from service.storage.yard_rules import site_rules

BOOKED_WITHIN = timedelta(days=31)
"""Bookings of this time before and after today are told."""

PICTURES_WITHIN = timedelta(days=90)
"""How far back a picture that is used again is recognised (weighbridge.md, section 8.2, C11)."""

BOOKING_CODE = "FERROTRACE:BOOKING:"
WAYBILL_CODE = "FERROTRACE:WAYBILL:"
_CENTURY = 100

Documents = list[dict[str, Any]]


def newest_change(tx: Tx) -> str:
    """A text that is another one after any change of anything: which transactions are over.

    PostgreSQL knows it without looking at a table.
    """
    return str(tx.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())


def brief(tx: Tx, edge_id: str, site_id: str, *, now: datetime) -> dict[str, Any]:
    """The brief of the unit but for the time when it was made and what the process itself knows."""
    site = parties.site_by_id(tx, site_id)
    assert site is not None  # noqa: S101 # the unit is registered for it
    here = Reader(site_ids=frozenset({site_id}))
    return {
        "site": _site(site),
        "parties": _parties(tx),
        "bookings": _bookings(tx, site_id, now),
        "deliveries": _deliveries(tx, site),
        "visits": [as_document(facts) for facts in facts_on_site(tx, site_id, now)],
        "open_elsewhere": _open_elsewhere(tx, site_id),
        "people": _people(tx, site_id),
        "vehicles": vehicles(tx, business_date(now)),
        "drivers": drivers(tx),
        "cards": cards(tx),
        "history": history(tx, now),
        "photo_hashes": recent_phashes(tx, site_id=site_id, since=now - PICTURES_WITHIN),
        "lots": [
            {"lot_id": row.lot_id, "grade": row.grade, "kg": row.held_kg}
            for row in lots(tx, here, site_id)
        ],
        "policy": policy_in_force(tx, site_id)[1].record(),
        "rules": _rules(tx, site_id),
        "grades": list(CATALOGUE),
        "numbers": _numbers(tx, site_id),
        "log": {
            "entry_seq": head_of(tx, edge_id).entry_seq,
            "held": [
                {
                    "entry_seq": row.entry_seq,
                    "code": row.code,
                    "message": row.message % row.message_values
                    if row.message_values
                    else row.message,
                }
                for row in held_entries(tx, here, waiting_only=True)
                if row.edge_id == edge_id
            ],
        },
    }


def _site(site: SiteRow) -> dict[str, Any]:
    return {
        "site_id": site.site_id,
        "kind": site.kind,
        "organisation_id": site.organisation_id,
        "name_zh": site.name_zh,
        "name_en": site.name_en,
    }


def _parties(tx: Tx) -> Documents:
    return [
        {
            "organisation_id": row.organisation_id,
            "kind": row.kind,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
        }
        for row in parties.organisations(tx)
    ]


def _bookings(tx: Tx, site_id: str, now: datetime) -> Documents:
    """Bookings at the site that no truck has used yet."""
    today = business_date(now)
    query = (
        select(booking)
        .where(
            booking.c.site_id == site_id,
            booking.c.expected_on.between(today - BOOKED_WITHIN, today + BOOKED_WITHIN),
            ~exists().where(visit.c.booking_id == booking.c.booking_id),
        )
        .order_by(booking.c.expected_on, booking.c.booking_no)
    )
    return [
        {
            "booking_no": row.booking_no,
            "code": BOOKING_CODE + row.booking_no,
            "plate": row.plate,
            "supplier_id": row.supplier_id,
            "carrier_id": row.carrier_id,
            "material": row.material,
            "expected_on": row.expected_on.isoformat(),
        }
        for row in tx.execute(query)
    ]


def _deliveries(tx: Tx, site: SiteRow) -> Documents:
    """Deliveries on their way to the plant of the site."""
    query = (
        select(delivery_now, visit.c.plate)
        .join(visit, visit.c.visit_id == delivery_now.c.visit_id)
        .where(
            delivery_now.c.plant_id == site.organisation_id,
            ~exists().where(visit.alias("there").c.delivery_id == delivery_now.c.delivery_id),
        )
        .order_by(delivery_now.c.issued_at)
    )
    return [
        {
            "delivery_id": row.delivery_id,
            "waybill_no": row.waybill_no,
            "code": WAYBILL_CODE + row.waybill_no,
            "plate": row.plate,
            "carrier_id": row.carrier_id,
            "plant_id": row.plant_id,
            "net_kg": row.net_kg,
            "distance_km": row.distance_km,
        }
        for row in tx.execute(query)
    ]


def _open_elsewhere(tx: Tx, site_id: str) -> Documents:
    """Trucks on other sites, and whether they were weighed gross there."""
    weighed = exists().where(
        weighing.c.visit_id == visit.c.visit_id, weighing.c.weighing_pass == "gross"
    )
    query = (
        select(visit.c.plate, visit.c.site_id, visit.c.visit_id, weighed.label("has_open_gross"))
        .where(visit.c.site_id != site_id, *is_open(visit.c.visit_id))
        .order_by(visit.c.arrived_at)
    )
    return [dict(row) for row in tx.execute(query).mappings()]


def _people(tx: Tx, site_id: str) -> Documents:
    return [
        {
            "user_id": user.user_id,
            "name": user.name,
            "role": user.role.value,
            "active": user.active,
        }
        for user in users(tx)
        if site_id in user.site_ids
    ]


def _rules(tx: Tx, site_id: str) -> dict[str, bool]:
    steps = site_rules(tx, site_id).yard
    return {
        "radiation": steps.radiation,
        "calling": steps.calling,
        "inspection": steps.inspection,
        "unloading": steps.unloading,
    }


def _numbers(tx: Tx, site_id: str) -> dict[str, int]:
    """The last number taken over of each series of the site: ``E1-26``, ``SH-E1-26``."""
    last = {}
    for row in tx.execute(select(series)):
        parts = row.prefix.split("-")
        if site_id in parts[:-1]:
            parts.remove(site_id)
            last["-".join((*parts, f"{row.year % _CENTURY:02d}"))] = row.last_no
    return last
