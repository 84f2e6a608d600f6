"""What is asked of the chain beside anchors: revocations and orders of liens.

A request writes a row; the worker brings it onto the chain (``submission``), in one row of
transactions with the anchors.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain.errors import NotFoundError
from service.proof.hashing import sha256
from service.storage import chain_task
from service.storage.chain_task import ChainTaskRow
from service.storage.db import Tx
from service.storage.trail import TASKS, StepRow
from service.usecases.ports import Deps

TaskKind = Literal["revoke", "lien"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTask:
    """A task and where it stands: requested, submitted, mined, confirmed, final, reorged, failed.

    ``reason`` says why it failed: the name of the contract's refusal, or a sentence. ``tx`` is the
    hash of the transaction that did it (64 hex digits) once it is in a block.
    """

    task_id: str
    kind: str
    subject_id: str
    state: str
    requested_at: datetime
    reason: str = ""
    tx: str = ""


def request_chain_task(
    tx: Tx, *, kind: TaskKind, to: str, calldata: bytes, subject_id: str, deps: Deps
) -> str:
    """Ask for a call of the contract at ``to``, in the transaction that stores why; its task id.

    ``subject_id`` is what the task is about: the target hash in hexadecimal of a revocation, the
    id of a lien.
    """
    row = ChainTaskRow(
        task_id=deps.new_id(),
        kind=kind,
        to_address=to,
        calldata=calldata,
        subject_id=subject_id,
        requested_at=deps.now(),
    )
    chain_task.add_task(tx, row)
    asked = {"kind": kind, "to": to, "subject": subject_id, "calldata": sha256(calldata).hex()}
    TASKS.add(tx, row.task_id, "requested", asked, at=row.requested_at)
    return row.task_id


def chain_task_by_id(tx: Tx, task_id: str) -> ChainTask:
    """The task as it stands now; raises ``NotFoundError``."""
    row = chain_task.task_by_id(tx, task_id)
    step = TASKS.last(tx, task_id)
    if row is None or step is None:
        raise NotFoundError(field="task_id", what="chain task", key=task_id)
    return _task(row, step)


def chain_tasks_about(tx: Tx, kind: TaskKind, subject_id: str) -> list[ChainTask]:
    """The tasks of a kind about one subject, oldest first, as they stand now."""
    found = []
    for row in chain_task.tasks_about(tx, kind, subject_id):
        step = TASKS.last(tx, row.task_id)
        if step is not None:
            found.append(_task(row, step))
    return found


def _task(row: ChainTaskRow, step: StepRow) -> ChainTask:
    return ChainTask(
        task_id=row.task_id,
        kind=row.kind,
        subject_id=row.subject_id,
        state=step.state,
        requested_at=row.requested_at,
        reason=str(step.detail.get("reason", "")),
        tx=str(step.detail.get("tx", "")) if "block" in step.detail else "",
    )
