"""Held weighings: a second person with another role releases, refuses, or has them done again."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, Resource, require
from service.domain.control.hold import (
    HoldDecision,
    HoldState,
    NotHeldError,
    hold_reason,
    require_photographs,
    require_second_person,
)
from service.domain.errors import NotFoundError
from service.domain.instants import whole_second
from service.domain.party import Actor, Role
from service.storage import control as stored
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.photograph import photographs_of
from service.storage.weighing import WeighingRow, weighing_by_id
from service.usecases.ports import Deps
from service.usecases.weighing import VoidWeighing, void_weighing

REWEIGH_REASON = "held by %s, to be weighed again (%s)"
"""Reason with which the weighing is voided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideHold:
    """``at`` is when it was decided, None for now; ``reason`` are words beside the code."""

    weighing_id: str
    decision: HoldDecision
    reason_code: str
    reason: str = ""
    photograph_ids: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDecided:
    weighing_id: str
    visit_id: str
    state: HoldState
    decided_at: datetime


def decide_hold(command: DecideHold, actor: Actor, deps: Deps) -> HoldDecided:
    """Decide about a held weighing, once and for ever."""
    reason = hold_reason(command.reason_code, command.reason)
    with deps.db.transaction() as tx:
        hold(tx, f"hold {command.weighing_id}")
        weighing = _weighing(tx, command.weighing_id)
        require(actor, Action.HOLD_DECIDE, Resource(site_id=weighing.site_id))
        held = _require_held(tx, weighing)
        _require_second(tx, weighing, actor)
        _require_shown(tx, weighing, command)
        now = whole_second(deps.now())
        decided_at = now if command.at is None else whole_second(command.at)
        stored.add_hold_decision(
            tx,
            stored.HoldDecisionRow(
                weighing_id=weighing.weighing_id,
                decision=command.decision.value,
                reason_code=command.reason_code,
                reason=reason,
                photograph_ids=list(command.photograph_ids),
                decided_at=decided_at,
                recorded_at=now,
                decided_by=actor.user_id,
                decided_as=actor.role.value,
            ),
        )
        if command.decision is HoldDecision.REWEIGH:
            _void(held, command, actor, deps)
        return HoldDecided(
            weighing_id=weighing.weighing_id,
            visit_id=weighing.visit_id,
            state=stored.hold_state(tx, weighing.weighing_id),
            decided_at=decided_at,
        )


def _weighing(tx: Tx, weighing_id: str) -> WeighingRow:
    found = weighing_by_id(tx, weighing_id)
    if found is None:
        raise NotFoundError(field="weighing_id", what="weighing", key=weighing_id[:64])
    return found


def _require_held(tx: Tx, weighing: WeighingRow) -> stored.HoldRow:
    for row in stored.holds_of_visit(tx, weighing.visit_id):
        if row.weighing_id == weighing.weighing_id:
            return row
    state = stored.hold_state(tx, weighing.weighing_id)
    raise NotHeldError(field="weighing_id", value=weighing.weighing_id, limit=state.value)


def _require_second(tx: Tx, weighing: WeighingRow, actor: Actor) -> None:
    judgement = stored.judgement_of(tx, weighing.weighing_id)
    assert judgement is not None  # noqa: S101 # a held weighing was judged
    weighed_as = Role(judgement.operator_role)
    for person in (weighing.operator_id, weighing.witness_id):
        if person is not None:
            require_second_person(actor, weighed_by=person, weighed_as=weighed_as)


def _require_shown(tx: Tx, weighing: WeighingRow, command: DecideHold) -> None:
    known = {row.photograph_id for row in photographs_of(tx, weighing.visit_id)}
    for photograph_id in command.photograph_ids:
        if photograph_id not in known:
            raise NotFoundError(field="photograph_ids", what="photograph", key=photograph_id[:64])
    needed = policy_in_force(tx, weighing.site_id)[1].limit("C12", "release_photographs")
    require_photographs(command.decision, len(set(command.photograph_ids)), needed)


def _void(held: stored.HoldRow, command: DecideHold, actor: Actor, deps: Deps) -> None:
    reason = REWEIGH_REASON % (", ".join(held.controls), command.reason_code)
    void_weighing(
        VoidWeighing(weighing_id=held.weighing_id, reason=reason, at=command.at), actor, deps
    )
