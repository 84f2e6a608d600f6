"""A grade decision on record: the document and the row, of a person or of the image engine.

A decision is never edited; one that takes the place of another names it, and the newest counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.grade import GradeDecision
from service.domain.inspection import InclusionArea
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.storage import grade as grades
from service.storage.db import Tx
from service.storage.photograph import photographs_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.photograph import image_entries
from service.usecases.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    decision_id: str
    visit_id: str
    decision: GradeDecision
    decided_at: datetime
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """A person, or the image engine by the hash of its head (64 hex digits)."""

    actor: Actor | None = None
    engine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """What stands around a decision.

    ``at``: when it was taken where that was not now. ``seen``: whether the proposal was shown
    before, None where that is not known. ``supersedes``: the decision whose place it takes.
    """

    at: datetime | None = None
    seen: bool | None = None
    label: grades.GradeLabelRow | None = None
    areas: Sequence[InclusionArea] = ()
    supersedes: grades.GradeDecisionRow | None = None
    appeal_no: str | None = None


def record_decision(
    tx: Tx,
    proposal: grades.GradeProposalRow,
    decision: GradeDecision,
    decider: Decider,
    context: DecisionContext,
    deps: Deps,
) -> RecordedDecision:
    """Journal the decision on the load of the proposal and keep its row."""
    now = whole_second(deps.now())
    decided_at = now if context.at is None else whole_second(context.at)
    decision_id, former, actor = deps.new_id(), context.supersedes, decider.actor
    loose = [p for p in photographs_of(tx, proposal.visit_id) if p.weighing_id is None]
    evidence = Evidence(
        kind="grade-decision",
        document_id=decision_id,
        subject_id=proposal.visit_id,
        recorded_at=now,
        record={
            "decision_id": decision_id,
            "visit_id": proposal.visit_id,
            **_said(decision),
            "decided_at": utc_text(decided_at),
            "recorded_at": None if context.at is None else utc_text(now),
            "inspector_id": None if actor is None else actor.user_id,
            "decided_by_engine": decider.engine,
            **_around(context),
        },
        personal={} if actor is None else {"inspector": actor.name},
        parents={"proposal": proposal.target_hash},
        images=image_entries(loose),
        supersedes=None if former is None else former.target_hash,
    )
    row = grades.GradeDecisionRow(
        decision_id=decision_id,
        visit_id=proposal.visit_id,
        version=1 if former is None else former.version + 1,
        grade=decision.grade,
        inspector_id=None if actor is None else actor.user_id,
        decided_by_engine=decider.engine,
        decided_at=decided_at,
        target_hash=record_document(tx, evidence, deps),
    )
    grades.add_decision(tx, row)
    return RecordedDecision(
        decision_id=decision_id,
        visit_id=proposal.visit_id,
        decision=decision,
        decided_at=decided_at,
        target_hash=row.target_hash,
    )


def _said(decision: GradeDecision) -> dict[str, Any]:
    return {
        "grade": decision.grade,
        "grade_standard": decision.grade_standard,
        "grade_class": decision.grade_class,
        "shares": dict(decision.shares_bp),
        "inclusions_bp": decision.inclusions_bp,
        "differs": decision.differs,
        "reason": decision.reason,
    }


def _around(context: DecisionContext) -> dict[str, Any]:
    label = context.label
    return {
        "proposal_seen": context.seen,
        "blind_grade": None if label is None else label.grade,
        "blind_grade_class": None if label is None else label.grade_class,
        "blind_shares": {} if label is None else dict(label.shares),
        "blind_at": None if label is None else utc_text(label.labelled_at),
        "inclusion_areas": {
            str(place): {
                "photograph_id": area.photograph_id,
                "kind": area.kind.value,
                "x_bp": area.x_bp,
                "y_bp": area.y_bp,
                "w_bp": area.w_bp,
                "h_bp": area.h_bp,
            }
            for place, area in enumerate(context.areas)
        },
        "appeal_no": context.appeal_no,
    }
