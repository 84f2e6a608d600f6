"""Held weighings: a second person with another role releases, refuses, or has them done again.

Each decision is a document of its own, and what rests on a released weighing names it as a parent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor, Role
from service.storage import control as stored
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.photograph import PhotographRow, photographs_of
from service.storage.weighing import WeighingRow, weighing_by_id
from service.usecases.control_judging import controls_record
from service.usecases.evidence import Evidence, record_document
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
    target_hash: bytes


def decide_hold(command: DecideHold, actor: Actor, deps: Deps) -> HoldDecided:
    """Decide about a held weighing, once and for ever."""
    reason = hold_reason(command.reason_code, command.reason)
    with deps.db.transaction() as tx:
        hold(tx, f"hold {command.weighing_id}")
        weighing = _weighing(tx, command.weighing_id)
        require(actor, Action.HOLD_DECIDE, Resource(site_id=weighing.site_id))
        held = _require_held(tx, weighing)
        _require_second(tx, weighing, actor)
        shown = _shown(tx, weighing, command)
        now = whole_second(deps.now())
        row = stored.HoldDecisionRow(
            weighing_id=weighing.weighing_id,
            decision=command.decision.value,
            reason_code=command.reason_code,
            reason=reason,
            photograph_ids=sorted(picture.photograph_id for picture in shown),
            decided_at=now if command.at is None else whole_second(command.at),
            recorded_at=now,
            decided_by=actor.user_id,
            decided_as=actor.role.value,
            target_hash=None,
        )
        evidence = _evidence(tx, row, weighing, shown, actor)
        target_hash = record_document(tx, evidence, deps)
        stored.add_hold_decision(tx, replace(row, target_hash=target_hash))
        if command.decision is HoldDecision.REWEIGH:
            _void(held, command, actor, deps)
        return HoldDecided(
            weighing_id=weighing.weighing_id,
            visit_id=weighing.visit_id,
            state=stored.hold_state(tx, weighing.weighing_id),
            decided_at=row.decided_at,
            target_hash=target_hash,
        )


def release_parents(tx: Tx, parts: Mapping[str, WeighingRow]) -> dict[str, bytes]:
    """``<part>_release`` of each weighing that was held: target hash of what released it.

    ``parts`` are weighings by the part that they play in a document.
    """
    decisions = {part: stored.hold_decision_of(tx, row.weighing_id) for part, row in parts.items()}
    return {
        f"{part}_release": decision.target_hash
        for part, decision in decisions.items()
        if decision is not None
        and decision.decision == HoldDecision.RELEASE
        and decision.target_hash is not None
    }


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


def _shown(tx: Tx, weighing: WeighingRow, command: DecideHold) -> list[PhotographRow]:
    """The photographs of the visit that the decision rests on."""
    known = {row.photograph_id: row for row in photographs_of(tx, weighing.visit_id)}
    shown = sorted(set(command.photograph_ids))
    for photograph_id in shown:
        if photograph_id not in known:
            raise NotFoundError(field="photograph_ids", what="photograph", key=photograph_id[:64])
    needed = policy_in_force(tx, weighing.site_id)[1].limit("C12", "release_photographs")
    require_photographs(command.decision, len(shown), needed)
    return [known[photograph_id] for photograph_id in shown]


def _evidence(
    tx: Tx,
    row: stored.HoldDecisionRow,
    weighing: WeighingRow,
    shown: list[PhotographRow],
    actor: Actor,
) -> Evidence:
    verdicts = stored.verdicts_of(tx, weighing.weighing_id)
    return Evidence(
        kind="hold-decision",
        document_id=weighing.weighing_id,
        subject_id=weighing.visit_id,
        recorded_at=row.recorded_at,
        record={
            "weighing_id": weighing.weighing_id,
            "visit_id": weighing.visit_id,
            "site_id": weighing.site_id,
            "pass": weighing.weighing_pass,
            "kg": weighing.kg,
            "controls": controls_record(verdicts),
            "decision": row.decision,
            "reason_code": row.reason_code,
            "reason": row.reason or None,
            "photographs": {each.photograph_id: each.salted_sha256.hex() for each in shown},
            "operator_id": weighing.operator_id,
            "decided_by": row.decided_by,
            "decided_as": row.decided_as,
            "decided_at": utc_text(row.decided_at),
            "recorded_at": utc_text(row.recorded_at),
        },
        personal={"decided_by": actor.name},
        parents={"weighing": weighing.target_hash},
    )


def _void(held: stored.HoldRow, command: DecideHold, actor: Actor, deps: Deps) -> None:
    reason = REWEIGH_REASON % (", ".join(held.controls), command.reason_code)
    void_weighing(
        VoidWeighing(weighing_id=held.weighing_id, reason=reason, at=command.at), actor, deps
    )
