"""From whom the grade of a load is kept, by what the tables say; ``service.domain.blindness`` is
the rule."""

from service.domain.access import Action, permits, scope_of
from service.domain.blindness import Blindness, Concern, blindness_of, require_told
from service.domain.inspection import is_blind
from service.domain.instants import BUSINESS_ZONE
from service.domain.party import Actor
from service.storage import appeal as appeals
from service.storage import grade as grades
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grade_review import concerned_with, open_appeals
from service.storage.yard_rules import site_rules
from service.usecases.grade_review import review_state
from service.usecases.visit import resource_of


def blindness(tx: Tx, visit_id: str, actor: Actor) -> Blindness | None:
    """Whether the grade of the load is kept from ``actor`` now, and until when."""
    visit = visits.visit_by_id(tx, visit_id)
    if visit is None:
        return None
    may_decide = permits(actor, Action.GRADE_DECIDE, resource_of(visit))
    may_review = permits(actor, Action.GRADE_REVIEW, resource_of(visit))
    if not may_decide and not may_review:
        return None
    appeal_no = _waiting_appeal(tx, visit)
    concern = Concern(
        may_decide=may_decide,
        may_review=may_review,
        is_drawn=_is_drawn(tx, visit),
        is_labelled=grades.label_of(tx, visit_id, actor.user_id) is not None,
        is_decided=grades.decision_of(tx, visit_id) is not None,
        review_waits=appeal_no is not None,
        has_part=appeal_no is not None and actor.user_id in concerned_with(tx, visit_id, appeal_no),
    )
    return blindness_of(concern)


def require_grade_told(
    tx: Tx, visit_id: str, actor: Actor, *, kind: str = "grade-proposal"
) -> None:
    """Return where ``actor`` is told what documents of this kind say of the load.

    Raises ``LabelFirstError``, ``ReviewFirstError``.
    """
    require_told(blindness(tx, visit_id, actor), kind)


def visits_under_review(tx: Tx, actor: Actor) -> frozenset[str]:
    """The loads whose grade is kept from ``actor``, who may be asked to review it blind."""
    if scope_of(actor.role, Action.GRADE_REVIEW) is None:
        return frozenset()
    appealed = {row.visit_id for row in open_appeals(tx, actor.site_ids)}
    return frozenset(
        visit_id for visit_id in appealed if blindness(tx, visit_id, actor) is Blindness.REVIEW
    )


def _waiting_appeal(tx: Tx, visit: visits.VisitRow) -> str | None:
    """The appeal against the load's grade that waits for a blind review."""
    for row in open_appeals(tx, [visit.site_id]):
        appeal = appeals.appeal_by_no(tx, row.appeal_no) if row.visit_id == visit.visit_id else None
        if appeal is not None and review_state(tx, appeal).waits_for is not None:
            return row.appeal_no
    return None


def _is_drawn(tx: Tx, visit: visits.VisitRow) -> bool:
    """Whether the load is one of those of its day that are labelled blind."""
    midnight = visit.arrived_at.astimezone(BUSINESS_ZONE).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    place = grades.place_in_day(tx, visit.visit_id, midnight)
    return is_blind(place, site_rules(tx, visit.site_id).blind_percent)
