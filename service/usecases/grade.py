"""Grading: the image engine proposes, an inspector decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action
from service.domain.errors import ConflictError, gettext_noop
from service.domain.grade import GradeDecision, decide_grade
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.visit import StepMissingError, VisitKind, WeighingMissingError, require_kind
from service.proof.hashing import sha256
from service.storage import grade as grades
from service.storage import photograph as photographs
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.weighing import WeighingRow, weighing_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.photograph import image_entries
from service.usecases.ports import Deps, GraderFailedError, ProposedGrade
from service.usecases.reading import document_record
from service.usecases.visit import require_visit
from service.usecases.visit_guard import require_going_on

PROPOSALS_A_TICK = 4
NO_PICTURE = "Q_NO_LOAD"
ENGINE_FAILED = "ENGINE_FAILED"
NOT_ASKED = "NOT_ASKED"
"""The inspector decided, away from here, before the image engine had looked."""

NOT_SHOWN = "The proposal was not shown to the inspector."
"""Why a decision differs that was taken where no proposal can be seen."""


class AlreadyDecidedError(ConflictError):
    """The load has its decision; an appeal is a record of its own."""

    message = gettext_noop("The load was graded %(value)s at %(limit)s; a decision is not edited.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGrade:
    """``at`` is when it was decided, where that was not now; ``proposal_shown`` whether the
    inspector could see what the image engine proposed."""

    visit_id: str
    grade: str
    shares: Mapping[str, int]
    inclusions_bp: int = 0
    grade_class: str | None = None
    reason: str = ""
    at: datetime | None = None
    proposal_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    decision_id: str
    visit_id: str
    decision: GradeDecision
    decided_at: datetime
    target_hash: bytes


def propose_pending(deps: Deps) -> int:
    """Look at the loads that nobody has proposed a grade for; how many there were."""
    with deps.db.transaction() as tx:
        waiting = grades.visits_without_proposal(tx, limit=PROPOSALS_A_TICK)
    for visit_id in waiting:
        propose_grade(visit_id, deps)
    return len(waiting)


def propose_grade(visit_id: str, deps: Deps) -> None:
    """Propose a grade for one load from the pictures of its bed; harmless when repeated."""
    with deps.db.transaction() as tx:
        pictures = load_pictures(photographs.photographs_of(tx, visit_id))
    proposed = _look(pictures, deps)
    with deps.db.transaction() as tx:
        visits.visit_by_id(tx, visit_id, lock=True)
        gross = weighing_of(tx, visit_id, "gross")
        done = visits.is_ended(tx, visit_id) or grades.proposal_of(tx, visit_id) is not None
        if gross is None or done:
            return
        _store_proposal(tx, visit_id, gross, proposed, pictures, deps)


def _store_proposal(
    tx: Tx,
    visit_id: str,
    gross: WeighingRow,
    proposed: ProposedGrade,
    pictures: Sequence[photographs.PhotographRow],
    deps: Deps,
) -> grades.GradeProposalRow:
    now = whole_second(deps.now())
    proposal_id = deps.new_id()
    evidence = Evidence(
        kind="grade-proposal",
        document_id=proposal_id,
        subject_id=visit_id,
        recorded_at=now,
        record=_proposal_record(proposal_id, visit_id, proposed, pictures, now),
        parents={"gross": gross.target_hash},
    )
    row = grades.GradeProposalRow(
        proposal_id=proposal_id,
        visit_id=visit_id,
        decision=proposed.decision,
        proposed_at=now,
        target_hash=record_document(tx, evidence, deps),
    )
    grades.add_proposal(tx, row)
    return row


def _look(pictures: Sequence[photographs.PhotographRow], deps: Deps) -> ProposedGrade:
    """What the engine says. A truck never waits for it: where it fails, a person decides."""
    if not pictures:
        return _abstained(NO_PICTURE, 0)
    try:
        return deps.grader.propose([picture.content for picture in pictures])
    except GraderFailedError:
        return _abstained(ENGINE_FAILED, len(pictures))


def _abstained(reason: str, pictures: int) -> ProposedGrade:
    return ProposedGrade(
        decision="manual",
        form=None,
        grade_class=None,
        classes={},
        confidence_bp=None,
        conformal_set=(),
        reasons=(reason,),
        model={},
        pixel_sha256=(None,) * pictures,
    )


def load_pictures(
    pictures: Sequence[photographs.PhotographRow],
) -> list[photographs.PhotographRow]:
    """The pictures that show the load: those of the load camera and those uploaded."""
    return [p for p in pictures if p.camera_id == "load" or p.origin == "UPLOADED"]


def decide(command: DecideGrade, actor: Actor, deps: Deps) -> RecordedDecision:
    """Put the inspector's decision on record, with the reason where it differs."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.GRADE_DECIDE)
        require_kind(visit.kind, VisitKind.RECEIVING)
        require_going_on(tx, visit, command.at or deps.now())
        proposal = _proposal(tx, visit.visit_id, command, deps)
        proposed_class = document_record(entry_by_hash(tx, proposal.target_hash)).get("grade_class")
        decision = decide_grade(
            grade=command.grade,
            shares_bp=command.shares,
            inclusions_bp=command.inclusions_bp,
            grade_class=command.grade_class,
            proposed_class=proposed_class,
            reason=_reason(command, proposed_class),
        )
        return _store(tx, visit.visit_id, decision, proposal, command, actor, deps)


