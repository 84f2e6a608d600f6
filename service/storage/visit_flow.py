"""What is done with a truck beside weighing and grading: checks, calls, inspections, exits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, select_as
from service.storage.tables import radiation_check, visit, visit_step


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStepRow:
    """``step``: CALLED to a ``place`` in ``calling_order``, INSPECTED, UNLOADED at a ``place``,
    REJECTED ``kg``, RENEWED or EXITED."""

    step_id: str
    visit_id: str
    step: str
    place: str | None = None
    calling_order: int | None = None
    kg: int | None = None
    sealed_vessels_ok: bool | None = None
    remark: str | None = None
    at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiationCheckRow:
    """A radiation check, dose rates in nSv/h (weighbridge.md, section 9)."""

    check_id: str
    visit_id: str
    background_nsv_h: list[int]
    max_nsv_h: int
    alarm_level_nsv_h: int
    rescans_nsv_h: list[int]
    decision: str
    officer: str
    instrument: str
    calibration_due: date
    vehicle_speed_kmh: int | None = None
    handheld_max_nsv_h: int | None = None
    handheld_position: str | None = None
    nuclide: str | None = None
    at: datetime
    recorded_at: datetime
    recorded_by: str


def add_step(tx: Tx, row: VisitStepRow) -> None:
    add(tx, visit_step, row)


def add_radiation_check(tx: Tx, row: RadiationCheckRow) -> None:
    add(tx, radiation_check, row)


def steps_of(tx: Tx, visit_ids: list[str]) -> list[VisitStepRow]:
    """The steps of the visits, in the order in which they were done."""
    query = select_as(VisitStepRow, visit_step).where(visit_step.c.visit_id.in_(visit_ids))
    return every(tx, VisitStepRow, query.order_by(visit_step.c.at, visit_step.c.recorded_at))


def radiation_checks_of(tx: Tx, visit_ids: list[str]) -> list[RadiationCheckRow]:
    """The radiation checks of the visits, in the order in which they were made."""
    query = select_as(RadiationCheckRow, radiation_check)
    chosen = query.where(radiation_check.c.visit_id.in_(visit_ids))
    ordered = chosen.order_by(radiation_check.c.at, radiation_check.c.recorded_at)
    return every(tx, RadiationCheckRow, ordered)


def next_calling_order(tx: Tx, site_id: str, since: datetime) -> int:
    """The number of the next call at the site, counted from 1 since then (a working day)."""
    hold(tx, f"calls {site_id}")
    query = (
        select(func.coalesce(func.max(visit_step.c.calling_order), 0))
        .join(visit, visit.c.visit_id == visit_step.c.visit_id)
        .where(visit.c.site_id == site_id, visit_step.c.at >= since)
    )
    return int(tx.execute(query).scalar_one()) + 1
