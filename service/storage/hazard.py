"""Stops of unloading: who stopped, who signed, and the release that ended a stop."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import hazard_release, hazard_signature, hazard_stop


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardStopRow:
    """One of ``proposal_id`` (the engine saw something) and ``stopped_by`` (a person did)."""

    stop_id: str
    visit_id: str
    reason: str
    proposal_id: str | None
    stopped_at: datetime
    stopped_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSignatureRow:
    """``place`` 1 or 2; ``role`` the signer had then."""

    stop_id: str
    place: int
    signed_by: str
    role: str
    reason: str
    photograph_id: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardReleaseRow:
    release_id: str
    stop_id: str
    visit_id: str
    released_at: datetime
    target_hash: bytes


def add_stop(tx: Tx, row: HazardStopRow) -> None:
    add(tx, hazard_stop, row)


def add_signature(tx: Tx, row: HazardSignatureRow) -> None:
    add(tx, hazard_signature, row)


def add_release(tx: Tx, row: HazardReleaseRow) -> None:
    add(tx, hazard_release, row)


def open_stop_of(tx: Tx, visit_id: str) -> HazardStopRow | None:
    """The stop that keeps the load now: at most one is open at a time."""
    return next(iter(open_stops(tx, [visit_id]).values()), None)


def open_stops(tx: Tx, visit_ids: Iterable[str]) -> dict[str, HazardStopRow]:
    """The stops that nobody has released, by visit."""
    released = exists().where(hazard_release.c.stop_id == hazard_stop.c.stop_id)
    query = select_as(HazardStopRow, hazard_stop).where(
        hazard_stop.c.visit_id.in_(visit_ids), ~released
    )
    return {row.visit_id: row for row in every(tx, HazardStopRow, query)}


def stops_of(tx: Tx, visit_id: str) -> list[HazardStopRow]:
    """All stops of the visit, oldest first."""
    query = select_as(HazardStopRow, hazard_stop).where(hazard_stop.c.visit_id == visit_id)
    return every(tx, HazardStopRow, query.order_by(hazard_stop.c.stopped_at, hazard_stop.c.stop_id))


def signatures_of(tx: Tx, stop_id: str) -> list[HazardSignatureRow]:
    query = select_as(HazardSignatureRow, hazard_signature)
    signed = query.where(hazard_signature.c.stop_id == stop_id)
    return every(tx, HazardSignatureRow, signed.order_by(hazard_signature.c.place))


def release_of(tx: Tx, stop_id: str) -> HazardReleaseRow | None:
    query = select_as(HazardReleaseRow, hazard_release)
    return one(tx, HazardReleaseRow, query.where(hazard_release.c.stop_id == stop_id))
