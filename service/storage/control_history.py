"""What the controls know of a truck and of a person from other weighings, all sites together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from service.domain.control.facts import OpenGross, TareFact
from service.storage.db import Tx
from service.storage.rows import one, select_as
from service.storage.tables import (
    control_judgement,
    control_verdict,
    delivery,
    hold_decision,
    plant_receipt,
    ticket,
    vehicle_version,
    visit,
    visit_step,
    weighing,
    weighing_void,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredVehicle:
    """The newest entry of the register; None is not stated."""

    plate: str
    legal_max_kg: int | None
    body_capacity_kg: int | None
    trailer_plate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Weighings of a person, and those that were typed or held and released."""

    operator_id: str
    weighings: int
    typed: int
    released: int

    @property
    def overrides(self) -> int:
        return self.typed + self.released


def registered_vehicle(tx: Tx, plate: str) -> RegisteredVehicle | None:
    query = select_as(RegisteredVehicle, vehicle_version).where(vehicle_version.c.plate == plate)
    newest = query.order_by(vehicle_version.c.version.desc()).limit(1)
    return one(tx, RegisteredVehicle, newest)


def tares_of(tx: Tx, combo: str, *, other_than_visit: str, count: int) -> tuple[TareFact, ...]:
    """The newest ``count`` tares found of a truck-trailer combination, newest first."""
    query = (
        select(weighing.c.kg, weighing.c.taken_at, control_judgement.c.combo)
        .join(control_judgement, control_judgement.c.weighing_id == weighing.c.weighing_id)
        .where(
            control_judgement.c.combo == combo,
            weighing.c.weighing_pass == "tare",
            weighing.c.visit_id != other_than_visit,
            weighing.c.source != "MANUAL",
            weighing.c.found_weighing_id.is_(None),
            _stands(),
        )
        .order_by(weighing.c.taken_at.desc())
        .limit(count)
    )
    return tuple(TareFact(**row._asdict()) for row in tx.execute(query))


def gross_history(tx: Tx, plate: str, *, other_than_visit: str) -> tuple[int, int | None]:
    """How many gross weighings of other visits the truck has, and the largest, kg."""
    query = (
        select(func.count(), func.max(weighing.c.kg))
        .join(visit, visit.c.visit_id == weighing.c.visit_id)
        .where(
            visit.c.plate == plate,
            weighing.c.weighing_pass == "gross",
            weighing.c.visit_id != other_than_visit,
            _stands(),
        )
    )
    count, largest_kg = tx.execute(query).one()
    return count, largest_kg


def open_gross(tx: Tx, plate: str, *, other_than_visit: str) -> tuple[OpenGross, ...]:
    """Gross weighings of the truck in other visits that neither ended nor left (control C9).

    A truck that fetches material is weighed gross second: its gross is never open.
    """
    tare = aliased(weighing)
    tared = exists().where(tare.c.visit_id == visit.c.visit_id, tare.c.weighing_pass == "tare")
    query = (
        select(visit.c.site_id, visit.c.visit_id)
        .join(weighing, weighing.c.visit_id == visit.c.visit_id)
        .where(
            visit.c.plate == plate,
            visit.c.visit_id != other_than_visit,
            visit.c.kind != "LOADING",
            weighing.c.weighing_pass == "gross",
            _stands(),
            ~tared,
            ~_over(),
        )
        .distinct()
    )
    return tuple(OpenGross(**row._asdict()) for row in tx.execute(query))


def overrides_since(
    tx: Tx,
    since: datetime,
    *,
    operator_id: str | None = None,
    site_ids: Collection[str] | None = None,
) -> list[Overrides]:
    """Weighings and overrides of each person since then, of one person or at some sites only."""
    released = exists().where(
        hold_decision.c.weighing_id == weighing.c.weighing_id,
        hold_decision.c.decision == "RELEASE",
    )
    query = (
        select(
            weighing.c.operator_id,
            func.count().label("weighings"),
            func.count().filter(weighing.c.source == "MANUAL").label("typed"),
            func.count().filter(and_(weighing.c.source != "MANUAL", released)).label("released"),
        )
        .where(weighing.c.taken_at >= since)
        .group_by(weighing.c.operator_id)
        .order_by(weighing.c.operator_id)
    )
    if operator_id is not None:
        query = query.where(weighing.c.operator_id == operator_id)
    if site_ids is not None:
        query = query.where(weighing.c.site_id.in_(site_ids))
    return [Overrides(**row._asdict()) for row in tx.execute(query)]


def pairings(
    tx: Tx, plate: str, operator_id: str, *, other_than_visit: str, last: int
) -> tuple[int, int]:
    """Of the truck's ``last`` visits, how many this person weighed, and how many there are."""
    newest = (
        select(visit.c.visit_id)
        .where(visit.c.plate == plate, visit.c.visit_id != other_than_visit)
        .where(exists().where(weighing.c.visit_id == visit.c.visit_id))
        .order_by(visit.c.arrived_at.desc())
        .limit(last)
        .subquery()
    )
    by_this_one = exists().where(
        weighing.c.visit_id == newest.c.visit_id, weighing.c.operator_id == operator_id
    )
    query = select(func.count().filter(by_this_one), func.count()).select_from(newest)
    paired, visits = tx.execute(query).one()
    return paired, visits


def curves_of(
    tx: Tx, combo: str, weighing_pass: str, *, other_than: str, count: int
) -> list[bytes]:
    """The newest curves of a truck-trailer combination over the same pass, newest first."""
    query = (
        select(weighing.c.curve)
        .join(control_judgement, control_judgement.c.weighing_id == weighing.c.weighing_id)
        .where(
            control_judgement.c.combo == combo,
            weighing.c.weighing_pass == weighing_pass,
            weighing.c.weighing_id != other_than,
            weighing.c.curve.is_not(None),
            _stands(),
        )
        .order_by(weighing.c.taken_at.desc())
        .limit(count)
    )
    return [bytes(curve) for curve in tx.execute(query).scalars()]


def _stands() -> ColumnElement[bool]:
    """Return the condition that a weighing counts: not void, and not held or refused."""
    voided = exists().where(weighing_void.c.weighing_id == weighing.c.weighing_id)
    held = exists().where(
        control_verdict.c.weighing_id == weighing.c.weighing_id,
        control_verdict.c.outcome.in_(("HOLD", "BLOCK")),
    )
    released = exists().where(
        hold_decision.c.weighing_id == weighing.c.weighing_id,
        hold_decision.c.decision == "RELEASE",
    )
    return and_(~voided, or_(~held, released))


def _over() -> ColumnElement[bool]:
    """Return the condition that a visit ended with its paper, or that the truck left."""
    papers: list[Select[tuple[str]]] = [
        select(table.c.visit_id).where(table.c.visit_id == visit.c.visit_id)
        for table in (ticket, delivery, plant_receipt)
    ]
    left = select(visit_step.c.visit_id).where(
        visit_step.c.visit_id == visit.c.visit_id, visit_step.c.step == "EXITED"
    )
    return or_(*(query.exists() for query in (*papers, left)))
