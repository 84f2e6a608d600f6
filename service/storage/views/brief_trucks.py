"""What a brief says of trucks: the registers, stored tares, and what each weighed before."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from service.domain.instants import utc_text
from service.storage.db import Tx
from service.storage.register import cards_now, drivers_now, vehicles_now
from service.storage.tables import (
    control_judgement,
    hold_decision,
    stored_tare,
    stored_tare_end,
    visit,
    weighing,
    weighing_void,
)
from service.storage.visit import is_open

WEIGHED_WITHIN = timedelta(days=90)
"""Trucks that were weighed within this are told of with their tares."""

TARES_TOLD = 10
"""Tares of a truck that make its band (weighbridge.md, section 8.2, C7)."""

STORED_TOLD = 3
"""Stored tares of a truck (weighbridge.md, section 6.2)."""

Documents = list[dict[str, Any]]


def vehicles(tx: Tx, on: date) -> Documents:
    """Vehicles of the register, each with its newest stored tares that are good on that day; and
    those of which nothing but such tares is known."""
    tares = _stored_tares(tx, on)
    registered = [
        {
            "plate": row.plate,
            "plate_colour": row.plate_colour,
            "type": row.vehicle_type,
            "axles": row.axles,
            "legal_max_kg": row.legal_max_kg,
            "body_capacity_kg": row.body_capacity_kg,
            "trailer_plate": row.trailer_plate,
            "carrier_id": row.carrier_id,
            "documents": row.papers,
            "tares": tares.pop(row.plate, []),
        }
        for row in vehicles_now(tx)
        if row.active
    ]
    return registered + [{"plate": plate, "tares": kept} for plate, kept in sorted(tares.items())]


def _stored_tares(tx: Tx, on: date) -> dict[str, Documents]:
    """By plate, the newest first."""
    query = (
        select(stored_tare)
        .where(
            stored_tare.c.expires_on >= on,
            ~exists().where(stored_tare_end.c.tare_id == stored_tare.c.tare_id),
        )
        .order_by(stored_tare.c.found_at.desc())
    )
    tares: dict[str, Documents] = {}
    for row in tx.execute(query):
        of_plate = tares.setdefault(row.plate, [])
        if len(of_plate) < STORED_TOLD:
            of_plate.append(
                {
                    "tare_id": row.tare_id,
                    "combo": row.combo,
                    "kg": row.kg,
                    "found_at": utc_text(row.found_at),
                    "weighing_id": row.weighing_id,
                    "expires_on": row.expires_on.isoformat(),
                }
            )
    return tares


def drivers(tx: Tx) -> Documents:
    return [
        {
            "driver_id": row.driver_id,
            "name": row.name,
            "carrier_id": row.carrier_id,
            "licence_valid_to": _day(row.licence_valid_to),
            "documents": row.papers,
        }
        for row in drivers_now(tx)
        if row.active
    ]


def cards(tx: Tx) -> Documents:
    return [
        {"card_no": row.card_no, "plate": row.plate, "driver_id": row.driver_id}
        for row in cards_now(tx)
        if row.active
    ]


def history(tx: Tx, now: datetime) -> dict[str, dict[str, Any]]:
    """By plate: the newest tares found, the largest gross and how many there were, kg.

    Typed weights, stored tares, void weighings and those that a supervisor refused do not count,
    nor does a visit that has not ended: a truck is not measured by itself.
    """
    told: dict[str, dict[str, Any]] = {}
    for row in tx.execute(_gross(now)):
        told[row.plate] = {"tares": [], "max_gross_kg": row.kg, "gross_count": row.count}
    for row in tx.execute(_tares(now)):
        of_plate = told.setdefault(row.plate, {"tares": [], "max_gross_kg": None, "gross_count": 0})
        of_plate["tares"].append(
            {"kg": row.kg, "at": utc_text(row.taken_at), "combo": row.combo or row.plate}
        )
    return told


def _counts() -> tuple[ColumnElement[bool], ...]:
    return (
        ~exists().where(weighing_void.c.weighing_id == weighing.c.weighing_id),
        ~exists().where(
            hold_decision.c.weighing_id == weighing.c.weighing_id,
            hold_decision.c.decision != "RELEASE",
        ),
        ~and_(*is_open(weighing.c.visit_id)),
    )


def _gross(now: datetime) -> Select[Any]:
    return (
        select(visit.c.plate, func.max(weighing.c.kg).label("kg"), func.count().label("count"))
        .join(visit, visit.c.visit_id == weighing.c.visit_id)
        .where(
            weighing.c.weighing_pass == "gross",
            weighing.c.taken_at >= now - WEIGHED_WITHIN,
            *_counts(),
        )
        .group_by(visit.c.plate)
    )


def _tares(now: datetime) -> Select[Any]:
    place = func.row_number().over(partition_by=visit.c.plate, order_by=weighing.c.taken_at.desc())
    ranked = (
        select(
            visit.c.plate,
            weighing.c.kg,
            weighing.c.taken_at,
            control_judgement.c.combo,
            place.label("place"),
        )
        .join(visit, visit.c.visit_id == weighing.c.visit_id)
        .outerjoin(control_judgement, control_judgement.c.weighing_id == weighing.c.weighing_id)
        .where(
            weighing.c.weighing_pass == "tare",
            weighing.c.taken_at >= now - WEIGHED_WITHIN,
            weighing.c.source != "MANUAL",
            weighing.c.found_weighing_id.is_(None),
            *_counts(),
        )
        .subquery()
    )
    return (
        select(ranked)
        .where(ranked.c.place <= TARES_TOLD)
        .order_by(ranked.c.plate, ranked.c.taken_at.desc())
    )


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
