"""What the chain is asked for beside anchors: revocations and orders of liens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import (
    batch_entry,
    chain_task,
    journal,
    status_proof,
)
from service.storage.trail import BATCHES, TASKS

ENDED = ("final", "failed")
SUCCESSOR = (4 + 2 * 32 + 1, 32)
"""Where ``revokeWithReason(bytes32,uint8,bytes32)`` names the successor: first byte and length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTaskRow:
    """A call to ``to_address`` (20 bytes, EIP-55); ``subject_id`` is what it is about."""

    task_id: str
    kind: str
    to_address: str
    calldata: bytes
    subject_id: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProofRow:
    """The status of a whole batch after a revocation, as of one block."""

    task_id: str
    step: int
    batch_no: int
    status: bytes
    sha256: bytes
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersedingEntry:
    """A correction on the chain whose predecessor nobody has asked to revoke yet."""

    target_hash: bytes
    document: bytes


def add_task(tx: Tx, row: ChainTaskRow) -> None:
    """Store a task; its first step stands in the trail."""
    add(tx, chain_task, row)


def task_by_id(tx: Tx, task_id: str) -> ChainTaskRow | None:
    """The task, or None."""
    query = select_as(ChainTaskRow, chain_task).where(chain_task.c.task_id == task_id)
    return one(tx, ChainTaskRow, query)


def tasks_about(tx: Tx, kind: str, subject_id: str) -> list[ChainTaskRow]:
    """The tasks of a kind about one subject, oldest first."""
    query = select_as(ChainTaskRow, chain_task).where(
        chain_task.c.kind == kind, chain_task.c.subject_id == subject_id
    )
    return every(tx, ChainTaskRow, query.order_by(chain_task.c.task_id))


def unended_tasks(tx: Tx) -> list[ChainTaskRow]:
    """Tasks that are neither final nor failed, in the order in which they were asked for."""
    newest = TASKS.newest()
    query = select_as(ChainTaskRow, chain_task).join(newest, newest.c.owner == chain_task.c.task_id)
    query = query.where(newest.c.state.not_in(ENDED))
    return every(tx, ChainTaskRow, query.order_by(chain_task.c.requested_at, chain_task.c.task_id))


def corrections_on_chain(tx: Tx) -> list[SupersedingEntry]:
    """Corrections in a confirmed or final batch that no revocation stands for yet."""
    batches = BATCHES.newest()
    successor = func.substring(chain_task.c.calldata, *SUCCESSOR)
    asked = exists().where(chain_task.c.kind == "revoke", successor == journal.c.target_hash)
    query = (
        select_as(SupersedingEntry, journal)
        .join(batch_entry, batch_entry.c.journal_id == journal.c.journal_id)
        .join(batches, batches.c.owner == batch_entry.c.batch_no)
        .where(journal.c.kind == "correction", batches.c.state.in_(["confirmed", "final"]), ~asked)
    )
    return every(tx, SupersedingEntry, query.order_by(journal.c.journal_id))


def add_status_proof(tx: Tx, row: StatusProofRow) -> None:
    """Keep the status of a batch after a revocation."""
    add(tx, status_proof, row)


def status_proofs_of(tx: Tx, batch_no: int) -> list[StatusProofRow]:
    """The proofs of a batch whose revocation stands: a reorganised one counts no more."""
    newest = TASKS.newest()
    query = (
        select_as(StatusProofRow, status_proof)
        .join(newest, newest.c.owner == status_proof.c.task_id)
        .where(status_proof.c.batch_no == batch_no, newest.c.step == status_proof.c.step)
    )
    return every(tx, StatusProofRow, query)


def status_proofs(tx: Tx) -> list[StatusProofRow]:
    """Every status proof, those of reorganised revocations too."""
    query = select_as(StatusProofRow, status_proof)
    return every(tx, StatusProofRow, query.order_by(status_proof.c.task_id, status_proof.c.step))
