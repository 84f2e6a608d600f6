"""Delivery notes and what they take from which lot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, one, select_as
from service.storage.tables import delivery, delivery_line, delivery_version
from service.storage.versions import delivery_now


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    delivery_id: str
    delivery_no: str
    waybill_no: str
    visit_id: str
    site_id: str
    plant_id: str
    carrier_id: str
    net_kg: int
    secret: bytes
    issued_at: datetime
    operator_id: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDelivery(DeliveryRow):
    """A delivery as its newest version has it; ``version`` counts from 1."""

    version: int
    distance_km: str | None
    first_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLineRow:
    delivery_id: str
    line_no: int
    lot_id: str
    kg: int


def add_delivery(tx: Tx, row: DeliveryRow, lines: list[DeliveryLineRow]) -> None:
    add(tx, delivery, row)
    for line in lines:
        add(tx, delivery_line, line)


def delivery_by_id(tx: Tx, delivery_id: str, *, lock: bool = False) -> StandingDelivery | None:
    if lock:
        hold(tx, f"delivery {delivery_id}")
    query = select_as(StandingDelivery, delivery_now).where(
        delivery_now.c.delivery_id == delivery_id
    )
    return one(tx, StandingDelivery, query)


def delivery_by_waybill(tx: Tx, waybill_no: str) -> StandingDelivery | None:
    """The delivery that bears the number, or bore it before a correction: a printed code opens
    the same delivery for ever."""
    query = select_as(StandingDelivery, delivery_now).where(
        or_(
            exists().where(
                delivery.c.delivery_id == delivery_now.c.delivery_id,
                delivery.c.waybill_no == waybill_no,
            ),
            exists().where(
                delivery_version.c.delivery_id == delivery_now.c.delivery_id,
                delivery_version.c.waybill_no == waybill_no,
            ),
        )
    )
    return one(tx, StandingDelivery, query)
