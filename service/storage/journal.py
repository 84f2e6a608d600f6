"""The journal: evidence documents as the exact bytes that were hashed. Only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from service.storage.db import Tx
from service.storage.rows import add, add_all, every, one, select_as
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


def append_entries(tx: Tx, rows: Sequence[JournalRow]) -> None:
    add_all(tx, journal, rows)


def entry_by_hash(tx: Tx, target_hash: bytes) -> JournalRow | None:
    query = select_as(JournalRow, journal).where(journal.c.target_hash == target_hash)
    return one(tx, JournalRow, query)


def entry_by_document(tx: Tx, kind: str, document_id: str) -> JournalRow | None:
    query = select_as(JournalRow, journal).where(
        journal.c.kind == kind, journal.c.document_id == document_id
    )
    return one(tx, JournalRow, query)


def is_journaled(tx: Tx, kind: str, document_id: str) -> bool:
    query = select(exists().where(journal.c.kind == kind, journal.c.document_id == document_id))
    return bool(tx.execute(query).scalar_one())


def entries_of(tx: Tx, subject_id: str) -> list[JournalRow]:
    query = select_as(JournalRow, journal).where(journal.c.subject_id == subject_id)
    return every(tx, JournalRow, query.order_by(journal.c.journal_id))
