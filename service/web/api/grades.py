"""Grades: what the image engine proposes, and what an inspector decides."""

from datetime import datetime

from service.domain.access import Action
from service.storage import views
from service.usecases.grade import DecideGrade, RecordedDecision, decide
from service.web.api.fields import Answer, BasisPoints, GradeCode, Hash, Name, OptionalLine, Request
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
