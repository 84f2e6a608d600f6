"""Looks of photographs that came in, the ones they show again, and the copies for outsiders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.rows import add, add_all, every, select_as
from service.storage.tables import photograph, photograph_look, photograph_repeat, public_copy


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographLookRow:
    """``likeness`` are the hashes of windows of the picture; ``captured_at`` is what it says."""

    photograph_id: str
    visit_id: str
    pixel_sha256: str | None
    decoder: str
    likeness: bytes | None
    captured_at: datetime | None
    camera_make: str | None
    has_place: bool
    examined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographRepeatRow:
    photograph_id: str
    repeats_id: str
    visit_id: str
    distance_bits: int
    inliers: int
    agreement_bp: int
    mirrored: bool
    found_at: datetime


def add_look(tx: Tx, row: PhotographLookRow) -> None:
    add(tx, photograph_look, row)


def looks_of(tx: Tx, visit_id: str) -> list[PhotographLookRow]:
    query = select_as(PhotographLookRow, photograph_look)
    return every(tx, PhotographLookRow, query.where(photograph_look.c.visit_id == visit_id))


def known_likenesses(
    tx: Tx, *, size_bytes: int, since: datetime, other_than_visit: str
) -> list[tuple[str, bytes]]:
    """Ids and likenesses of the photographs of other visits, of the kind of ``size_bytes``."""
    query = select(photograph_look.c.photograph_id, photograph_look.c.likeness).where(
        photograph_look.c.likeness.is_not(None),
        photograph_look.c.examined_at >= since,
        photograph_look.c.visit_id != other_than_visit,
    )
    rows = tx.execute(query.order_by(photograph_look.c.photograph_id))
    return [(row.photograph_id, row.likeness) for row in rows if len(row.likeness) == size_bytes]


def add_repeats(tx: Tx, rows: Sequence[PhotographRepeatRow]) -> None:
    if rows:
        add_all(tx, photograph_repeat, rows)


def repeats_in(tx: Tx, visit_id: str) -> list[PhotographRepeatRow]:
    """Photographs of the visit that show one of another visit again, the surest first."""
    query = select_as(PhotographRepeatRow, photograph_repeat)
    query = query.where(photograph_repeat.c.visit_id == visit_id)
    return every(tx, PhotographRepeatRow, query.order_by(photograph_repeat.c.inliers.desc()))


def content_of(tx: Tx, photograph_id: str) -> bytes | None:
    query = select(photograph.c.content).where(photograph.c.photograph_id == photograph_id)
    return tx.execute(query).scalar_one_or_none()


def copy_of(tx: Tx, photograph_id: str) -> bytes | None:
    """The copy for outsiders, where one was made."""
    query = select(public_copy.c.content).where(public_copy.c.photograph_id == photograph_id)
    return tx.execute(query).scalar_one_or_none()


def keep_copy(tx: Tx, photograph_id: str, content: bytes, *, at: datetime) -> None:
    """Keep the copy; one that another request made meanwhile stays."""
    values = {"photograph_id": photograph_id, "content": content, "made_at": at}
    tx.execute(insert(public_copy).values(values).on_conflict_do_nothing())
