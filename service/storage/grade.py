"""Grade proposals with their overlays, blind labels, and decisions: the newest one counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import (
    grade_decision,
    grade_label,
    grade_proposal,
    proposal_overlay,
    visit,
    weighing,
)
from service.storage.visit import is_open
from service.storage.weighing import counts


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeProposalRow:
    """``camera_id`` is that of the bay; the three figures tell what its good frames were like."""

    proposal_id: str
    visit_id: str
    decision: str
    camera_id: str | None
    edge_percent: int | None
    p50_level: int | None
    level_range: int | None
    proposed_at: datetime
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLookRow:
    """What the good frames of one load of a camera were like."""

    proposal_id: str
    edge_percent: int
    p50_level: int
    level_range: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayRow:
    """The picture with what the engine saw drawn over it."""

    photograph_id: str
    proposal_id: str
    media_type: str
    content: bytes
    content_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLabelRow:
    """What an inspector said before he saw the proposal; shares in basis points by grade."""

    label_id: str
    visit_id: str
    inspector_id: str
    grade: str
    grade_class: str | None
    shares: Mapping[str, int]
    labelled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecisionRow:
    """One of ``inspector_id`` and ``decided_by_engine`` (hash of its head) stands.

    ``version`` counts from 1; a higher one takes the place of those before.
    """

    decision_id: str
    visit_id: str
    version: int
    grade: str
    inspector_id: str | None
    decided_by_engine: str | None
    decided_at: datetime
    target_hash: bytes


def add_proposal(tx: Tx, row: GradeProposalRow) -> None:
    add(tx, grade_proposal, row)


def add_decision(tx: Tx, row: GradeDecisionRow) -> None:
    add(tx, grade_decision, row)


def proposal_of(tx: Tx, visit_id: str) -> GradeProposalRow | None:
    query = select_as(GradeProposalRow, grade_proposal)
    return one(tx, GradeProposalRow, query.where(grade_proposal.c.visit_id == visit_id))


def earlier_looks(
    tx: Tx, site_id: str, camera_id: str, *, before: datetime, newest: bool, limit: int
) -> list[EarlierLookRow]:
    """What a camera's loads were like, oldest first: the ``limit`` newest of them, or the first."""
    table = grade_proposal.c
    query = (
        select_as(EarlierLookRow, grade_proposal)
        .join(visit, visit.c.visit_id == table.visit_id)
        .where(table.camera_id == camera_id, visit.c.site_id == site_id)
        .where(table.edge_percent.is_not(None), table.proposed_at < before)
    )
    order = (table.proposed_at, table.proposal_id)
    wanted = [column.desc() for column in order] if newest else list(order)
    rows = every(tx, EarlierLookRow, query.order_by(*wanted).limit(limit))
    return rows[::-1] if newest else rows


def decision_of(tx: Tx, visit_id: str) -> GradeDecisionRow | None:
    """The decision that stands: the newest."""
    table = grade_decision.c
    query = select_as(GradeDecisionRow, grade_decision).where(table.visit_id == visit_id)
    return one(tx, GradeDecisionRow, query.order_by(table.version.desc()).limit(1))


def grades_decided(tx: Tx, visit_ids: Iterable[str]) -> dict[str, tuple[str, datetime]]:
    """The grade that stands and since when, by visit."""
    table = grade_decision.c
    query = select(table.visit_id, table.grade, table.decided_at)
    rows = tx.execute(query.where(table.visit_id.in_(visit_ids)).order_by(table.version))
    return {row.visit_id: (row.grade, row.decided_at) for row in rows}


def add_overlay(tx: Tx, row: OverlayRow) -> None:
    add(tx, proposal_overlay, row)


def overlay_of(tx: Tx, photograph_id: str) -> OverlayRow | None:
    query = select_as(OverlayRow, proposal_overlay)
    return one(tx, OverlayRow, query.where(proposal_overlay.c.photograph_id == photograph_id))


def add_label(tx: Tx, row: GradeLabelRow) -> None:
    add(tx, grade_label, row)


def label_of(tx: Tx, visit_id: str, inspector_id: str) -> GradeLabelRow | None:
    table = grade_label.c
    query = select_as(GradeLabelRow, grade_label).where(
        table.visit_id == visit_id, table.inspector_id == inspector_id
    )
    return one(tx, GradeLabelRow, query)


def place_in_day(tx: Tx, visit_id: str, midnight: datetime) -> int:
    """How many loads came to the visit's site since ``midnight`` before it: 0 for the first."""
    own = select(visit.c.site_id, visit.c.arrived_at).where(visit.c.visit_id == visit_id).subquery()
    before = (visit.c.arrived_at < own.c.arrived_at) | (
        (visit.c.arrived_at == own.c.arrived_at) & (visit.c.visit_id < visit_id)
    )
    query = select(func.count()).select_from(visit.join(own, visit.c.site_id == own.c.site_id))
    counted = query.where(visit.c.arrived_at >= midnight, before, visit.c.kind == "RECEIVING")
    return int(tx.execute(counted).scalar_one())


def visits_without_proposal(tx: Tx, *, limit: int) -> list[str]:
    """Received loads that were weighed gross and not yet looked at, oldest first."""
    weighed = exists().where(
        weighing.c.visit_id == visit.c.visit_id, weighing.c.weighing_pass == "gross", counts()
    )
    query = (
        select(visit.c.visit_id)
        .where(
            visit.c.kind == "RECEIVING",
            weighed | visit.c.continues_visit_id.is_not(None),
            ~exists().where(grade_proposal.c.visit_id == visit.c.visit_id),
            *is_open(visit.c.visit_id),
        )
        .order_by(visit.c.recorded_at, visit.c.visit_id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())
