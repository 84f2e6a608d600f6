"""Verdicts of the controls per weighing, and what was decided about those that were held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, Select, and_, exists, select

from service.domain.control.hold import STATE_AFTER, HoldDecision, HoldState
from service.domain.control.verdict import Outcome, Verdict
from service.storage.db import Tx
from service.storage.rows import add, add_all, every, one, select_as
from service.storage.tables import (
    control_judgement,
    control_verdict,
    hold_decision,
    visit,
    weighing,
    weighing_void,
)

HOLDING = (Outcome.HOLD.value, Outcome.BLOCK.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementRow:
    """``combo`` names truck and trailer; ``policy_version`` 0 stands for the defaults."""

    weighing_id: str
    visit_id: str
    combo: str
    policy_version: int
    operator_role: str
    judged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    weighing_id: str
    control: str
    field: str
    outcome: str
    value: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDecisionRow:
    """``target_hash`` is that of its document; None of a decision older than such documents."""

    weighing_id: str
    decision: str
    reason_code: str
    reason: str
    photograph_ids: list[str]
    decided_at: datetime
    recorded_at: datetime
    decided_by: str
    decided_as: str
    target_hash: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """A weighing that waits for a decision, and the controls that hold it."""

    weighing_id: str
    visit_id: str
    site_id: str
    plate: str
    weighing_pass: str
    kg: int
    source: str
    taken_at: datetime
    operator_id: str
    controls: tuple[str, ...]


def add_judgement(tx: Tx, row: JudgementRow, verdicts: Sequence[Verdict]) -> None:
    add(tx, control_judgement, row)
    rows = [
        VerdictRow(
            weighing_id=row.weighing_id,
            control=verdict.control,
            field=verdict.field,
            outcome=verdict.outcome.value,
            value=verdict.value,
            allowed=verdict.limit,
        )
        for verdict in verdicts
    ]
    if rows:
        add_all(tx, control_verdict, rows)


def judgement_of(tx: Tx, weighing_id: str) -> JudgementRow | None:
    query = select_as(JudgementRow, control_judgement)
    return one(tx, JudgementRow, query.where(control_judgement.c.weighing_id == weighing_id))


def verdicts_of(tx: Tx, weighing_id: str) -> tuple[Verdict, ...]:
    """What the controls said of one weighing, in the order of their numbers."""
    return verdicts_of_weighings(tx, [weighing_id]).get(weighing_id, ())


def verdicts_of_weighings(tx: Tx, weighing_ids: Sequence[str]) -> dict[str, tuple[Verdict, ...]]:
    query = select_as(VerdictRow, control_verdict).where(
        control_verdict.c.weighing_id.in_(weighing_ids)
    )
    found: dict[str, list[Verdict]] = {}
    for row in sorted(every(tx, VerdictRow, query), key=lambda row: int(row.control[1:])):
        found.setdefault(row.weighing_id, []).append(
            Verdict(
                control=row.control,
                outcome=Outcome(row.outcome),
                value=row.value,
                limit=row.allowed,
                field=row.field,
            )
        )
    return {weighing_id: tuple(verdicts) for weighing_id, verdicts in found.items()}


def add_hold_decision(tx: Tx, row: HoldDecisionRow) -> None:
    add(tx, hold_decision, row)


def hold_decision_of(tx: Tx, weighing_id: str) -> HoldDecisionRow | None:
    query = select_as(HoldDecisionRow, hold_decision)
    return one(tx, HoldDecisionRow, query.where(hold_decision.c.weighing_id == weighing_id))


def hold_state(tx: Tx, weighing_id: str) -> HoldState:
    """How the weighing stands with its supervisor."""
    decision = hold_decision_of(tx, weighing_id)
    if decision is not None:
        return STATE_AFTER[HoldDecision(decision.decision)]
    held = select(_holds(weighing_id))
    return HoldState.HELD if tx.execute(held).scalar_one() else HoldState.NONE


def holds_of_visit(tx: Tx, visit_id: str) -> list[HoldRow]:
    """The weighings of the visit that wait for a decision, oldest first."""
    return _hold_rows(tx, _waiting().where(weighing.c.visit_id == visit_id))


def waiting_holds(
    tx: Tx, *, site_ids: Sequence[str] | None = None, limit: int = 200
) -> list[HoldRow]:
    """Weighings that wait for a decision at ``site_ids`` (None: anywhere), oldest first."""
    query = _waiting()
    if site_ids is not None:
        query = query.where(weighing.c.site_id.in_(site_ids))
    return _hold_rows(tx, query.limit(limit))


def decided_holds(
    tx: Tx, *, site_ids: Sequence[str] | None = None, limit: int = 50
) -> list[tuple[HoldRow, HoldDecisionRow]]:
    """The weighings that were decided on last, newest first, with the decisions."""
    newest = select_as(HoldDecisionRow, hold_decision).order_by(hold_decision.c.decided_at.desc())
    query = _weighings().join(hold_decision, hold_decision.c.weighing_id == weighing.c.weighing_id)
    if site_ids is not None:
        query = query.where(weighing.c.site_id.in_(site_ids))
        newest = newest.where(
            hold_decision.c.weighing_id.in_(
                select(weighing.c.weighing_id).where(weighing.c.site_id.in_(site_ids))
            )
        )
    decisions = every(tx, HoldDecisionRow, newest.limit(limit))
    chosen = query.where(weighing.c.weighing_id.in_([row.weighing_id for row in decisions]))
    rows = {row.weighing_id: row for row in _hold_rows(tx, chosen)}
    return [(rows[decision.weighing_id], decision) for decision in decisions]


def _holds(weighing_id: str) -> Exists:
    return exists().where(
        and_(
            control_verdict.c.weighing_id == weighing_id,
            control_verdict.c.outcome.in_(HOLDING),
        )
    )


def _weighings() -> Select[Any]:
    return select(
        weighing.c.weighing_id,
        weighing.c.visit_id,
        weighing.c.site_id,
        visit.c.plate,
        weighing.c.weighing_pass,
        weighing.c.kg,
        weighing.c.source,
        weighing.c.taken_at,
        weighing.c.operator_id,
    ).join(visit, visit.c.visit_id == weighing.c.visit_id)


def _waiting() -> Select[Any]:
    decided = exists().where(hold_decision.c.weighing_id == weighing.c.weighing_id)
    voided = exists().where(weighing_void.c.weighing_id == weighing.c.weighing_id)
    held = select(control_verdict.c.weighing_id).where(control_verdict.c.outcome.in_(HOLDING))
    return (
        _weighings()
        .where(weighing.c.weighing_id.in_(held), ~decided, ~voided)
        .order_by(weighing.c.taken_at, weighing.c.weighing_id)
    )


def _hold_rows(tx: Tx, query: Select[Any]) -> list[HoldRow]:
    rows = [row._asdict() for row in tx.execute(query)]
    verdicts = verdicts_of_weighings(tx, [row["weighing_id"] for row in rows])
    return [
        HoldRow(
            **row,
            controls=tuple(
                verdict.control
                for verdict in verdicts.get(row["weighing_id"], ())
                if verdict.outcome.value in HOLDING
            ),
        )
        for row in rows
    ]
