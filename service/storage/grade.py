"""Grade proposals of the image engine and decisions of inspectors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import grade_decision, grade_proposal, visit, weighing
from service.storage.visit import is_open
from service.storage.weighing import counts


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeProposalRow:
    proposal_id: str
    visit_id: str
    decision: str
    proposed_at: datetime
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecisionRow:
    decision_id: str
    visit_id: str
    grade: str
    inspector_id: str
    decided_at: datetime
    target_hash: bytes


def add_proposal(tx: Tx, row: GradeProposalRow) -> None:
    add(tx, grade_proposal, row)


def add_decision(tx: Tx, row: GradeDecisionRow) -> None:
    add(tx, grade_decision, row)


def proposal_of(tx: Tx, visit_id: str) -> GradeProposalRow | None:
    query = select_as(GradeProposalRow, grade_proposal)
    return one(tx, GradeProposalRow, query.where(grade_proposal.c.visit_id == visit_id))


def decision_of(tx: Tx, visit_id: str) -> GradeDecisionRow | None:
    query = select_as(GradeDecisionRow, grade_decision)
    return one(tx, GradeDecisionRow, query.where(grade_decision.c.visit_id == visit_id))


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
