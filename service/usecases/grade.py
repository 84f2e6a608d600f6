"""Grading: an inspector says what he sees, looks at the proposal, and decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action
from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.grade import decide_grade, require_known_grade, require_whole
from service.domain.inspection import (
    InclusionArea,
    LabelledAlreadyError,
    require_areas,
)
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.visit import StepMissingError, VisitKind, WeighingMissingError, require_kind
from service.storage import grade as grades
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.photograph import photographs_of
from service.storage.weighing import weighing_of
from service.usecases.blindness import blindness
from service.usecases.grade_proposal import (
    NOT_ASKED,
    abstention,
    load_pictures,
    numbered,
    propose_grade,
    propose_pending,
)
from service.usecases.grade_record import (
    Decider,
    DecisionContext,
    RecordedDecision,
    record_decision,
)
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.visit import require_visit
from service.usecases.visit_guard import require_going_on

__all__ = [
    "NOT_ASKED",
    "NOT_SHOWN",
    "AlreadyDecidedError",
    "DecideGrade",
    "GradeLabel",
    "LabelGrade",
    "OverruleReasonMissingError",
    "RecordedDecision",
    "decide",
    "label_grade",
    "load_pictures",
    "numbered",
    "propose_grade",
    "propose_pending",
]

NOT_SHOWN = "The proposal was not shown to the inspector."
"""Why a decision differs that was taken where no proposal can be seen."""


class AlreadyDecidedError(ConflictError):
    """The load has its decision; an appeal is a record of its own."""

    message = gettext_noop("The load was graded %(value)s at %(limit)s; a decision is not edited.")


class OverruleReasonMissingError(RuleBrokenError):
    """A person takes the place of the image engine's decision and does not say why."""

    message = gettext_noop(
        "The image engine decided %(value)s. Say why your decision takes its place."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGrade:
    """``at`` is when it was decided, where that was not now; ``proposal_shown`` whether the
    inspector could see what the image engine proposed; ``areas`` he drew on the photographs."""

    visit_id: str
    grade: str
    shares: Mapping[str, int]
    inclusions_bp: int = 0
    grade_class: str | None = None
    reason: str = ""
    areas: Sequence[InclusionArea] = ()
    at: datetime | None = None
    proposal_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelGrade:
    """What the inspector sees before the proposal is shown; shares in basis points by grade."""

    visit_id: str
    grade: str
    shares: Mapping[str, int]
    grade_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLabel:
    label_id: str
    visit_id: str
    grade: str
    grade_class: str | None
    shares_bp: Mapping[str, int]
    labelled_at: datetime


def label_grade(command: LabelGrade, actor: Actor, deps: Deps) -> GradeLabel:
    """Keep what the inspector said before he saw the proposal; it goes on record with his decision.

    Raises ``LabelledAlreadyError`` where he said something else before.
    """
    _require_catalogue(command.grade, command.shares)
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.GRADE_DECIDE)
        require_kind(visit.kind, VisitKind.RECEIVING)
        require_going_on(tx, visit, deps.now())
        _require_undecided(grades.decision_of(tx, visit.visit_id))
        row = grades.label_of(tx, visit.visit_id, actor.user_id)
        if row is not None and (row.grade, dict(row.shares)) != (command.grade, {**command.shares}):
            raise LabelledAlreadyError(field="grade")
        if row is None:
            row = grades.GradeLabelRow(
                label_id=deps.new_id(),
                visit_id=visit.visit_id,
                inspector_id=actor.user_id,
                grade=command.grade,
                grade_class=command.grade_class,
                shares=dict(command.shares),
                labelled_at=whole_second(deps.now()),
            )
            grades.add_label(tx, row)
    return GradeLabel(
        label_id=row.label_id,
        visit_id=row.visit_id,
        grade=row.grade,
        grade_class=row.grade_class,
        shares_bp=dict(row.shares),
        labelled_at=row.labelled_at,
    )


def decide(command: DecideGrade, actor: Actor, deps: Deps) -> RecordedDecision:
    """Put the inspector's decision on record, with the reason where it differs.

    It may take the place of a decision of the image engine, until the ticket is issued.
    """
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.GRADE_DECIDE)
        require_kind(visit.kind, VisitKind.RECEIVING)
        require_going_on(tx, visit, command.at or deps.now())
        former = grades.decision_of(tx, visit.visit_id)
        _require_may_follow(former, command)
        proposal = _proposal(tx, visit.visit_id, command, deps)
        pictures = {p.photograph_id: p for p in photographs_of(tx, visit.visit_id)}
        require_areas(command.areas, pictures)
        seen = command.proposal_shown and blindness(tx, visit.visit_id, actor) is None
        proposed_class = document_record(entry_by_hash(tx, proposal.target_hash)).get("grade_class")
        decision = decide_grade(
            grade=command.grade,
            shares_bp=command.shares,
            inclusions_bp=command.inclusions_bp,
            grade_class=command.grade_class,
            proposed_class=proposed_class,
            reason=_reason(command, proposed_class, seen=seen),
        )
        context = DecisionContext(
            at=command.at,
            seen=seen,
            label=grades.label_of(tx, visit.visit_id, actor.user_id),
            areas=command.areas,
            supersedes=former,
        )
        return record_decision(tx, proposal, decision, Decider(actor=actor), context, deps)


def _require_catalogue(grade: str, shares_bp: Mapping[str, int]) -> None:
    require_known_grade(grade)
    for code in shares_bp:
        require_known_grade(code, field="shares")
    require_whole(shares_bp)


def _require_undecided(former: grades.GradeDecisionRow | None) -> None:
    if former is not None:
        raise AlreadyDecidedError(
            field="visit_id", value=former.grade, limit=utc_text(former.decided_at)
        )


def _require_may_follow(former: grades.GradeDecisionRow | None, command: DecideGrade) -> None:
    """A person's decision stands; the engine's gives way to one that says why."""
    if former is None or former.decided_by_engine is None:
        _require_undecided(former)
    elif command.proposal_shown and not command.reason.strip():
        raise OverruleReasonMissingError(field="reason", value=former.grade)


def _reason(command: DecideGrade, proposed_class: str | None, *, seen: bool) -> str:
    unseen = not seen and proposed_class not in {None, command.grade_class}
    return command.reason.strip() or (NOT_SHOWN if unseen else "")


def _proposal(tx: Tx, visit_id: str, command: DecideGrade, deps: Deps) -> grades.GradeProposalRow:
    proposal = grades.proposal_of(tx, visit_id)
    if proposal is not None:
        return proposal
    gross = weighing_of(tx, visit_id, "gross")
    if gross is None:
        raise WeighingMissingError(field="visit_id", value="gross")
    if command.proposal_shown:
        raise StepMissingError(field="visit_id", value="grade decision", limit="grade proposal")
    return abstention(tx, visit_id, gross, deps)
