"""The steps of what is brought onto the chain, and the transactions tried for it.

A batch and a chain task leave the same trail: every step is a row of its own, chained by hash to
the step before, and every signed transaction is stored before it is sent. ``Trail`` names the two
tables in which one of the two sorts keeps them.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Subquery, Table, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.proof.hashing import sha256
from service.storage.db import Tx
from service.storage.tables import (
    anchor_attempt,
    batch_transition,
    chain_task_attempt,
    chain_task_transition,
)

Owner = int | str
"""What a step is about: the number of a batch or the id of a task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of ``owner``; ``detail`` is a JSON object."""

    owner: Owner
    step: int
    state: str
    detail: dict[str, Any]
    at: datetime
    chained_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """A signed transaction; fees in wei for each unit of gas."""

    tx_hash: bytes
    owner: Owner
    nonce: int
    max_fee_wei: int
    priority_fee_wei: int
    raw: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where one sort of work keeps its steps and attempts; ``owner`` is the column of both."""

    steps: Table
    attempts: Table
    owner: str

    def of(self, tx: Tx, owner: Owner) -> list[StepRow]:
        """Every step of ``owner``, oldest first."""
        query = self._steps().where(self.steps.c[self.owner] == owner)
        return _steps(tx, query.order_by(self.steps.c.step))

    def last(self, tx: Tx, owner: Owner) -> StepRow | None:
        """The newest step of ``owner``."""
        query = self._steps().where(self.steps.c[self.owner] == owner)
        found = _steps(tx, query.order_by(self.steps.c.step.desc()).limit(1))
        return found[0] if found else None

    def newest(self) -> Subquery:
        """The newest step of every owner, to select from."""
        query = self._steps().ext(distinct_on(self.steps.c[self.owner]))
        return query.order_by(self.steps.c[self.owner], self.steps.c.step.desc()).subquery()

    def states(self, tx: Tx, *, among: tuple[str, ...] = ()) -> list[StepRow]:
        """The newest step of every owner, by owner; of those in one of the states ``among``."""
        newest = self.newest()
        query = select(newest).order_by(newest.c.owner)
        return _steps(tx, query.where(newest.c.state.in_(among)) if among else query)

    def add(
        self, tx: Tx, owner: Owner, state: str, detail: dict[str, Any], *, at: datetime
    ) -> StepRow:
        """Append the next step, chained by hash to the step before."""
        before = self.last(tx, owner)
        step = 1 if before is None else before.step + 1
        content = step_text(owner=owner, step=step, state=state, detail=detail, at=at)
        link = b"" if before is None else before.chained_sha256
        row = StepRow(
            owner=owner,
            step=step,
            state=state,
            detail=detail,
            at=at,
            chained_sha256=sha256(link + content.encode()),
        )
        values = {name: getattr(row, name) for name in _STEP_COLUMNS}
        tx.execute(self.steps.insert().values({self.owner: owner, **values}))
        return row

    def attempts_of(self, tx: Tx, owner: Owner) -> list[AttemptRow]:
        """Every transaction signed for ``owner``, by nonce and then by fee."""
        table = self.attempts
        query = select(table.c[self.owner].label("owner"), *(table.c[n] for n in _ATTEMPT_COLUMNS))
        query = query.where(table.c[self.owner] == owner)
        rows = tx.execute(query.order_by(table.c.nonce, table.c.max_fee_wei))
        return [AttemptRow(**row._asdict()) for row in rows]

    def add_attempt(self, tx: Tx, row: AttemptRow) -> None:
        """Store a transaction before it is sent; one that is there already stays as it is."""
        if all(known.tx_hash != row.tx_hash for known in self.attempts_of(tx, row.owner)):
            values = {name: getattr(row, name) for name in _ATTEMPT_COLUMNS}
            tx.execute(self.attempts.insert().values({self.owner: row.owner, **values}))

    def _steps(self) -> Select[Any]:
        table = self.steps
        return select(table.c[self.owner].label("owner"), *(table.c[n] for n in _STEP_COLUMNS))


_STEP_COLUMNS = ("step", "state", "detail", "at", "chained_sha256")
_ATTEMPT_COLUMNS = ("tx_hash", "nonce", "max_fee_wei", "priority_fee_wei", "raw", "signed_at")

BATCHES = Trail(steps=batch_transition, attempts=anchor_attempt, owner="batch_no")
TASKS = Trail(steps=chain_task_transition, attempts=chain_task_attempt, owner="task_id")


def step_text(*, owner: Owner, step: int, state: str, detail: dict[str, Any], at: datetime) -> str:
    """What a link of the chain covers beside the link before: the step as JSON, sorted keys."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([owner, step, state, detail, stamp], sort_keys=True)


def _steps(tx: Tx, query: Select[Any]) -> list[StepRow]:
    return [StepRow(**row._asdict()) for row in tx.execute(query)]
