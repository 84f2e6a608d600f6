"""Weeks of a head at a site, and the proposals from which they are judged."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import drift_judgement, grade_proposal, visit


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRow:
    """``week`` is its Monday, by the date at the bases."""

    site_id: str
    head_sha256: bytes
    week: date
    trucks: int
    reference_trucks: int
    psi_bp: int | None
    unfamiliar_bp: int
    reference_unfamiliar_bp: int
    alarm: bool
    judged_at: datetime


def add_drift(tx: Tx, row: DriftRow) -> None:
    add(tx, drift_judgement, row)


def drifts(tx: Tx, site_id: str, *, limit: int) -> list[DriftRow]:
    """The weeks of a site, newest first."""
    query = select_as(DriftRow, drift_judgement).where(drift_judgement.c.site_id == site_id)
    newest = query.order_by(drift_judgement.c.week.desc(), drift_judgement.c.head_sha256)
    return every(tx, DriftRow, newest.limit(limit))


def newest_drifts(tx: Tx, seen: ColumnElement[bool]) -> list[DriftRow]:
    """The newest judged week of each site that is ``seen``, whichever head served."""
    newest = (
        select_as(DriftRow, drift_judgement)
        .where(seen)
        .ext(distinct_on(drift_judgement.c.site_id))
        .order_by(
            drift_judgement.c.site_id,
            drift_judgement.c.week.desc(),
            drift_judgement.c.judged_at.desc(),
        )
    )
    return every(tx, DriftRow, newest)


def newest_week(tx: Tx, site_id: str, head_sha256: bytes) -> date | None:
    """The newest week that was judged."""
    query = select(func.max(drift_judgement.c.week)).where(
        drift_judgement.c.site_id == site_id, drift_judgement.c.head_sha256 == head_sha256
    )
    newest: date | None = tx.execute(query).scalar_one()
    return newest


def proposals_at(
    tx: Tx, site_id: str, *, since: datetime, until: datetime, limit: int
) -> list[bytes]:
    """Target hashes of the proposals made at the site in that time, oldest first."""
    query = (
        select(grade_proposal.c.target_hash)
        .join(visit, visit.c.visit_id == grade_proposal.c.visit_id)
        .where(
            visit.c.site_id == site_id,
            grade_proposal.c.proposed_at >= since,
            grade_proposal.c.proposed_at < until,
        )
        .order_by(grade_proposal.c.proposed_at, grade_proposal.c.proposal_id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())
