"""Blind reviews of an appealed grade: who has a part in it may not look; nothing but photographs.

The second inspector looks; a third where the two differ; what the three come to is the answer. An
appeal that is upheld makes a decision that supersedes the first, and states the ticket again on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from service.domain.access import Action, require
from service.domain.appeal import AppealDecidedError, Outcome
from service.domain.errors import ConflictError, NotFoundError, gettext_noop
from service.domain.grade import GRADE_STANDARD, GradeDecision, require_known_grade, require_whole
from service.domain.grade_review import (
    GradeOpinion,
    OutcomeReason,
    ReviewOutcome,
    ReviewsCompleteError,
    ReviewsDisagreeError,
    ReviewsMissingError,
    appeal_deadline,
    next_place,
    outcome_of,
    price_difference_fen,
    require_unconcerned,
)
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.storage import appeal as appeals
from service.storage import grade as grades
from service.storage import grade_review as reviews
from service.storage import ticket as tickets
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grade_rules import grade_rules_of
from service.storage.journal import entry_by_hash
from service.storage.photograph import PhotographRow, photographs_of
from service.usecases.correction import Correction, regrade_ticket
from service.usecases.evidence import Evidence, record_document
from service.usecases.grade_proposal import load_pictures
from service.usecases.grade_record import (
    Decider,
    DecisionContext,
    RecordedDecision,
    record_decision,
)
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.visit import resource_of


class NotAGradeAppealError(ConflictError):
    """The appeal is about something that no photograph shows."""

    message = gettext_noop("Appeal %(value)s is not about a grade; it is answered without reviews.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGrade:
    """What the reviewer sees in the photographs; shares in basis points by grade."""

    appeal_no: str
    grade: str
    shares: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeReview:
    """A review on record."""

    review_id: str
    appeal_no: str
    place: int
    reviewed_at: datetime
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """How far the reviews of an appeal are: the decision's opinion, theirs, and who comes next.

    The decision is that of the inspector ``decided_by``, or of the head ``decided_by_engine``.
    ``waits_for`` is 2 or 3, None where all reviews are there; then ``outcome`` is what they say.
    An appeal about a load without photographs needs no review and has no outcome of its own.
    """

    decision: GradeOpinion
    decided_by: str | None
    decided_by_engine: str | None
    reviews: Sequence[reviews.GradeReviewRow]
    waits_for: int | None = None
    outcome: ReviewOutcome | None = None


def review_state(tx: Tx, appeal: appeals.AppealRow) -> ReviewState:
    """How far the reviews of an appeal against a grade are, by what its site tolerates."""
    record = document_record(entry_by_hash(tx, appeal.document))
    decision = GradeOpinion(grade=record["grade"], shares_bp=record["shares"])
    made = reviews.reviews_of(tx, appeal.appeal_no)
    state = ReviewState(
        decision=decision,
        decided_by=record.get("inspector_id"),
        decided_by_engine=record.get("decided_by_engine"),
        reviews=made,
    )
    if not load_pictures(photographs_of(tx, appeal.visit_id)):
        return state
    opinions = [GradeOpinion(grade=row.grade, shares_bp=row.shares) for row in made]
    tolerance_bp = grade_rules_of(tx, _visit(tx, appeal).site_id, at=appeal.raised_at).tolerance_bp
    waits_for = next_place(decision, opinions, tolerance_bp=tolerance_bp)
    outcome = None
    if waits_for is None:
        outcome = outcome_of(decision, opinions, tolerance_bp=tolerance_bp)
    return replace(state, waits_for=waits_for, outcome=outcome)


def grade_deadline(tx: Tx, visit_id: str) -> datetime | None:
    """Until when the standing grade of the load may be appealed against; None where it is none of
    a first decision: what an appeal decided is binding."""
    decision, visit = grades.decision_of(tx, visit_id), visits.visit_by_id(tx, visit_id)
    if decision is None or visit is None:
        return None
    if "appeal_no" in document_record(entry_by_hash(tx, decision.target_hash)):
        return None
    return appeal_deadline(decision.decided_at, grade_rules_of(tx, visit.site_id).appeal_hours)


def reviews_waiting(actor: Actor, deps: Deps) -> list[reviews.OpenAppealRow]:
    """The appeals whose photographs ``actor`` may look at and should, oldest first."""
    with deps.db.transaction() as tx:
        return [
            row
            for row in reviews.open_appeals(tx, actor.site_ids)
            if actor.user_id not in reviews.concerned_with(tx, row.visit_id, row.appeal_no)
            and review_state(tx, _appeal(tx, row.appeal_no)).waits_for is not None
        ]


def review_pictures(appeal_no: str, actor: Actor, deps: Deps) -> list[PhotographRow]:
    """The photographs of the load, for one who may review it; raises what ``review_grade`` does."""
    with deps.db.transaction() as tx:
        appeal = _appeal(tx, appeal_no)
        _require_may_review(tx, appeal, actor)
        return load_pictures(photographs_of(tx, appeal.visit_id))


def review_grade(command: ReviewGrade, actor: Actor, deps: Deps) -> GradeReview:
    """Put a blind review on record."""
    require_known_grade(command.grade)
    for code in command.shares:
        require_known_grade(code, field="shares")
    require_whole(command.shares)
    with deps.db.transaction() as tx:
        appeal = _appeal(tx, command.appeal_no, lock=True)
        place = _require_may_review(tx, appeal, actor)
        now = whole_second(deps.now())
        review_id = f"{appeal.appeal_no}-V{place}"
        pictures = load_pictures(photographs_of(tx, appeal.visit_id))
        evidence = Evidence(
            kind="grade-review",
            document_id=review_id,
            subject_id=appeal.visit_id,
            recorded_at=now,
            record={
                "review_id": review_id,
                "appeal_id": appeal.appeal_no,
                "visit_id": appeal.visit_id,
                "place": place,
                "grade": command.grade,
                "grade_standard": GRADE_STANDARD,
                "shares": dict(command.shares),
                "pictures": {each.photograph_id: each.salted_sha256.hex() for each in pictures},
                "reviewed_at": utc_text(now),
                "reviewer_id": actor.user_id,
            },
            personal={"reviewer": actor.name},
            parents={"appeal": appeal.target_hash, "decision": appeal.document},
        )
        row = reviews.GradeReviewRow(
            review_id=review_id,
            appeal_no=appeal.appeal_no,
            place=place,
            visit_id=appeal.visit_id,
            grade=command.grade,
            shares=dict(command.shares),
            reviewed_at=now,
            reviewer_id=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        reviews.add_review(tx, row)
    return GradeReview(
        review_id=review_id,
        appeal_no=row.appeal_no,
        place=place,
        reviewed_at=now,
        target_hash=row.target_hash,
    )


def require_outcome(state: ReviewState, outcome: Outcome, appeal_no: str) -> None:
    """Return where the reviews are there and say ``outcome``.

    Raises ``ReviewsMissingError``, ``ReviewsDisagreeError``.
    """
    if state.waits_for is not None:
        raise ReviewsMissingError(field="appeal_no", value=appeal_no, limit=state.waits_for)
    if state.outcome is not None and state.outcome.outcome is not outcome:
        raise ReviewsDisagreeError(
            field="outcome", value=outcome.value, limit=state.outcome.outcome.value
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overturned:
    """What an upheld appeal made: the decision that stands now, the ticket stated on it, and the
    difference in price with the figures from which it follows, where the site has prices."""

    decision: RecordedDecision
    correction: Correction
    difference: dict[str, Any]


def overturn(
    tx: Tx, appeal: appeals.AppealRow, outcome: ReviewOutcome, actor: Actor, deps: Deps
) -> Overturned:
    """Supersede the decision by the median of the opinions, and state the ticket on it."""
    former, proposal = grades.decision_of(tx, appeal.visit_id), _proposal(tx, appeal.visit_id)
    ticket = tickets.ticket_of(tx, appeal.visit_id)
    assert former is not None  # noqa: S101 # it is appealed against
    assert ticket is not None  # noqa: S101 # by its ticket
    ticket = tickets.ticket_by_no(tx, ticket.ticket_no, lock=True) or ticket
    record = document_record(entry_by_hash(tx, former.target_hash))
    is_other = outcome.reason is OutcomeReason.GRADE_CHANGED  # its trade grade was another too
    decided = GradeDecision(
        grade=outcome.opinion.grade,
        grade_standard=GRADE_STANDARD,
        grade_class=None if is_other else record.get("grade_class"),
        shares_bp=dict(outcome.opinion.shares_bp),
        inclusions_bp=record["inclusions_bp"],
        differs=record["differs"],
        reason=outcome.reason.value,
    )
    context = DecisionContext(supersedes=former, appeal_no=appeal.appeal_no)
    decision = record_decision(tx, proposal, decided, Decider(actor=actor), context, deps)
    correction = regrade_ticket(tx, ticket, decision, appeal.appeal_no, actor, deps)
    return Overturned(
        decision=decision,
        correction=correction,
        difference=_difference(tx, ticket, record["shares"], decided.shares_bp),
    )


def _difference(
    tx: Tx,
    ticket: tickets.StandingTicket,
    before_bp: Mapping[str, int],
    after_bp: Mapping[str, int],
) -> dict[str, Any]:
    """At the prices that the site paid when the ticket was issued; empty where it has none."""
    prices = grade_rules_of(tx, ticket.site_id, at=ticket.issued_at).prices_fen_per_t
    fen = price_difference_fen(before_bp, after_bp, prices, ticket.settlement_kg)
    if fen is None:
        return {}
    return {
        "settlement_kg": ticket.settlement_kg,
        "shares_before": dict(before_bp),
        "shares_after": dict(after_bp),
        "prices_fen_per_t": {code: prices[code] for code in {*before_bp, *after_bp}},
        "difference_fen": fen,
    }


def _require_may_review(tx: Tx, appeal: appeals.AppealRow, actor: Actor) -> int:
    """The place of the review that ``actor`` would make."""
    require(actor, Action.GRADE_REVIEW, resource_of(_visit(tx, appeal)))
    if appeal.appeals != "grade-decision":
        raise NotAGradeAppealError(field="appeal_no", value=appeal.appeal_no)
    if appeals.decision_of_appeal(tx, appeal.appeal_no) is not None:
        raise AppealDecidedError(field="appeal_no", value=appeal.appeal_no)
    require_unconcerned(
        actor.user_id, reviews.concerned_with(tx, appeal.visit_id, appeal.appeal_no)
    )
    place = review_state(tx, appeal).waits_for
    if place is None:
        raise ReviewsCompleteError(field="appeal_no", value=appeal.appeal_no)
    return place


def _appeal(tx: Tx, appeal_no: str, *, lock: bool = False) -> appeals.AppealRow:
    row = appeals.appeal_by_no(tx, appeal_no, lock=lock)
    if row is None:
        raise NotFoundError(field="appeal_no", what="appeal", key=appeal_no[:64])
    return row


def _visit(tx: Tx, appeal: appeals.AppealRow) -> visits.VisitRow:
    visit = visits.visit_by_id(tx, appeal.visit_id)
    assert visit is not None  # noqa: S101 # a foreign key holds it
    return visit


def _proposal(tx: Tx, visit_id: str) -> grades.GradeProposalRow:
    proposal = grades.proposal_of(tx, visit_id)
    assert proposal is not None  # noqa: S101 # a decision rests on it
    return proposal
