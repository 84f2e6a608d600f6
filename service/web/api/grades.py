"""Grades: what the image engine proposes, and what an inspector decides."""

from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.storage import views
from service.usecases.grade import DecideGrade, RecordedDecision, decide
from service.web.api.fields import Answer, BasisPoints, GradeCode, Hash, Name, OptionalLine, Request
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("grades", "Grade proposals and decisions.")


class GradeDecisionRequest(Request):
    grade: GradeCode
    shares: dict[GradeCode, BasisPoints]
    inclusions_bp: BasisPoints = 0
    grade_class: Name | None = None
    reason: OptionalLine = ""

    def to_command(self, visit_id: str) -> DecideGrade:
        return DecideGrade(visit_id=visit_id, **dict(self))


class GradeDecided(Answer):
    grade: str
    grade_standard: str
    grade_class: str | None
    shares_bp: dict[str, int]
    inclusions_bp: int
    differs: bool
    reason: str | None


class GradeDecisionRecorded(Answer):
    decision_id: str
    visit_id: str
    decision: GradeDecided
    decided_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/visits/<record:visit_id>/grade-decisions",
    body=GradeDecisionRequest,
    answer=GradeDecisionRecorded,
)
def post_grade_decision(visit_id: str, body: GradeDecisionRequest) -> RecordedDecision:
    """Decide the grade of a load. The shares add up to 10,000.

    A decision that differs from the proposal gives its reason.
    """
    return decide(body.to_command(visit_id), actor(), deps())


class GradeProposalAnswer(Answer):
    """``record`` is what the evidence document says: classes, confidence, reasons, model."""

    visit_id: str
    record: dict[str, Any]


@SECTION.get("/v1/visits/<record:visit_id>/grade-proposal", answer=GradeProposalAnswer)
def get_grade_proposal(visit_id: str) -> dict[str, Any]:
    """What the image engine proposes, once it has looked at the load."""
    with deps().db.transaction() as tx:
        row = views.visit(tx, reader(Action.VISIT_VIEW), visit_id)
    proposal = found(found(row, "visit", visit_id).proposal, "grade proposal", visit_id)
    return {"visit_id": visit_id, "record": proposal}
