"""Hashes of photographs, by which one that is used again is found (control C11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BIGINT, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import BIT

from service.storage.db import Tx
from service.storage.rows import add_all
from service.storage.tables import photograph_hash, visit
from service.storage.visit import is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographHashRow:
    """``sha256`` of the bytes; ``phash`` of the look, 16 hex, None where it cannot be decoded."""

    photograph_id: str
    visit_id: str
    sha256: bytes
    phash: str | None
    taken_at: datetime


def add_photograph_hashes(tx: Tx, rows: Sequence[PhotographHashRow]) -> None:
    if rows:
        add_all(tx, photograph_hash, rows)


def used_sha256(tx: Tx, digests: Sequence[bytes], *, since: datetime) -> set[bytes]:
    """Those of ``digests`` that a photograph since ``since`` has."""
    query = select(photograph_hash.c.sha256).where(
        photograph_hash.c.sha256.in_(digests), photograph_hash.c.taken_at >= since
    )
    return set(tx.execute(query).scalars())


def near_phashes(
    tx: Tx, phash: str, *, bits: int, since: datetime, other_than_visit: str
) -> set[str]:
    """Hashes of other visits since ``since`` that differ from ``phash`` in fewer than ``bits``."""
    asked = cast(literal("x" + phash), BIT(64))
    stored = cast(literal("x").concat(photograph_hash.c.phash), BIT(64))
    apart = func.bit_count(stored.op("#")(asked), type_=BIGINT)
    query = select(photograph_hash.c.phash).where(
        photograph_hash.c.taken_at >= since,
        photograph_hash.c.visit_id != other_than_visit,
        photograph_hash.c.phash.is_not(None),
        apart < bits,
    )
    return {str(found) for found in tx.execute(query).scalars()}


def recent_phashes(tx: Tx, *, site_id: str, since: datetime, limit: int = 20_000) -> list[str]:
    """Hashes of the newest photographs of a site since ``since``, newest first.

    Those of visits that have not ended are left out: a truck may look the same at both passes.
    """
    query = (
        select(photograph_hash.c.phash)
        .join(visit, visit.c.visit_id == photograph_hash.c.visit_id)
        .where(
            visit.c.site_id == site_id,
            photograph_hash.c.taken_at >= since,
            photograph_hash.c.phash.is_not(None),
            ~and_(*is_open(visit.c.visit_id)),
        )
        .order_by(photograph_hash.c.taken_at.desc())
    )
    return [str(found) for found in tx.execute(query.limit(limit)).scalars()]
