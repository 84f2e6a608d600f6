"""Answers that were given, by the key the caller sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    scope: str
    key: str
    fingerprint: bytes
    status: int
    body: bytes
    location: str | None
    answered_at: datetime


def try_lock(tx: Tx, lock_id: int) -> bool:
    """Whether this transaction may run the request; False while another one does."""
    query = text("SELECT pg_try_advisory_xact_lock(:lock_id)")
    return bool(tx.execute(query, {"lock_id": lock_id}).scalar_one())


def answer(tx: Tx, scope: str, key: str) -> AnswerRow | None:
    query = select_as(AnswerRow, idempotency)
    return one(tx, AnswerRow, query.where(idempotency.c.scope == scope, idempotency.c.key == key))


def add_answer(tx: Tx, row: AnswerRow) -> None:
    add(tx, idempotency, row)
