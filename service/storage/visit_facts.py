"""All that the yard must know of visits, read in a few queries however many there are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Table, exists, select

from service.domain.control.hold import HoldDecision
from service.domain.control.verdict import Outcome, Verdict
from service.domain.site_rules import SiteRules
from service.domain.visit import VisitKind, other_pass
from service.domain.weighing import WeighingPass
from service.domain.yard import PassFact, VisitFacts
from service.proof.document import document_data
from service.storage.control import HOLDING, verdicts_of_weighings
from service.storage.db import Tx
from service.storage.grade import grades_decided
from service.storage.hazard import open_stops
from service.storage.rows import every, select_as
from service.storage.tables import (
    booking,
    delivery,
    grade_decision,
    hold_decision,
    journal,
    plant_receipt,
    ticket,
    ticket_answer,
    visit,
    visit_step,
    weighing,
    weighing_void,
)
from service.storage.versions import ticket_now
from service.storage.visit import VisitRow, is_open, visit_by_id
from service.storage.visit_flow import VisitStepRow, radiation_checks_of, steps_of
from service.storage.weighing import WeighingRow, weighings_of
from service.storage.yard_rules import site_rules

ENDED_STAYS_SHOWN = timedelta(hours=12)
"""How long a truck whose visit ended is looked for when nobody recorded its exit."""

Shares: TypeAlias = tuple[tuple[str, int], ...]
"""(code, basis points), as the grade decision states them."""

_MARKS = frozenset({Outcome.FLAG, Outcome.HOLD, Outcome.BLOCK})


def visit_facts(tx: Tx, visit_id: str, now: datetime) -> VisitFacts | None:
    """The facts of one visit; ``now`` decides whether the truck stays too long."""
    row = visit_by_id(tx, visit_id)
    return None if row is None else facts_of(tx, [row], now)[0]


def facts_on_site(tx: Tx, site_id: str, now: datetime) -> list[VisitFacts]:
    """The trucks on the site, in the order in which they came: their visit has not ended, or it
    ended lately and nobody saw them leave."""
    left = exists().where(visit_step.c.visit_id == visit.c.visit_id, visit_step.c.step == "EXITED")
    lately = visit.c.arrived_at > now - ENDED_STAYS_SHOWN
    open_now = is_open(visit.c.visit_id)
    query = select_as(VisitRow, visit).where(
        visit.c.site_id == site_id, ~left, lately | (open_now[0] & open_now[1] & open_now[2])
    )
    return facts_of(tx, every(tx, VisitRow, query.order_by(visit.c.arrived_at)), now)


def facts_of(tx: Tx, rows: Sequence[VisitRow], now: datetime) -> list[VisitFacts]:
    """The facts of the visits, in the order of ``rows``."""
    if not rows:
        return []
    known = _Known.read(tx, rows)
    return [_facts(tx, row, known, now) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is on record of the visits, each by visit."""

    passes: Mapping[str, list[PassFact]]
    steps: Mapping[str, list[VisitStepRow]]
    radiation: Mapping[str, str]
    grades: Mapping[str, tuple[str, datetime]]
    shares: Mapping[str, Shares]
    stops: Mapping[str, datetime]
    tickets: Mapping[str, tuple[str, str]]
    answers: Mapping[str, str]
    notes: Mapping[str, tuple[str, str]]
    receipts: Mapping[str, str]
    bookings: Mapping[str, str]
    rules: Mapping[str, SiteRules]

    @classmethod
    def read(cls, tx: Tx, rows: Sequence[VisitRow]) -> "_Known":
        ids = [row.visit_id for row in rows]
        return cls(
            passes=_passes(tx, ids),
            steps=_by_visit(steps_of(tx, ids)),
            radiation={c.visit_id: c.decision for c in radiation_checks_of(tx, ids)},
            grades=grades_decided(tx, ids),
            shares=_shares(tx, ids),
            stops={found: stop.stopped_at for found, stop in open_stops(tx, ids).items()},
            tickets={
                found: (no, status)
                for found, no, status in _columns(
                    tx, ticket, ids, "visit_id", "ticket_no", "status"
                )
            },
            answers=_answers(tx, ids),
            notes={
                found: (no, delivery_id)
                for found, no, delivery_id in _columns(
                    tx, delivery, ids, "visit_id", "delivery_no", "delivery_id"
                )
            },
            receipts=dict(_columns(tx, plant_receipt, ids, "visit_id", "receipt_no")),
            bookings=_booking_nos(tx, rows),
            rules={site_id: site_rules(tx, site_id) for site_id in {row.site_id for row in rows}},
        )


