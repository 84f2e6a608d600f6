"""Promises of inclusion by the document they are about; and documents that wait for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, Table, exists, select, union_all
from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.rows import every, one, select_as
from service.storage.tables import journal, key_epoch, promise, ticket, weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """A signed promise; where nobody signed in time the last three are None."""

    target_hash: bytes
    key_id: str | None
    include_by: datetime | None
    signature: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingRow:
    """A document without a promise, and the site whose key is to sign it."""

    target_hash: bytes
    site_id: str
    recorded_at: datetime


def add_promise(tx: Tx, row: PromiseRow) -> None:
    """Store the promise; one that is there already stays as it is."""
    values = {name: getattr(row, name) for name in PromiseRow.__dataclass_fields__}
    tx.execute(insert(promise).values(values).on_conflict_do_nothing())


def promise_of(tx: Tx, target_hash: bytes) -> PromiseRow | None:
    query = select_as(PromiseRow, promise).where(promise.c.target_hash == target_hash)
    return one(tx, PromiseRow, query)


def awaiting(tx: Tx, *, limit: int) -> list[AwaitingRow]:
    """Documents that have no promise yet, oldest first."""
    waiting = union_all(_awaiting(weighing), _awaiting(ticket)).subquery()
    query = select(waiting).order_by(waiting.c.recorded_at).limit(limit)
    return every(tx, AwaitingRow, query)


def awaiting_one(tx: Tx, target_hash: bytes) -> AwaitingRow | None:
    """The document where it has no promise yet."""
    of_one = (
        _awaiting(table).where(table.c.target_hash == target_hash) for table in (weighing, ticket)
    )
    found = every(tx, AwaitingRow, select(union_all(*of_one).subquery()))
    return found[0] if found else None


def missed() -> Subquery:
    """Documents for which the site, though its key was on record, signed no receipt in time."""
    each = (
        select(table.c.target_hash, table.c.visit_id, table.c.site_id, journal.c.recorded_at)
        .join(journal, journal.c.target_hash == table.c.target_hash)
        .join(promise, promise.c.target_hash == table.c.target_hash)
        .where(
            promise.c.signature.is_(None),
            exists().where(
                key_epoch.c.purpose == "promise",
                key_epoch.c.site_id == table.c.site_id,
                key_epoch.c.stated_at <= journal.c.recorded_at,
            ),
        )
        for table in (weighing, ticket)
    )
    return union_all(*each).subquery()


def _awaiting(table: Table) -> Select[Any]:
    return (
        select(table.c.target_hash, table.c.site_id, journal.c.recorded_at)
        .join(journal, journal.c.target_hash == table.c.target_hash)
        .outerjoin(promise, promise.c.target_hash == table.c.target_hash)
        .where(promise.c.target_hash.is_(None))
    )
