"""Visits: the queue of a site, and everything about one truck."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all

from service.domain.weighing import curve_points
from service.proof.document import document_data
from service.storage import grade as grades
from service.storage import visit as stored
from service.storage.booking import BookingRow, booking_by_id
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.photograph import photographs_of
from service.storage.rows import every
from service.storage.settlement import live_settlement_of
from service.storage.tables import (
    grade_decision,
    plant_receipt,
    ticket,
)
from service.storage.tables import visit as visits_table
from service.storage.tables import weighing as weighings_table
from service.storage.ticket import TicketRow, ticket_of
from service.storage.versions import delivery_now as delivery
from service.storage.views.document import DocumentRow, documents
from service.storage.views.promise import PromiseView, promise
from service.storage.views.reader import Reader
from service.storage.views.way import Times, WayStep, delivered_at, final_at, settled_at, way
from service.storage.weighing import WeighingRow, counts, weighing_by_id, weighings_of

NEXT_ACTIONS = {
    "RECEIVING": ("gross", "grade", "tare", "ticket"),
    "LOADING": ("tare", "gross", "delivery"),
    "UNLOADING": ("gross", "tare", "receipt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """``next_action`` is gross, tare, grade, ticket, delivery, receipt, or empty once ended."""

    visit_id: str
    site_id: str
    kind: str
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    arrived_at: datetime
    next_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingView:
    """``record`` is the weighing's document record; ``curve`` points are (ms, kg or None)."""

    weighing_id: str
    visit_id: str
    weighing_pass: str
    kg: int
    source: str
    taken_at: datetime
    recorded_at: datetime
    target_hash: str
    record: dict[str, Any]
    curve: tuple[tuple[int, int | None], ...]
    promise: PromiseView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographRow:
    photograph_id: str
    camera_id: str
    origin: str
    media_type: str
    taken_at: datetime
    weighing_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDetail:
    """A visit with all that was recorded of it; ``proposal`` and ``decision`` are records."""

    visit: stored.VisitRow
    next_action: str
    booking: BookingRow | None
    gross: WeighingView | None
    tare: WeighingView | None
    photographs: list[PhotographRow]
    proposal: dict[str, Any] | None
    decision: dict[str, Any] | None
    ticket: TicketRow | None
    delivery_id: str | None
    documents: list[DocumentRow]
    way: list[WayStep]


def visits(
    tx: Tx,
    reader: Reader,
    *,
    site_id: str | None = None,
    open_only: bool = False,
    limit: int = 100,
    before: datetime | None = None,
) -> list[VisitRow]:
    """Visits, newest first; ``open_only`` those whose truck is still on site, oldest first."""
    query = _with_progress(reader)
    if site_id is not None:
        query = query.where(visits_table.c.site_id == site_id)
    if open_only:
        query = query.where(*stored.is_open(visits_table.c.visit_id))
    if before is not None:
        query = query.where(visits_table.c.arrived_at < before)
    order = visits_table.c.arrived_at if open_only else visits_table.c.arrived_at.desc()
    return [_row(found) for found in every(tx, _Found, query.order_by(order).limit(limit))]


def visit(tx: Tx, reader: Reader, visit_id: str) -> VisitDetail | None:
    found = every(tx, _Found, _with_progress(reader).where(visits_table.c.visit_id == visit_id))
    row = stored.visit_by_id(tx, visit_id) if found else None
    if row is None:
        return None
    passes = {w.weighing_pass: weighing_view(tx, w) for w in weighings_of(tx, visit_id)}
    issued = ticket_of(tx, visit_id)
    decision = grades.decision_of(tx, visit_id)
    proposal = grades.proposal_of(tx, visit_id)
    note = tx.execute(
        select(delivery.c.delivery_id).where(delivery.c.visit_id == visit_id)
    ).scalar_one_or_none()
    return VisitDetail(
        visit=row,
        next_action=_next_action(found[0]),
        booking=booking_by_id(tx, row.booking_id) if row.booking_id else None,
        gross=passes.get("gross"),
        tare=passes.get("tare"),
        photographs=[
            PhotographRow(
                photograph_id=p.photograph_id,
                camera_id=p.camera_id,
                origin=p.origin,
                media_type=p.media_type,
                taken_at=p.taken_at,
                weighing_id=p.weighing_id,
            )
            for p in photographs_of(tx, visit_id)
        ],
        proposal=None if proposal is None else _record(tx, proposal.target_hash),
        decision=None if decision is None else _record(tx, decision.target_hash),
        ticket=issued,
        delivery_id=row.delivery_id or note,
        documents=documents(tx, reader, visit_id),
        way=way(_times(tx, row, passes, decision, issued)),
    )


def weighing(tx: Tx, reader: Reader, weighing_id: str) -> WeighingView | None:
    row = weighing_by_id(tx, weighing_id)
    if row is None or visit(tx, reader, row.visit_id) is None:
        return None
    return weighing_view(tx, row)


