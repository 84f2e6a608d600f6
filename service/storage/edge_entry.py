"""Entries of edge units, the pictures they name, and what became of those that were held."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import edge_blob, edge_entry, edge_entry_decision, edge_number

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRow:
    """A picture that an edge unit sent ahead of the entry that names it."""

    sha256: bytes
    edge_id: str
    media_type: str
    content: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """``envelope`` is the entry's canonical JSON, ``subject_id`` the visit or number it is about.

    ``outcome`` is applied or held; of a held one ``code``, ``message`` (with named places) and the
    ``message_values`` that fill them say why.
    """

    edge_id: str
    entry_seq: int
    entry_id: str
    site_id: str
    kind: str
    subject_id: str | None
    person_id: str
    at: datetime
    received_at: datetime
    key_version: int
    envelope: bytes
    hash: bytes
    outcome: str
    code: str | None = None
    message: str | None = None
    message_values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDecisionRow:
    """What a supervisor did with a held entry: applied or set-aside."""

    edge_id: str
    entry_seq: int
    decision: str
    reason: str
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """A number that no record bears: its entry is held, or it was given up (void)."""

    number: str
    state: str
    edge_id: str
    entry_seq: int
    reason: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last entry on record: its number (0 before the first) and its hash, 32 bytes."""

    entry_seq: int
    hash: bytes


BEFORE_THE_FIRST = Head(entry_seq=0, hash=bytes(32))


def lock_line(tx: Tx, edge_id: str) -> None:
    """Keep others from adding entries of the unit until the transaction ends."""
    hold(tx, f"edge {edge_id}")


def head_of(tx: Tx, edge_id: str) -> Head:
    query = (
        select_as(Head, edge_entry)
        .where(edge_entry.c.edge_id == edge_id)
        .order_by(edge_entry.c.entry_seq.desc())
        .limit(1)
    )
    return one(tx, Head, query) or BEFORE_THE_FIRST


def add_entry(tx: Tx, row: EntryRow) -> None:
    add(tx, edge_entry, row)


def entry_of(tx: Tx, edge_id: str, entry_seq: int) -> EntryRow | None:
    query = select_as(EntryRow, edge_entry)
    return one(
        tx,
        EntryRow,
        query.where(edge_entry.c.edge_id == edge_id, edge_entry.c.entry_seq == entry_seq),
    )


def entries_between(tx: Tx, edge_id: str, first: int, last: int) -> list[EntryRow]:
    """Entries on record from ``first`` to ``last``, in order."""
    query = select_as(EntryRow, edge_entry).where(
        edge_entry.c.edge_id == edge_id, edge_entry.c.entry_seq.between(first, last)
    )
    return every(tx, EntryRow, query.order_by(edge_entry.c.entry_seq))


def is_entry_id_used(tx: Tx, edge_id: str, entry_id: str) -> bool:
    query = exists().where(edge_entry.c.edge_id == edge_id, edge_entry.c.entry_id == entry_id)
    return bool(tx.execute(select(query)).scalar())


def add_entry_decision(tx: Tx, row: EntryDecisionRow) -> None:
    add(tx, edge_entry_decision, row)


def entry_decision_of(tx: Tx, edge_id: str, entry_seq: int) -> EntryDecisionRow | None:
    query = select_as(EntryDecisionRow, edge_entry_decision).where(
        edge_entry_decision.c.edge_id == edge_id, edge_entry_decision.c.entry_seq == entry_seq
    )
    return one(tx, EntryDecisionRow, query)


def add_number(tx: Tx, row: NumberRow) -> None:
    """Keep the number out of use; the same one kept twice is kept once."""
    values = {name: getattr(row, name) for name in NumberRow.__dataclass_fields__}
    tx.execute(insert(edge_number).values(values).on_conflict_do_nothing())


def states_of_number(tx: Tx, number: str) -> frozenset[str]:
    """``held`` and ``void`` as far as they are on record for the number."""
    query = select(edge_number.c.state).where(edge_number.c.number == number)
    return frozenset(tx.execute(query).scalars())


def add_blob(tx: Tx, row: BlobRow) -> None:
    """Keep the picture; one that is there already stays as it is."""
    values = {name: getattr(row, name) for name in BlobRow.__dataclass_fields__}
    tx.execute(insert(edge_blob).values(values).on_conflict_do_nothing())


def blobs(tx: Tx, digests: Sequence[str]) -> list[BlobRow]:
    """Those of the pictures (SHA-256, hex) that are here."""
    wanted = [bytes.fromhex(digest) for digest in digests if _SHA256.fullmatch(digest)]
    return every(tx, BlobRow, select_as(BlobRow, edge_blob).where(edge_blob.c.sha256.in_(wanted)))
