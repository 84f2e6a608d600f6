"""What heads said beside the inspectors, and what the inspectors said who had not seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import (
    grade_decision,
    grade_label,
    grade_proposal,
    shadow_proposal,
    visit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowProposalRow:
    """``answer`` holds the engine's members as in a grade proposal, nothing held back."""

    visit_id: str
    head_sha256: bytes
    settings_sha256: bytes
    answer: Mapping[str, Any]
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a person said of a load: blind where there is a label, else the first decision."""

    grade_class: str | None
    shares_bp: Mapping[str, int]


def add_shadow(tx: Tx, row: ShadowProposalRow) -> None:
    add(tx, shadow_proposal, row)


def shadows_of(tx: Tx, site_id: str, head_sha256: bytes) -> list[ShadowProposalRow]:
    """What the head said at the site, oldest first."""
    query = (
        select_as(ShadowProposalRow, shadow_proposal)
        .join(visit, visit.c.visit_id == shadow_proposal.c.visit_id)
        .where(visit.c.site_id == site_id, shadow_proposal.c.head_sha256 == head_sha256)
        .order_by(shadow_proposal.c.proposed_at, shadow_proposal.c.visit_id)
    )
    return every(tx, ShadowProposalRow, query)


def visits_without_shadow(
    tx: Tx, site_id: str, head_sha256: bytes, *, since: datetime, limit: int
) -> list[str]:
    """Loads that came since ``since``, have their proposal, and that the head has not seen."""
    query = (
        select(visit.c.visit_id)
        .where(
            visit.c.site_id == site_id,
            visit.c.kind == "RECEIVING",
            visit.c.recorded_at >= since,
            exists().where(grade_proposal.c.visit_id == visit.c.visit_id),
            ~exists().where(
                shadow_proposal.c.visit_id == visit.c.visit_id,
                shadow_proposal.c.head_sha256 == head_sha256,
            ),
        )
        .order_by(visit.c.recorded_at, visit.c.visit_id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def blind_labels(tx: Tx, visit_ids: list[str]) -> dict[str, Truth]:
    """The first label of each load that was given before the proposal was seen."""
    table = grade_label.c
    query = (
        select(table.visit_id, table.grade_class, table.shares)
        .where(table.visit_id.in_(visit_ids))
        .order_by(table.labelled_at.desc(), table.label_id.desc())
    )
    return {
        row.visit_id: Truth(grade_class=row.grade_class, shares_bp=row.shares)
        for row in tx.execute(query)
    }


def first_decisions(tx: Tx, visit_ids: list[str]) -> dict[str, bytes]:
    """Target hash of the first decision that a person took on each load."""
    table = grade_decision.c
    query = (
        select(table.visit_id, table.target_hash)
        .where(table.visit_id.in_(visit_ids), table.inspector_id.is_not(None))
        .order_by(table.decided_at.desc(), table.decision_id.desc())
    )
    return {row.visit_id: row.target_hash for row in tx.execute(query)}


def labels_at(tx: Tx, site_id: str) -> dict[str, list[dict[str, Any]]]:
    """Blind labels of the loads of a site, by load, oldest first; people by number, not by name."""
    table = grade_label.c
    query = (
        select(table.visit_id, table.inspector_id, table.grade_class, table.shares)
        .join(visit, visit.c.visit_id == table.visit_id)
        .where(visit.c.site_id == site_id)
        .order_by(table.labelled_at, table.label_id)
    )
    people: dict[str, int] = {}
    loads: dict[str, list[dict[str, Any]]] = {}
    for row in tx.execute(query):
        number = people.setdefault(row.inspector_id, len(people) + 1)
        label = {"inspector": number, "grade_class": row.grade_class, "shares": dict(row.shares)}
        loads.setdefault(row.visit_id, []).append(label)
    return loads