def weighing_view(tx: Tx, row: WeighingRow) -> WeighingView:
    return WeighingView(
        weighing_id=row.weighing_id,
        visit_id=row.visit_id,
        weighing_pass=row.weighing_pass,
        kg=row.kg,
        source=row.source,
        taken_at=row.taken_at,
        recorded_at=row.recorded_at,
        target_hash=row.target_hash.hex(),
        record=_record(tx, row.target_hash),
        curve=curve_points((row.curve or b"").decode()),
        promise=promise(tx, row.target_hash),
    )


def _times(
    tx: Tx,
    row: stored.VisitRow,
    passes: dict[str, WeighingView],
    decision: grades.GradeDecisionRow | None,
    issued: TicketRow | None,
) -> Times:
    gross = passes["gross"].taken_at if "gross" in passes else None
    tare = passes["tare"].taken_at if "tare" in passes else None
    if row.kind == "LOADING":
        return [("arrived", row.arrived_at), ("tare", tare), ("gross", gross), *_sent(tx, row)]
    if row.kind == "UNLOADING":
        weighed: Times = [("gross", gross), ("unloaded", tare), ("tare", tare)]
        return [("arrived", row.arrived_at), *weighed, *_received(tx, row.delivery_id or "")]
    left, settled = (None, None) if issued is None else delivered_at(tx, issued.ticket_no)
    return [
        ("arrived", row.arrived_at),
        ("gross", gross),
        ("graded", None if decision is None else decision.decided_at),
        ("unloaded", tare),
        ("tare", tare),
        ("ticket", None if issued is None else issued.issued_at),
        ("delivered", left),
        ("settled", settled),
        ("anchored", None if issued is None else final_at(tx, issued.target_hash)),
    ]


def _sent(tx: Tx, row: stored.VisitRow) -> Times:
    note = tx.execute(
        select(delivery.c.delivery_id, delivery.c.issued_at, delivery.c.target_hash).where(
            delivery.c.visit_id == row.visit_id
        )
    ).one_or_none()
    if note is None:
        return [("delivered", None), ("settled", None), ("anchored", None)]
    return [
        ("delivered", note.issued_at),
        ("settled", settled_at(tx, note.delivery_id)),
        ("anchored", final_at(tx, note.target_hash)),
    ]


def _received(tx: Tx, delivery_id: str) -> Times:
    receipt = tx.execute(
        select(plant_receipt.c.received_at, plant_receipt.c.target_hash).where(
            plant_receipt.c.delivery_id == delivery_id
        )
    ).one_or_none()
    if receipt is None:
        return [("ticket", None), ("settled", None), ("anchored", None)]
    live = live_settlement_of(tx, delivery_id)
    return [
        ("ticket", receipt.received_at),
        ("settled", None if live is None else settled_at(tx, delivery_id)),
        ("anchored", final_at(tx, receipt.target_hash)),
    ]


_STEPS = union_all(
    select(weighings_table.c.visit_id, weighings_table.c.weighing_pass.label("step")).where(
        counts()
    ),
    select(
        visits_table.c.visit_id, case((visits_table.c.kind == "LOADING", "tare"), else_="gross")
    ).where(visits_table.c.continues_visit_id.is_not(None)),
    *(
        select(table.c.visit_id, literal(step))
        for table, step in (
            (grade_decision, "grade"),
            (ticket, "ticket"),
            (delivery, "delivery"),
            (plant_receipt, "receipt"),
        )
    ),
).subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    visit_id: str
    site_id: str
    kind: str
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    arrived_at: datetime
    done: list[str] | None


def _with_progress(reader: Reader) -> Select[Any]:
    """Visits with the names of the steps that are done."""
    table = visits_table.c
    done = (
        select(func.array_agg(_STEPS.c.step))
        .where(_STEPS.c.visit_id == table.visit_id)
        .scalar_subquery()
    )
    return select(
        table.visit_id,
        table.site_id,
        table.kind,
        table.plate,
        table.supplier_id,
        table.carrier_id,
        table.plant_id,
        table.arrived_at,
        done.label("done"),
    ).where(reader.sees(table.site_id, table.supplier_id, table.carrier_id, table.plant_id))


def _row(found: _Found) -> VisitRow:
    return VisitRow(
        visit_id=found.visit_id,
        site_id=found.site_id,
        kind=found.kind,
        plate=found.plate,
        supplier_id=found.supplier_id,
        carrier_id=found.carrier_id,
        plant_id=found.plant_id,
        arrived_at=found.arrived_at,
        next_action=_next_action(found),
    )


def _next_action(found: _Found) -> str:
    done = found.done or []
    if "ticket" in done:
        return ""
    return next((step for step in NEXT_ACTIONS[found.kind] if step not in done), "")


def _record(tx: Tx, target_hash: bytes) -> dict[str, Any]:
    entry = entry_by_hash(tx, target_hash)
    return {} if entry is None else dict(document_data(json.loads(entry.document))["record"])


__all__ = [
    "PhotographRow",
    "VisitDetail",
    "VisitRow",
    "WeighingView",
    "visit",
    "visits",
    "weighing",
]
