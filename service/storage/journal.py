"""The journal: evidence documents as the exact bytes that were hashed. Only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, every, one, select_as
from service.storage.tables import journal


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    target_hash: bytes
    kind: str
    document_id: str
    subject_id: str
    document: bytes
    recorded_at: datetime


def append_entry(tx: Tx, row: JournalRow) -> None:
    add(tx, journal, row)


def entry_by_hash(tx: Tx, target_hash: bytes) -> JournalRow | None:
    query = select_as(JournalRow, journal).where(journal.c.target_hash == target_hash)
    return one(tx, JournalRow, query)


def entries_of(tx: Tx, subject_id: str) -> list[JournalRow]:
    query = select_as(JournalRow, journal).where(journal.c.subject_id == subject_id)
    return every(tx, JournalRow, query.order_by(journal.c.journal_id))
