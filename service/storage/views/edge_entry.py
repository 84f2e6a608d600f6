"""Entries that wait for a supervisor, what was wrong with units, and how late records came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.edge import BLOCKING
from service.storage.rows import every
from service.storage.tables import (
    edge_entry,
    edge_entry_decision,
    edge_incident,
    edge_incident_release,
)
from service.storage.views.reader import Reader

LATE = timedelta(minutes=1)
"""A record that came later than this after the act is said to have come late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntryView:
    """``message`` has named places that ``message_values`` fill; ``envelope`` is the entry's JSON.

    ``decision`` is None while it waits, then applied or set-aside.
    """

    edge_id: str
    entry_seq: int
    site_id: str
    kind: str
    subject_id: str | None
    person_id: str
    at: datetime
    received_at: datetime
    envelope: bytes
    code: str
    message: str
    message_values: Mapping[str, Any]
    decision: str | None
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """``state`` is open, released, or over (a gap that was filled, a clock that was put right)."""

    incident_id: str
    edge_id: str
    site_id: str
    kind: str
    entry_seq: int | None
    found: str
    expected: str
    noticed_at: datetime
    state: str
    reason: str | None
    released_at: datetime | None
    released_by: str | None

    @property
    def blocks(self) -> bool:
        """Whether the unit's entries are not taken because of it."""
        return self.state == "open" and self.kind in BLOCKING


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEntry:
    """An entry that came on record well after what it tells of."""

    edge_id: str
    entry_seq: int
    kind: str
    at: datetime
    received_at: datetime
    outcome: str


def held_entries(
    tx: Tx,
    reader: Reader,
    *,
    waiting_only: bool = False,
    limit: int = 100,
    before: datetime | None = None,
) -> list[HeldEntryView]:
    """Entries that were held: of those that wait the oldest first, of all the newest first."""
    held, decided = edge_entry.c, edge_entry_decision.c
    query = (
        select(
            *(held[name] for name in HeldEntryView.__dataclass_fields__ if name in held),
            decided.decision,
            decided.reason,
            decided.decided_at,
            decided.decided_by,
        )
        .outerjoin(edge_entry_decision)
        .where(held.outcome == "held", reader.sees(held.site_id))
    )
    if waiting_only:
        query = query.where(decided.decision.is_(None)).order_by(held.received_at, held.entry_seq)
    else:
        query = query.order_by(held.received_at.desc(), held.entry_seq.desc())
    if before is not None:
        query = query.where(held.received_at < before)
    return every(tx, HeldEntryView, query.limit(limit))


def incidents(
    tx: Tx, reader: Reader, *, limit: int = 100, before: datetime | None = None
) -> list[IncidentView]:
    """What was wrong with edge units, newest first."""
    noted, ended = edge_incident.c, edge_incident_release.c
    head = (
        select(func.coalesce(func.max(edge_entry.c.entry_seq), 0))
        .where(edge_entry.c.edge_id == noted.edge_id)
        .scalar_subquery()
    )
    later = edge_incident.alias("later")
    was_put_right = (
        select(later.c.incident_id)
        .where(
            later.c.edge_id == noted.edge_id,
            later.c.kind == "clock-right",
            later.c.noticed_at >= noted.noticed_at,
        )
        .exists()
    )
    query = (
        select(
            *edge_incident.columns,
            ended.reason,
            ended.released_at,
            ended.released_by,
            (head >= noted.entry_seq).label("is_filled"),
            was_put_right.label("is_right"),
        )
        .outerjoin(edge_incident_release)
        .where(reader.sees(noted.site_id), noted.kind != "clock-right")
        .order_by(noted.noticed_at.desc(), noted.incident_id.desc())
    )
    if before is not None:
        query = query.where(noted.noticed_at < before)
    return [_incident(dict(row)) for row in tx.execute(query.limit(limit)).mappings()]


def _incident(row: Mapping[str, Any]) -> IncidentView:
    names = IncidentView.__dataclass_fields__.keys() & row.keys()
    return IncidentView(**{name: row[name] for name in names}, state=_state(row))


def _state(row: Mapping[str, Any]) -> str:
    if row["released_at"] is not None:
        return "released"
    is_over = {"gap": row["is_filled"], "clock": row["is_right"]}
    return "over" if is_over.get(row["kind"]) else "open"


def late_entries(tx: Tx, subject_ids: Sequence[str]) -> list[LateEntry]:
    """Entries about a visit, its weighings or its ticket that came late, in their order."""
    query = (
        select(*(edge_entry.c[name] for name in LateEntry.__dataclass_fields__))
        .where(
            edge_entry.c.subject_id.in_(list(subject_ids)),
            edge_entry.c.received_at - edge_entry.c.at > LATE,
        )
        .order_by(edge_entry.c.at, edge_entry.c.entry_seq)
    )
    return every(tx, LateEntry, query)
