"""Loads whose grade was appealed against, as the figures over reviews need them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from service.domain.grade_figures import ReviewedLoad
from service.domain.instants import BUSINESS_ZONE
from service.domain.units import round_half_up
from service.proof.document import document_data
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.rows import every
from service.storage.tables import (
    appeal,
    appeal_decision,
    grade_decision,
    grade_proposal,
    grade_review,
    photograph,
    visit,
)
from service.storage.views.reader import Reader

MOST_LOADS = 1_000
"""The newest so many closed appeals make the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closed:
    appeal_no: str
    state: str
    supplier_id: str | None
    inspector_id: str | None
    decided_by_engine: str | None
    decided_at: datetime
    decision_hash: bytes
    proposal_hash: bytes
    bay: str | None


def reviewed_loads(tx: Tx, reader: Reader) -> list[ReviewedLoad]:
    """Closed appeals with at least one blind review, newest first; the bay is the camera of the
    load's pictures."""
    shares = _review_shares(tx)
    bay = (
        select(func.min(photograph.c.camera_id))
        .where(photograph.c.visit_id == visit.c.visit_id, photograph.c.origin == "CAMERA")
        .where(photograph.c.camera_id.like("%load%") | photograph.c.camera_id.like("bay%"))
        .scalar_subquery()
    )
    query = (
        select(
            appeal.c.appeal_no,
            appeal_decision.c.state,
            visit.c.supplier_id,
            grade_decision.c.inspector_id,
            grade_decision.c.decided_by_engine,
            grade_decision.c.decided_at,
            grade_decision.c.target_hash.label("decision_hash"),
            grade_proposal.c.target_hash.label("proposal_hash"),
            bay.label("bay"),
        )
        .join(appeal_decision, appeal_decision.c.appeal_no == appeal.c.appeal_no)
        .join(grade_decision, grade_decision.c.target_hash == appeal.c.document)
        .join(visit, visit.c.visit_id == appeal.c.visit_id)
        .join(grade_proposal, grade_proposal.c.visit_id == appeal.c.visit_id)
        .where(
            appeal_decision.c.state.in_(("upheld", "rejected")),
            reader.sees(visit.c.site_id),
        )
        .order_by(appeal_decision.c.decided_at.desc())
        .limit(MOST_LOADS)
    )
    closed = [row for row in every(tx, _Closed, query) if row.appeal_no in shares]
    return [_load(tx, row, shares[row.appeal_no]) for row in closed]


def _review_shares(tx: Tx) -> dict[str, list[dict[str, int]]]:
    query = select(grade_review.c.appeal_no, grade_review.c.shares)
    found: dict[str, list[dict[str, int]]] = {}
    for row in tx.execute(query.order_by(grade_review.c.appeal_no, grade_review.c.place)):
        found.setdefault(row.appeal_no, []).append(row.shares)
    return found


def _load(tx: Tx, row: _Closed, reviews: list[dict[str, int]]) -> ReviewedLoad:
    decided = _record(tx, row.decision_hash)
    grade = decided["grade"]
    seen_bp = round_half_up(sum(shares.get(grade, 0) for shares in reviews), len(reviews))
    return ReviewedLoad(
        appeal_no=row.appeal_no,
        overturned=row.state == "upheld",
        error_bp=decided["shares"].get(grade, 0) - seen_bp,
        head_sha256=_record(tx, row.proposal_hash).get("model", {}).get("head_sha256"),
        engine=row.decided_by_engine,
        bay=row.bay,
        inspector_id=row.inspector_id,
        supplier_id=row.supplier_id,
        hour=row.decided_at.astimezone(BUSINESS_ZONE).hour,
    )


def _record(tx: Tx, target_hash: bytes) -> dict[str, Any]:
    entry = entry_by_hash(tx, target_hash)
    assert entry is not None  # noqa: S101 # a foreign key holds it
    record: dict[str, Any] = document_data(json.loads(entry.document))["record"]
    return record
