"""Appeals with their tickets and answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from service.storage.db import Tx
from service.storage.rows import every
from service.storage.tables import appeal as appeals_table
from service.storage.tables import appeal_decision, grade_review, ticket, visit
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """``state`` is raised, upheld, rejected or withdrawn; the hash is that of the last document.

    ``reviews`` counts the blind reviews of an appealed grade; ``difference_fen`` is what its load
    is worth more after an upheld appeal, None where nobody can say.
    """

    appeal_no: str
    appeals: str
    ticket_no: str
    visit_id: str
    site_id: str
    plate: str
    supplier_id: str | None
    ground: str
    statement: str
    state: str
    answer: str | None
    reason_code: str | None
    difference_fen: int | None
    reviews: int
    raised_at: datetime
    raised_by: str
    decided_at: datetime | None
    decided_by: str | None
    target_hash: str


def appeals(
    tx: Tx,
    reader: Reader,
    *,
    limit: int = 100,
    before: datetime | None = None,
    ticket_no: str | None = None,
) -> list[AppealView]:
    """Appeals, newest first."""
    query = _query(reader)
    if before is not None:
        query = query.where(appeals_table.c.raised_at < before)
    if ticket_no is not None:
        query = query.where(ticket.c.ticket_no == ticket_no)
    ordered = query.order_by(appeals_table.c.raised_at.desc(), appeals_table.c.appeal_no.desc())
    return [_view(found) for found in every(tx, _Found, ordered.limit(limit))]


def appeal(tx: Tx, reader: Reader, appeal_no: str) -> AppealView | None:
    found = every(tx, _Found, _query(reader).where(appeals_table.c.appeal_no == appeal_no))
    return _view(found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    appeal_no: str
    appeals: str
    ticket_no: str
    visit_id: str
    site_id: str
    plate: str
    supplier_id: str | None
    ground: str
    statement: str
    raised_at: datetime
    raised_by: str
    target_hash: bytes
    state: str | None
    answer: str | None
    reason_code: str | None
    difference_fen: int | None
    reviews: int
    decided_at: datetime | None
    decided_by: str | None
    decision_hash: bytes | None


def _query(reader: Reader) -> Select[Any]:
    table = appeals_table.c
    reviews = (
        select(func.count())
        .select_from(grade_review)
        .where(grade_review.c.appeal_no == table.appeal_no)
        .scalar_subquery()
    )
    return (
        select(
            table.appeal_no,
            table.appeals,
            ticket.c.ticket_no,
            table.visit_id,
            visit.c.site_id,
            visit.c.plate,
            visit.c.supplier_id,
            table.ground,
            table.statement,
            table.raised_at,
            table.raised_by,
            table.target_hash,
            appeal_decision.c.state,
            appeal_decision.c.answer,
            appeal_decision.c.reason_code,
            appeal_decision.c.difference_fen,
            reviews.label("reviews"),
            appeal_decision.c.decided_at,
            appeal_decision.c.decided_by,
            appeal_decision.c.target_hash.label("decision_hash"),
        )
        .join(visit, visit.c.visit_id == table.visit_id)
        .join(ticket, ticket.c.visit_id == table.visit_id)
        .outerjoin(appeal_decision, appeal_decision.c.appeal_no == table.appeal_no)
        .where(reader.sees(visit.c.site_id, visit.c.supplier_id))
    )


def _view(found: _Found) -> AppealView:
    return AppealView(
        appeal_no=found.appeal_no,
        appeals=found.appeals,
        ticket_no=found.ticket_no,
        visit_id=found.visit_id,
        site_id=found.site_id,
        plate=found.plate,
        supplier_id=found.supplier_id,
        ground=found.ground,
        statement=found.statement,
        state=found.state or "raised",
        answer=found.answer,
        reason_code=found.reason_code,
        difference_fen=found.difference_fen,
        reviews=found.reviews,
        raised_at=found.raised_at,
        raised_by=found.raised_by,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
        target_hash=(found.decision_hash or found.target_hash).hex(),
    )