def _reason(command: DecideGrade, proposed_class: str | None) -> str:
    unseen = not command.proposal_shown and proposed_class not in {None, command.grade_class}
    return command.reason.strip() or (NOT_SHOWN if unseen else "")


def _proposal(tx: Tx, visit_id: str, command: DecideGrade, deps: Deps) -> grades.GradeProposalRow:
    decided = grades.decision_of(tx, visit_id)
    if decided is not None:
        raise AlreadyDecidedError(
            field="visit_id", value=decided.grade, limit=utc_text(decided.decided_at)
        )
    proposal = grades.proposal_of(tx, visit_id)
    if proposal is not None:
        return proposal
    gross = weighing_of(tx, visit_id, "gross")
    if gross is None:
        raise WeighingMissingError(field="visit_id", value="gross")
    if command.proposal_shown:
        raise StepMissingError(field="visit_id", value="grade decision", limit="grade proposal")
    return _store_proposal(tx, visit_id, gross, _abstained(NOT_ASKED, 0), (), deps)


def _store(
    tx: Tx,
    visit_id: str,
    decision: GradeDecision,
    proposal: grades.GradeProposalRow,
    command: DecideGrade,
    actor: Actor,
    deps: Deps,
) -> RecordedDecision:
    now = whole_second(deps.now())
    decided_at = now if command.at is None else whole_second(command.at)
    decision_id = deps.new_id()
    loose = [p for p in photographs.photographs_of(tx, visit_id) if p.weighing_id is None]
    target_hash = record_document(
        tx,
        Evidence(
            kind="grade-decision",
            document_id=decision_id,
            subject_id=visit_id,
            recorded_at=now,
            record={
                "decision_id": decision_id,
                "visit_id": visit_id,
                "grade": decision.grade,
                "grade_standard": decision.grade_standard,
                "grade_class": decision.grade_class,
                "shares": dict(decision.shares_bp),
                "inclusions_bp": decision.inclusions_bp,
                "differs": decision.differs,
                "reason": decision.reason,
                "decided_at": utc_text(decided_at),
                "recorded_at": None if command.at is None else utc_text(now),
                "inspector_id": actor.user_id,
            },
            personal={"inspector": actor.name},
            parents={"proposal": proposal.target_hash},
            images=image_entries(loose),
        ),
        deps,
    )
    grades.add_decision(
        tx,
        grades.GradeDecisionRow(
            decision_id=decision_id,
            visit_id=visit_id,
            version=1,
            grade=decision.grade,
            inspector_id=actor.user_id,
            decided_by_engine=None,
            decided_at=decided_at,
            target_hash=target_hash,
        ),
    )
    return RecordedDecision(
        decision_id=decision_id,
        visit_id=visit_id,
        decision=decision,
        decided_at=decided_at,
        target_hash=target_hash,
    )


def _proposal_record(
    proposal_id: str,
    visit_id: str,
    proposed: ProposedGrade,
    pictures: Sequence[photographs.PhotographRow],
    now: datetime,
) -> dict[str, object]:
    decided = proposed.decision == "auto"
    seen = zip(pictures, proposed.pixel_sha256, strict=True) if pictures else ()
    return {
        "proposal_id": proposal_id,
        "visit_id": visit_id,
        "decision": proposed.decision,
        "form": proposed.form if decided else None,
        "grade_class": proposed.grade_class if decided else None,
        "classes": dict(proposed.classes) if decided else {},
        "confidence_bp": proposed.confidence_bp,
        "conformal_set": numbered(proposed.conformal_set),
        "reasons": numbered(proposed.reasons),
        "model": dict(proposed.model),
        "pictures": {
            picture.photograph_id: {
                "sha256": picture.salted_sha256.hex(),
                "pixel_sha256": _salted(picture.salt, pixels),
            }
            for picture, pixels in seen
        },
        "proposed_at": utc_text(now),
    }


def _salted(salt: bytes, pixel_sha256: str | None) -> str | None:
    """The hash of the decoded pixels under the picture's salt; unknown stays unknown."""
    return None if pixel_sha256 is None else sha256(salt + bytes.fromhex(pixel_sha256)).hex()


def numbered(texts: Sequence[str]) -> dict[str, str]:
    """A list as documents hold it: an object keyed by place."""
    return {str(place): text for place, text in enumerate(texts)}
