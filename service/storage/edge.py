"""Edge units: the keys that sign their entries, and what was wrong with their chains."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import edge_incident, edge_incident_release, edge_key

BLOCKING = ("hash", "signature", "fork")
"""Kinds of incidents after which nothing more is taken until a person says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """An Ed25519 key (32 bytes) that signs a unit's entries from ``from_seq`` on."""

    edge_id: str
    version: int
    site_id: str
    public_key: bytes
    from_seq: int
    made_at: datetime
    registered_at: datetime
    registered_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """``kind`` is hash, signature, fork, gap, clock or clock-right (the end of a clock)."""

    incident_id: str
    edge_id: str
    site_id: str
    kind: str
    entry_seq: int | None
    found: str
    expected: str
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    incident_id: str
    reason: str
    released_at: datetime
    released_by: str


def add_key(tx: Tx, row: KeyRow) -> None:
    add(tx, edge_key, row)


def keys_of(tx: Tx, edge_id: str) -> list[KeyRow]:
    """Keys of the unit, the first one first; empty for a unit that is not known."""
    query = select_as(KeyRow, edge_key).where(edge_key.c.edge_id == edge_id)
    return every(tx, KeyRow, query.order_by(edge_key.c.version))


def key_of(tx: Tx, edge_id: str) -> KeyRow | None:
    """The key that signs now."""
    query = select_as(KeyRow, edge_key).where(edge_key.c.edge_id == edge_id)
    return one(tx, KeyRow, query.order_by(edge_key.c.version.desc()).limit(1))


def keys_of_site(tx: Tx, site_id: str) -> list[KeyRow]:
    """Every key with which a unit of the site ever signed."""
    query = select_as(KeyRow, edge_key).where(edge_key.c.site_id == site_id)
    return every(tx, KeyRow, query.order_by(edge_key.c.edge_id, edge_key.c.version))


def add_incident(tx: Tx, row: IncidentRow) -> None:
    add(tx, edge_incident, row)


def add_release(tx: Tx, row: ReleaseRow) -> None:
    add(tx, edge_incident_release, row)


def incident_by_id(tx: Tx, incident_id: str) -> IncidentRow | None:
    query = select_as(IncidentRow, edge_incident)
    return one(tx, IncidentRow, query.where(edge_incident.c.incident_id == incident_id))


def is_released(tx: Tx, incident_id: str) -> bool:
    query = select(edge_incident_release.c.incident_id)
    found = tx.execute(query.where(edge_incident_release.c.incident_id == incident_id))
    return found.one_or_none() is not None


def blocking_incident(tx: Tx, edge_id: str) -> IncidentRow | None:
    """The first incident that keeps the unit's entries out, None where they may come."""
    query = (
        select_as(IncidentRow, edge_incident)
        .outerjoin(edge_incident_release)
        .where(
            edge_incident.c.edge_id == edge_id,
            edge_incident.c.kind.in_(BLOCKING),
            edge_incident_release.c.incident_id.is_(None),
        )
        .order_by(edge_incident.c.noticed_at)
        .limit(1)
    )
    return one(tx, IncidentRow, query)


def last_incident(tx: Tx, edge_id: str, *kinds: str) -> IncidentRow | None:
    """The newest incident of these kinds."""
    query = select_as(IncidentRow, edge_incident).where(
        edge_incident.c.edge_id == edge_id, edge_incident.c.kind.in_(kinds)
    )
    order = (edge_incident.c.noticed_at.desc(), edge_incident.c.incident_id.desc())
    return one(tx, IncidentRow, query.order_by(*order).limit(1))
