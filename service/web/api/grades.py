"""Grades: what the image engine proposes, and what an inspector decides."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from service.domain.access import Action
from service.domain.inspection import InclusionArea, InclusionKind
from service.storage import views
from service.usecases.grade import (
    DecideGrade,
    GradeLabel,
    LabelGrade,
    RecordedDecision,
    decide,
    label_grade,
)
from service.web.api.fields import (
    Answer,
    BasisPoints,
    GradeCode,
    Hash,
    Name,
    OptionalLine,
    RecordId,
    Request,
)
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.openapi import Section

SECTION = Section.of("grades", "Grade proposals and decisions.")


class InclusionAreaRequest(Request):
    """A box drawn on a photograph of the load, in 1/10,000 of its width and height."""

    photograph_id: RecordId
    kind: Literal["dirt", "rubber", "wood", "plastic", "concrete", "other"]
    x_bp: BasisPoints
    y_bp: BasisPoints
    w_bp: BasisPoints
    h_bp: BasisPoints

    def to_area(self) -> InclusionArea:
        return InclusionArea(**(dict(self) | {"kind": InclusionKind(self.kind)}))


class GradeDecisionRequest(Request):
    grade: GradeCode
    shares: dict[GradeCode, BasisPoints]
    inclusions_bp: BasisPoints = 0
    grade_class: Name | None = None
    reason: OptionalLine = ""
    areas: list[InclusionAreaRequest] = Field(default_factory=list)

    def to_command(self, visit_id: str) -> DecideGrade:
        areas = [area.to_area() for area in self.areas]
        return DecideGrade(visit_id=visit_id, **(dict(self) | {"areas": areas}))


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

    A decision that differs from the proposal gives its reason, and so does one that takes the place
    of a decision of the image engine.
    """
    return decide(body.to_command(visit_id), actor(), deps())


class GradeLabelRequest(Request):
    grade: GradeCode
    shares: dict[GradeCode, BasisPoints]
    grade_class: Name | None = None

    def to_command(self, visit_id: str) -> LabelGrade:
        return LabelGrade(visit_id=visit_id, **dict(self))


class GradeLabelAnswer(Answer):
    label_id: str
    visit_id: str
    grade: str
    grade_class: str | None
    shares_bp: dict[str, int]
    labelled_at: datetime


@SECTION.post(
    "/v1/visits/<record:visit_id>/grade-labels", body=GradeLabelRequest, answer=GradeLabelAnswer
)
def post_grade_label(visit_id: str, body: GradeLabelRequest) -> GradeLabel:
    """Say what you see before the proposal is shown; it goes on record with your decision."""
    return label_grade(body.to_command(visit_id), actor(), deps())


class GradeProposalAnswer(Answer):
    """``record`` is what the evidence document says: classes, confidence, reasons, model."""

    visit_id: str
    record: dict[str, Any]


@SECTION.get("/v1/visits/<record:visit_id>/grade-proposal", answer=GradeProposalAnswer)
def get_grade_proposal(visit_id: str) -> dict[str, Any]:
    """What the image engine proposes, once it has looked at the load.

    Of a load that is labelled blind, an inspector is told after the own label.
    """
    with deps().db.transaction() as tx:
        row = found(views.visit(tx, reader(Action.VISIT_VIEW), visit_id), "visit", visit_id)
        require_told(tx, visit_id, kind="grade-proposal")
    proposal = found(row.proposal, "grade proposal", visit_id)
    return {"visit_id": visit_id, "record": proposal}
