"""Corrections, and the versions of tickets and deliveries that they make."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import (
    correction,
    delivery_version,
    ticket_version,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """``supersedes`` is the document that no longer counts, ``target_hash`` the one that does."""

    correction_no: str
    corrects: str
    reason: str
    corrected_at: datetime
    corrected_by: str
    supersedes: bytes
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketVersionRow:
    correction_no: str
    ticket_no: str
    version: int
    accepted_kg: int
    settlement_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryVersionRow:
    correction_no: str
    delivery_id: str
    version: int
    waybill_no: str
    carrier_id: str
    distance_km: str


def add_ticket_version(tx: Tx, row: CorrectionRow, version: TicketVersionRow) -> None:
    add(tx, correction, row)
    add(tx, ticket_version, version)


def add_delivery_version(tx: Tx, row: CorrectionRow, version: DeliveryVersionRow) -> None:
    add(tx, correction, row)
    add(tx, delivery_version, version)


def corrections_of_ticket(tx: Tx, ticket_no: str) -> list[CorrectionRow]:
    """The corrections of a ticket, oldest first."""
    query = (
        select_as(CorrectionRow, correction)
        .join(ticket_version, ticket_version.c.correction_no == correction.c.correction_no)
        .where(ticket_version.c.ticket_no == ticket_no)
        .order_by(ticket_version.c.version)
    )
    return every(tx, CorrectionRow, query)


def corrections_of_delivery(tx: Tx, delivery_id: str) -> list[CorrectionRow]:
    """The corrections of a delivery note, oldest first."""
    query = (
        select_as(CorrectionRow, correction)
        .join(delivery_version, delivery_version.c.correction_no == correction.c.correction_no)
        .where(delivery_version.c.delivery_id == delivery_id)
        .order_by(delivery_version.c.version)
    )
    return every(tx, CorrectionRow, query)


def correction_by_hash(tx: Tx, target_hash: bytes) -> CorrectionRow | None:
    """The correction whose document this is."""
    query = select_as(CorrectionRow, correction).where(correction.c.target_hash == target_hash)
    found = every(tx, CorrectionRow, query)
    return found[0] if found else None