def _facts(tx: Tx, row: VisitRow, known: _Known, now: datetime) -> VisitFacts:
    steps = {step.step: step for step in known.steps.get(row.visit_id, ())}
    called, inspected = steps.get("CALLED"), steps.get("INSPECTED")
    unloaded, exited = steps.get("UNLOADED"), steps.get("EXITED")
    rejected, renewed = steps.get("REJECTED"), steps.get("RENEWED")
    ticket_no, ticket_status = known.tickets.get(row.visit_id, (None, None))
    delivery_no, delivery_id = known.notes.get(row.visit_id, (None, None))
    graded, graded_at = known.grades.get(row.visit_id, (None, None))
    since = row.arrived_at if renewed is None else renewed.at
    return VisitFacts(
        visit_id=row.visit_id,
        site_id=row.site_id,
        kind=VisitKind(row.kind),
        plate=row.plate,
        arrived_at=row.arrived_at,
        booking_no=known.bookings.get(row.booking_id or ""),
        supplier_id=row.supplier_id,
        carrier_id=row.carrier_id,
        plant_id=row.plant_id,
        driver_id=row.driver_id,
        material=row.material,
        radiation=known.radiation.get(row.visit_id),
        calling_order=None if called is None else called.calling_order,
        called_at=None if called is None else called.at,
        called_to=None if called is None else called.place,
        passes=(*_carried(tx, row), *known.passes.get(row.visit_id, ())),
        inspected_at=None if inspected is None else inspected.at,
        sealed_vessels_ok=None if inspected is None else inspected.sealed_vessels_ok,
        graded=graded,
        graded_at=graded_at,
        shares=known.shares.get(row.visit_id, ()),
        stopped_at=known.stops.get(row.visit_id),
        unloaded_at=None if unloaded is None else unloaded.at,
        unloaded_at_place=None if unloaded is None else unloaded.place,
        rejected_kg=(rejected.kg or 0) if rejected is not None else 0,
        ticket_no=ticket_no,
        ticket_status=ticket_status,
        answered=known.answers.get(row.visit_id),
        ended_no=ticket_no or delivery_no or known.receipts.get(row.visit_id),
        delivery_id=row.delivery_id or delivery_id,
        continues=row.continues_visit_id,
        expired=known.rules[row.site_id].expired(since, now),
        exited_at=None if exited is None else exited.at,
    )


def _shares(tx: Tx, visit_ids: list[str]) -> dict[str, Shares]:
    """What of each graded load is which grade, by the decision that stands."""
    decided = grade_decision.join(journal, journal.c.target_hash == grade_decision.c.target_hash)
    query = (
        select(grade_decision.c.visit_id, journal.c.document)
        .select_from(decided)
        .where(grade_decision.c.visit_id.in_(visit_ids))
        .order_by(grade_decision.c.version)
    )
    newest = {row.visit_id: row.document for row in tx.execute(query)}
    return {
        visit_id: tuple(document_data(json.loads(document))["record"]["shares"].items())
        for visit_id, document in newest.items()
    }


def _passes(tx: Tx, visit_ids: list[str]) -> dict[str, list[PassFact]]:
    query = select_as(WeighingRow, weighing).where(weighing.c.visit_id.in_(visit_ids))
    rows = every(tx, WeighingRow, query.order_by(weighing.c.taken_at, weighing.c.recorded_at))
    void = {row[0] for row in _columns(tx, weighing_void, visit_ids, "weighing_id")}
    verdicts = verdicts_of_weighings(tx, [row.weighing_id for row in rows])
    decisions = _decisions(tx, [row.weighing_id for row in rows])
    passes: dict[str, list[PassFact]] = {}
    for row in rows:
        fact = _pass(
            row,
            voided=row.weighing_id in void,
            verdicts=verdicts.get(row.weighing_id, ()),
            decision=decisions.get(row.weighing_id),
        )
        passes.setdefault(row.visit_id, []).append(fact)
    return passes


def _pass(
    row: WeighingRow, *, voided: bool, verdicts: Sequence[Verdict], decision: str | None
) -> PassFact:
    holds = any(verdict.outcome.value in HOLDING for verdict in verdicts)
    return PassFact(
        weighing_id=row.weighing_id,
        weighing_pass=WeighingPass(row.weighing_pass),
        kg=row.kg,
        source=row.source,
        taken_at=row.taken_at,
        effective=not voided and row.weighing_pass != WeighingPass.CHECK,
        held=holds and decision is None,
        voided=voided,
        refused=decision == HoldDecision.REFUSE,
        stored=row.found_weighing_id is not None,
        flags=tuple(verdict.control for verdict in verdicts if verdict.outcome in _MARKS),
    )


def _carried(tx: Tx, row: VisitRow) -> tuple[PassFact, ...]:
    """The last weighing of the drop before, which is the first of this visit."""
    if row.continues_visit_id is None:
        return ()
    former = weighings_of(tx, row.continues_visit_id)[-1]
    facts = _passes(tx, [former.visit_id])[former.visit_id]
    last = next(fact for fact in facts if fact.weighing_id == former.weighing_id)
    part = other_pass(WeighingPass(former.weighing_pass))
    return (replace(last, weighing_pass=part),)


def _answers(tx: Tx, visit_ids: list[str]) -> dict[str, str]:
    """What sellers answered to the tickets as they stand now, by visit."""
    query = (
        select(ticket_now.c.visit_id, ticket_answer.c.answer)
        .join(ticket_answer, ticket_answer.c.target_hash == ticket_now.c.target_hash)
        .where(ticket_now.c.visit_id.in_(visit_ids))
    )
    return {row.visit_id: row.answer for row in tx.execute(query)}


def _decisions(tx: Tx, weighing_ids: list[str]) -> dict[str, str]:
    query = select(hold_decision.c.weighing_id, hold_decision.c.decision).where(
        hold_decision.c.weighing_id.in_(weighing_ids)
    )
    return {row.weighing_id: row.decision for row in tx.execute(query)}


def _booking_nos(tx: Tx, rows: Sequence[VisitRow]) -> dict[str, str]:
    ids = [row.booking_id for row in rows if row.booking_id is not None]
    query = select(booking.c.booking_id, booking.c.booking_no).where(booking.c.booking_id.in_(ids))
    return {row.booking_id: row.booking_no for row in tx.execute(query)}


def _columns(tx: Tx, table: Table, visit_ids: list[str], *names: str) -> list[Any]:
    query = select(*(table.c[name] for name in names)).where(table.c.visit_id.in_(visit_ids))
    return [tuple(row) for row in tx.execute(query)]


def _by_visit(steps: Iterable[VisitStepRow]) -> dict[str, list[VisitStepRow]]:
    found: dict[str, list[VisitStepRow]] = {}
    for step in steps:
        found.setdefault(step.visit_id, []).append(step)
    return found
