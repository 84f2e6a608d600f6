"""Blind reviews of appealed grades: which are open, what they said, and loads that are labelled."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, union

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import (
    appeal,
    appeal_decision,
    grade_decision,
    grade_label,
    grade_review,
    visit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeReviewRow:
    """``shares`` are basis points by catalogue code; ``place`` is 2 or 3."""

    review_id: str
    appeal_no: str
    place: int
    visit_id: str
    grade: str
    shares: Mapping[str, int]
    reviewed_at: datetime
    reviewer_id: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAppealRow:
    """An appeal against a grade that was neither answered nor withdrawn."""

    appeal_no: str
    visit_id: str
    site_id: str
    document: bytes
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledLoad:
    """A load whose grade several people judged: the decision that stands after its appeal."""

    visit_id: str
    appeal_no: str
    grade: str
    target_hash: bytes
    closed_at: datetime


def add_review(tx: Tx, row: GradeReviewRow) -> None:
    add(tx, grade_review, row)


def reviews_of(tx: Tx, appeal_no: str) -> list[GradeReviewRow]:
    """The reviews of an appeal, the second inspector's first."""
    query = select_as(GradeReviewRow, grade_review).where(grade_review.c.appeal_no == appeal_no)
    return every(tx, GradeReviewRow, query.order_by(grade_review.c.place))


def concerned_with(tx: Tx, visit_id: str, appeal_no: str) -> frozenset[str]:
    """Who decided or labelled the load, and who reviewed it for this appeal."""
    decided = select(grade_decision.c.inspector_id).where(grade_decision.c.visit_id == visit_id)
    labelled = select(grade_label.c.inspector_id).where(grade_label.c.visit_id == visit_id)
    reviewed = select(grade_review.c.reviewer_id).where(grade_review.c.appeal_no == appeal_no)
    people = tx.execute(union(decided, labelled, reviewed)).scalars()
    return frozenset(person for person in people if person is not None)


def open_appeals(tx: Tx, site_ids: Collection[str]) -> list[OpenAppealRow]:
    """Appeals against grades at these sites that wait for an answer, oldest first."""
    query = (
        select(
            appeal.c.appeal_no,
            appeal.c.visit_id,
            visit.c.site_id,
            appeal.c.document,
            appeal.c.raised_at,
        )
        .join(visit, visit.c.visit_id == appeal.c.visit_id)
        .where(
            appeal.c.appeals == "grade-decision",
            visit.c.site_id.in_(site_ids),
            ~exists().where(appeal_decision.c.appeal_no == appeal.c.appeal_no),
        )
        .order_by(appeal.c.raised_at, appeal.c.appeal_no)
    )
    return every(tx, OpenAppealRow, query)


def labelled(tx: Tx) -> list[LabelledLoad]:
    """Loads with a closed appeal that at least one blind review judged, oldest first."""
    later = grade_decision.alias("later")
    newest = (
        select(func.max(later.c.version))
        .where(later.c.visit_id == appeal.c.visit_id)
        .scalar_subquery()
    )
    query = (
        select(
            appeal.c.visit_id,
            appeal.c.appeal_no,
            grade_decision.c.grade,
            grade_decision.c.target_hash,
            appeal_decision.c.decided_at.label("closed_at"),
        )
        .join(appeal_decision, appeal_decision.c.appeal_no == appeal.c.appeal_no)
        .join(grade_decision, grade_decision.c.visit_id == appeal.c.visit_id)
        .where(
            appeal_decision.c.state.in_(("upheld", "rejected")),
            grade_decision.c.version == newest,
            exists().where(grade_review.c.appeal_no == appeal.c.appeal_no),
        )
        .order_by(appeal_decision.c.decided_at, appeal.c.appeal_no)
    )
    return every(tx, LabelledLoad, query)
