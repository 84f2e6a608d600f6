"""Answers that were given, by the key the caller sent."""

from dataclasses import dataclass
from datetime import datetime

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


def answer(tx: Tx, scope: str, key: str) -> AnswerRow | None:
    query = select_as(AnswerRow, idempotency)
    return one(tx, AnswerRow, query.where(idempotency.c.scope == scope, idempotency.c.key == key))


def add_answer(tx: Tx, row: AnswerRow) -> None:
    add(tx, idempotency, row)
