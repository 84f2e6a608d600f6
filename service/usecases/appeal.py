"""Appeals: a supplier disputes the ticket or the grade of the own load; a supervisor answers.

An appeal against a grade is answered by what blind reviews of the photographs come to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.domain.access import Action, require
from service.domain.appeal import (
    APPEALED,
    AppealDecidedError,
    AppealRaisedError,
    Ground,
    Outcome,
    VoidNotAppealedError,
    appeal_answer,
    appeal_statement,
    require_another,
)
from service.domain.errors import NotFoundError
from service.domain.grade_review import SECOND, THIRD, require_in_period
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.ticket_answer import Answer
from service.domain.visit import StepMissingError
from service.storage import appeal as appeals
from service.storage import ticket as tickets
from service.storage import ticket_answer as answers
from service.storage import visit as visits
from service.storage.correction import correction_by_hash
from service.storage.db import Tx
from service.storage.grade import decision_of
from service.storage.grade_rules import grade_rules_of
from service.storage.journal import entry_by_hash
from service.usecases.evidence import Evidence, record_document
from service.usecases.grade_review import overturn, require_outcome, review_state
from service.usecases.numbering import next_no
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.visit import resource_of

WITHDRAWN = "withdrawn"
TAKEN_BACK = "The seller took the appeal back."
REVIEW_PARTS: Mapping[int, str] = {SECOND: "second", THIRD: "third"}
"""By place of a review: the part it plays for the answer that rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAppeal:
    """``ground`` says whether the ticket or the grade decision is disputed."""

    ticket_no: str
    ground: Ground
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    appeal_no: str
    outcome: Outcome
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAppeal:
    appeal_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal as its last document states it: raised, upheld, rejected or withdrawn."""

    appeal_no: str
    appeals: str
    visit_id: str
    ground: str
    state: str
    at: datetime
    target_hash: bytes


def raise_appeal(command: RaiseAppeal, actor: Actor, deps: Deps) -> Appeal:
    """Put the supplier's appeal on record."""
    statement = appeal_statement(command.statement)
    with deps.db.transaction() as tx:
        ticket = tickets.ticket_by_no(tx, command.ticket_no, lock=True)
        if ticket is None:
            raise NotFoundError(field="ticket_no", what="ticket", key=command.ticket_no[:64])
        require(actor, Action.APPEAL_RAISE, resource_of(_visit(tx, ticket.visit_id)))
        objection = Objection(ground=command.ground, statement=statement, raised_by=actor.user_id)
        row = appeal_on_record(tx, ticket, objection, deps)
        if answers.answer_of(tx, ticket.target_hash) is None:
            answers.add_answer(tx, disputed(ticket, row, user_id=actor.user_id))
    return _appeal(row, "raised", row.raised_at, row.target_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What is wrong with a ticket, and who says so: an account, or the holder of the paper."""

    ground: Ground
    statement: str
    raised_by: str


def appeal_on_record(
    tx: Tx, ticket: tickets.StandingTicket, objection: Objection, deps: Deps
) -> appeals.AppealRow:
    """Journal the objection to the standing ``ticket``, which is locked, and keep its row."""
    if ticket.status == "void":
        raise VoidNotAppealedError(field="ticket_no", value=ticket.ticket_no)
    kind = APPEALED[objection.ground]
    document = ticket.target_hash if kind == "ticket" else _decision_hash(tx, ticket, deps)
    known = appeals.appeal_against(tx, document, objection.ground.value)
    if known is not None:
        raise AppealRaisedError(field="ground", value=known.appeal_no)
    now = whole_second(deps.now())
    appeal_no = next_no(tx, letters="FY", at=now)
    evidence = Evidence(
        kind="appeal",
        document_id=appeal_no,
        subject_id=ticket.visit_id,
        recorded_at=now,
        record={
            "appeal_id": appeal_no,
            "appeals": kind,
            "subject_id": ticket.visit_id,
            "ground": objection.ground.value,
            "statement": objection.statement,
            "state": "raised",
            "raised_at": utc_text(now),
            "raised_by": objection.raised_by,
        },
        parents={"document": document},
    )
    row = appeals.AppealRow(
        appeal_no=appeal_no,
        appeals=kind,
        document=document,
        visit_id=ticket.visit_id,
        ground=objection.ground.value,
        statement=objection.statement,
        raised_at=now,
        raised_by=objection.raised_by,
        target_hash=record_document(tx, evidence, deps),
    )
    appeals.add_appeal(tx, row)
    return row


def disputed(
    ticket: tickets.StandingTicket,
    appeal: appeals.AppealRow,
    *,
    user_id: str | None = None,
    unit: str | None = None,
    copy_no: int | None = None,
) -> answers.TicketAnswerRow:
    """The appeal as the answer to the version of the ticket that stands."""
    return answers.TicketAnswerRow(
        target_hash=ticket.target_hash,
        ticket_no=ticket.ticket_no,
        answer=Answer.DISPUTED.value,
        ground=appeal.ground,
        statement=appeal.statement,
        appeal_no=appeal.appeal_no,
        unit=unit,
        copy_no=copy_no,
        user_id=user_id,
        answered_at=appeal.raised_at,
    )


def decide_appeal(command: DecideAppeal, actor: Actor, deps: Deps) -> Appeal:
    """Answer an appeal against what another person decided."""
    answer = appeal_answer(command.answer)
    with deps.db.transaction() as tx:
        row = appeals.appeal_by_no(tx, command.appeal_no, lock=True)
        if row is None:
            raise NotFoundError(field="appeal_no", what="appeal", key=command.appeal_no[:64])
        require(actor, Action.APPEAL_DECIDE, resource_of(_visit(tx, row.visit_id)))
        if appeals.decision_of_appeal(tx, row.appeal_no) is not None:
            raise AppealDecidedError(field="appeal_no", value=row.appeal_no)
        require_another(actor.user_id, decided_by=_decider(tx, row), appeal_no=row.appeal_no)
        said = _Answer(state=command.outcome.value, answer=answer, by=actor.user_id)
        if row.appeals == "grade-decision":
            said = _answer_of_reviews(tx, row, said, command.outcome, actor, deps)
        decision = _close(tx, row, said, deps)
    return _appeal(row, decision.state, decision.decided_at, decision.target_hash)


def withdraw_appeal(command: WithdrawAppeal, actor: Actor, deps: Deps) -> Appeal:
    """Take an appeal back that nobody has answered yet; the document stays on record."""
    with deps.db.transaction() as tx:
        row = appeals.appeal_by_no(tx, command.appeal_no, lock=True)
        if row is None:
            raise NotFoundError(field="appeal_no", what="appeal", key=command.appeal_no[:64])
        require(actor, Action.APPEAL_RAISE, resource_of(_visit(tx, row.visit_id)))
        return withdrawn(tx, row, by=actor.user_id, deps=deps)


def withdrawn(tx: Tx, row: appeals.AppealRow, *, by: str, deps: Deps) -> Appeal:
    """Journal that the appeal, which is locked, was taken back."""
    if appeals.decision_of_appeal(tx, row.appeal_no) is not None:
        raise AppealDecidedError(field="appeal_no", value=row.appeal_no)
    decision = _close(tx, row, _Answer(state=WITHDRAWN, answer=TAKEN_BACK, by=by), deps)
    return _appeal(row, decision.state, decision.decided_at, decision.target_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """How an appeal ends. ``parents`` are documents on which the end rests besides the appeal."""

    state: str
    answer: str
    by: str
    reason_code: str | None = None
    difference: Mapping[str, Any] = field(default_factory=dict)
    parents: Mapping[str, bytes] = field(default_factory=dict)


def _answer_of_reviews(
    tx: Tx, row: appeals.AppealRow, said: _Answer, outcome: Outcome, actor: Actor, deps: Deps
) -> _Answer:
    """The answer to an appeal against a grade: what the blind reviews come to, and its effects."""
    state = review_state(tx, row)
    for review in state.reviews:
        require_another(actor.user_id, decided_by=review.reviewer_id, appeal_no=row.appeal_no)
    require_outcome(state, outcome, row.appeal_no)
    if state.outcome is None:
        return said
    parents = {REVIEW_PARTS[review.place]: review.target_hash for review in state.reviews}
    difference: Mapping[str, Any] = {}
    if state.outcome.outcome is Outcome.UPHELD:
        made = overturn(tx, row, state.outcome, actor, deps)
        difference = made.difference
        parents |= {"decision": made.decision.target_hash}
        parents |= {"correction": made.correction.target_hash}
    return replace(
        said, reason_code=state.outcome.reason.value, difference=difference, parents=parents
    )


def _close(tx: Tx, row: appeals.AppealRow, said: _Answer, deps: Deps) -> appeals.AppealDecisionRow:
    now = whole_second(deps.now())
    evidence = Evidence(
        kind="appeal",
        document_id=f"{row.appeal_no}-D",
        subject_id=row.visit_id,
        recorded_at=now,
        record=_answered(row, said, at=now),
        parents={"document": row.document, "appeal": row.target_hash, **said.parents},
    )
    decision = appeals.AppealDecisionRow(
        appeal_no=row.appeal_no,
        state=said.state,
        answer=said.answer,
        reason_code=said.reason_code,
        difference_fen=said.difference.get("difference_fen"),
        decided_at=now,
        decided_by=said.by,
        target_hash=record_document(tx, evidence, deps),
    )
    appeals.add_decision(tx, decision)
    return decision


def _answered(row: appeals.AppealRow, said: _Answer, *, at: datetime) -> dict[str, Any]:
    return {
        "appeal_id": row.appeal_no,
        "appeals": row.appeals,
        "subject_id": row.visit_id,
        "ground": row.ground,
        "statement": row.statement,
        "state": said.state,
        "answer": said.answer,
        "reason_code": said.reason_code,
        "difference": said.difference,
        "raised_at": utc_text(row.raised_at),
        "raised_by": row.raised_by,
        "decided_at": utc_text(at),
        "decided_by": said.by,
    }


def _appeal(row: appeals.AppealRow, state: str, at: datetime, target_hash: bytes) -> Appeal:
    return Appeal(
        appeal_no=row.appeal_no,
        appeals=row.appeals,
        visit_id=row.visit_id,
        ground=row.ground,
        state=state,
        at=at,
        target_hash=target_hash,
    )


def _visit(tx: Tx, visit_id: str) -> visits.VisitRow:
    visit = visits.visit_by_id(tx, visit_id)
    assert visit is not None  # noqa: S101 # a foreign key holds it
    return visit


def _decision_hash(tx: Tx, ticket: tickets.StandingTicket, deps: Deps) -> bytes:
    """The decision that may be appealed against now: in its period, and by no appeal itself."""
    decision = decision_of(tx, ticket.visit_id)
    if decision is None:
        raise StepMissingError(field="ground", value="appeal", limit="grade decision")
    answered = document_record(entry_by_hash(tx, decision.target_hash)).get("appeal_no")
    if answered is not None:
        raise AppealRaisedError(field="ground", value=answered)
    require_in_period(
        deps.now(),
        decided_at=decision.decided_at,
        period_hours=grade_rules_of(tx, ticket.site_id).appeal_hours,
    )
    return decision.target_hash


def _decider(tx: Tx, row: appeals.AppealRow) -> str | None:
    """Who decided what is appealed against: the inspector, the weigher, or who corrected it; None
    where the image engine did, whose head the decision names."""
    if row.appeals == "grade-decision":
        return review_state(tx, row).decided_by
    correction = correction_by_hash(tx, row.document)
    if correction is not None:
        return correction.corrected_by
    ticket = tickets.ticket_of(tx, row.visit_id)
    return None if ticket is None else ticket.operator_id
