"""Batches of journal entries on their way to the chain; every step is a row of its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from service.storage.db import Tx
from service.storage.rows import add, add_all, every, one, select_as
from service.storage.tables import (
    anchor_proof,
    batch,
    batch_entry,
    journal,
)
from service.storage.trail import BATCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEntry:
    journal_id: int
    target_hash: bytes
    kind: str
    document: bytes
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    batch_no: int
    old_size: int
    new_size: int
    batch_root: bytes
    head: bytes
    consistency_proof: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntryRow:
    leaf_index: int
    batch_no: int
    journal_id: int
    entry: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorProofRow:
    batch_no: int
    step: int
    anchor: bytes
    status: bytes
    sha256: bytes
    stored_at: datetime


def pending_entries(tx: Tx, *, limit: int) -> list[PendingEntry]:
    """Journal entries in no batch yet, oldest first; by anti-join, so that none is lost."""
    in_a_batch = exists().where(batch_entry.c.journal_id == journal.c.journal_id)
    query = select_as(PendingEntry, journal).where(~in_a_batch).order_by(journal.c.journal_id)
    return every(tx, PendingEntry, query.limit(limit))


def all_entries(tx: Tx) -> list[bytes]:
    """The stored bytes of every log entry, by leaf index."""
    query = select(batch_entry.c.entry).order_by(batch_entry.c.leaf_index)
    return list(tx.execute(query).scalars())


def last_batch(tx: Tx) -> BatchRow | None:
    query = select_as(BatchRow, batch).order_by(batch.c.batch_no.desc()).limit(1)
    return one(tx, BatchRow, query)


def batch_by_no(tx: Tx, batch_no: int) -> BatchRow | None:
    return one(tx, BatchRow, select_as(BatchRow, batch).where(batch.c.batch_no == batch_no))


def batches(tx: Tx) -> list[BatchRow]:
    return every(tx, BatchRow, select_as(BatchRow, batch).order_by(batch.c.batch_no))


def add_batch(tx: Tx, row: BatchRow, entries: list[BatchEntryRow]) -> None:
    add(tx, batch, row)
    add_all(tx, batch_entry, entries)


def entry_of(tx: Tx, target_hash: bytes) -> BatchEntryRow | None:
    """Where the document stands in the log, once it is in a batch."""
    query = (
        select_as(BatchEntryRow, batch_entry)
        .join(journal, journal.c.journal_id == batch_entry.c.journal_id)
        .where(journal.c.target_hash == target_hash)
    )
    return one(tx, BatchEntryRow, query)


def leaves_of(tx: Tx, batch_no: int) -> list[bytes]:
    """The target hashes of a batch in log order."""
    query = (
        select(journal.c.target_hash)
        .join(batch_entry, journal.c.journal_id == batch_entry.c.journal_id)
        .where(batch_entry.c.batch_no == batch_no)
        .order_by(batch_entry.c.leaf_index)
    )
    return list(tx.execute(query).scalars())


transitions_of = BATCHES.of
state_of = BATCHES.last
states = BATCHES.states
attempts_of = BATCHES.attempts_of


def unfinished_batches(tx: Tx) -> list[BatchRow]:
    """Batches that are not final, oldest first."""
    newest = BATCHES.newest()
    query = select_as(BatchRow, batch).join(newest, newest.c.owner == batch.c.batch_no)
    return every(tx, BatchRow, query.where(newest.c.state != "final").order_by(batch.c.batch_no))


def batches_beyond(tx: Tx, size: int) -> list[BatchRow]:
    """Batches that a chain whose log has ``size`` entries does not hold, oldest first."""
    query = select_as(BatchRow, batch).where(batch.c.new_size > size)
    return every(tx, BatchRow, query.order_by(batch.c.batch_no))


def add_anchor_proof(tx: Tx, row: AnchorProofRow) -> None:
    add(tx, anchor_proof, row)


def anchor_proof_of(tx: Tx, batch_no: int) -> AnchorProofRow | None:
    """The newest proof of the batch: after a reorganisation there is more than one."""
    query = select_as(AnchorProofRow, anchor_proof).where(anchor_proof.c.batch_no == batch_no)
    return one(tx, AnchorProofRow, query.order_by(anchor_proof.c.step.desc()).limit(1))


def anchor_proofs(tx: Tx) -> list[AnchorProofRow]:
    query = select_as(AnchorProofRow, anchor_proof)
    return every(tx, AnchorProofRow, query.order_by(anchor_proof.c.batch_no, anchor_proof.c.step))


def oldest_unanchored_at(tx: Tx) -> datetime | None:
    """When the oldest document was recorded that is in no confirmed batch; None if all are."""
    newest = BATCHES.newest()
    is_anchored = exists().where(
        batch_entry.c.journal_id == journal.c.journal_id,
        newest.c.owner == batch_entry.c.batch_no,
        newest.c.state.in_(["confirmed", "final"]),
    )
    oldest: datetime | None = tx.execute(
        select(func.min(journal.c.recorded_at)).where(~is_anchored)
    ).scalar_one()
    return oldest
