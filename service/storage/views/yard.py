"""Trucks on the yard: where each stands, what may be done with it, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.instants import business_date
from service.domain.register import Paper
from service.domain.site_rules import SiteRules
from service.domain.yard import VisitFacts, VisitState, state
from service.domain.yard_steps import Step, next_actions, way
from service.storage.db import Tx
from service.storage.register import expired_papers
from service.storage.rows import every, select_as
from service.storage.stored_tare import StoredTareRow, stored_tares
from service.storage.tables import visit
from service.storage.views.reader import Reader
from service.storage.visit import VisitRow, is_open, visit_after, visits_before
from service.storage.visit_facts import facts_of
from service.storage.visit_flow import (
    RadiationCheckRow,
    VisitStepRow,
    radiation_checks_of,
    steps_of,
)
from service.storage.weighing import WeighingVoidRow, voids_of
from service.storage.yard_rules import site_rules

MOST_QUEUED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TruckOnYard:
    """A truck: ``actions`` are what may be done now, the main one first; ``way`` (step, done)."""

    facts: VisitFacts
    state: VisitState
    actions: tuple[Step, ...]
    way: tuple[tuple[Step, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YardDetail:
    """A truck with all that the yard wrote down of it.

    ``expired_papers`` are those of vehicle and driver on the day it came; ``tares`` are stored for
    its plate; ``drops`` are its visits of this stay, the first one first.
    """

    truck: TruckOnYard
    rules: SiteRules
    steps: list[VisitStepRow]
    radiation_checks: list[RadiationCheckRow]
    voids: list[WeighingVoidRow]
    expired_papers: tuple[Paper, ...]
    tares: list[StoredTareRow]
    drops: tuple[str, ...]


def yard_queue(tx: Tx, reader: Reader, now: datetime) -> list[TruckOnYard]:
    """Trucks whose visit has not ended: those called in the order of their numbers, then by
    arrival."""
    query = (
        select_as(VisitRow, visit)
        .where(
            reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id)
        )
        .where(*is_open(visit.c.visit_id))
        .order_by(visit.c.arrived_at)
        .limit(MOST_QUEUED)
    )
    trucks = _trucks(tx, every(tx, VisitRow, query), now)
    return sorted(trucks, key=lambda truck: _place_in_line(truck.facts))


def yard_detail(tx: Tx, reader: Reader, visit_id: str, now: datetime) -> YardDetail | None:
    """One truck, as far as the reader may see it."""
    query = select_as(VisitRow, visit).where(
        visit.c.visit_id == visit_id,
        reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id),
    )
    rows = every(tx, VisitRow, query)
    if not rows:
        return None
    (row,) = rows
    (truck,) = _trucks(tx, rows, now)
    return YardDetail(
        truck=truck,
        rules=site_rules(tx, row.site_id),
        steps=steps_of(tx, [visit_id]),
        radiation_checks=radiation_checks_of(tx, [visit_id]),
        voids=voids_of(tx, visit_id),
        expired_papers=expired_papers(tx, row.plate, row.driver_id, business_date(row.arrived_at)),
        tares=stored_tares(tx, row.plate),
        drops=_drops(tx, visit_id),
    )


def _trucks(tx: Tx, rows: Sequence[VisitRow], now: datetime) -> list[TruckOnYard]:
    rules = {site_id: site_rules(tx, site_id).yard for site_id in {row.site_id for row in rows}}
    return [
        TruckOnYard(
            facts=facts,
            state=state(facts),
            actions=next_actions(facts, rules[facts.site_id]),
            way=way(facts, rules[facts.site_id]),
        )
        for facts in facts_of(tx, rows, now)
    ]


def _place_in_line(facts: VisitFacts) -> tuple[bool, int, datetime]:
    called = facts.calling_order is not None
    return (not called, facts.calling_order or 0, facts.arrived_at)


def _drops(tx: Tx, visit_id: str) -> tuple[str, ...]:
    before = tuple(reversed(visits_before(tx, visit_id)))
    after: list[str] = []
    following = visit_after(tx, visit_id)
    while following is not None:
        after.append(following.visit_id)
        following = visit_after(tx, following.visit_id)
    return (*before, visit_id, *after)
