"""The line of a unit's entries: each names the hash of the one before, and the unit signs it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError, model_validator

from service.devices.edge.entries import (
    EntryDamagedError,
    EntryNotSignedError,
    Envelope,
    invalid_entry,
)
from service.domain.errors import ConflictError, FerrotraceError, gettext_noop
from service.storage import edge_entry as entries
from service.storage.db import Tx
from service.storage.edge import KeyRow
from service.storage.edge_entry import Head
from service.usecases.edge_entry.registration import key_of_unit
from service.usecases.ports import Deps


class ChainGapError(ConflictError):
    """Entries that do not follow the last one on record."""

    message = gettext_noop(
        "Entry %(value)s is not the next one. Expected: number and previous hash %(limit)s."
    )


class ChainForkError(ConflictError):
    """Another entry than the one on record, or one that names another past."""

    message = gettext_noop("Entry %(value)s tells another past than the one on record: %(limit)s.")


class ChainBrokenError(ConflictError):
    """An entry that is not what its hash says, or is not signed by the unit."""

    message = gettext_noop(
        "Entry %(value)s is damaged or not signed by its unit. Expected after it: %(limit)s."
    )


INCIDENTS: Mapping[type[FerrotraceError], str] = {
    EntryDamagedError: "hash",
    EntryNotSignedError: "signature",
    ChainForkError: "fork",
    ChainGapError: "gap",
}
"""By what is wrong with a line: the kind of incident that is noted."""


class ReceivedEntry(Envelope):
    """An entry whose body may be one that this program does not know: it is kept and held."""

    @model_validator(mode="after")
    def _body_is_of_its_kind(self) -> "ReceivedEntry":
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Entries that came together: those on record already, and those that follow the head."""

    known: tuple[ReceivedEntry, ...]
    new: tuple[ReceivedEntry, ...]


def head(edge_id: str, site_id: str, deps: Deps) -> Head:
    """The last entry of the unit on record."""
    with deps.db.transaction() as tx:
        key_of_unit(tx, edge_id, site_id)
        return entries.head_of(tx, edge_id)


def received(documents: Sequence[Any]) -> list[ReceivedEntry]:
    """The entries as they came; raises ``EntryInvalidError`` for what has not their form."""
    try:
        return [ReceivedEntry.model_validate(document) for document in documents]
    except ValidationError as error:
        raise invalid_entry(error) from error


def joined(tx: Tx, key: KeyRow, came: Sequence[ReceivedEntry]) -> Line:
    """``came`` as it joins the line on record; nothing is changed.

    Raises ``EntryDamagedError``, ``EntryNotSignedError``, ``ChainForkError``, ``ChainGapError``.
    """
    last = entries.head_of(tx, key.edge_id)
    known = tuple(entry for entry in came if entry.entry_seq <= last.entry_seq)
    new = tuple(entry for entry in came if entry.entry_seq > last.entry_seq)
    _require_same(tx, key.edge_id, known)
    for entry, before in _following(last, new):
        if entry.edge_id != key.edge_id or entry.entry_seq != before.entry_seq + 1:
            expected = f"{before.entry_seq + 1} {before.hash.hex()}"
            raise ChainGapError(field="entry_seq", value=entry.entry_seq, limit=expected)
        entry.verify(key.public_key)
        if entry.prev_hash != before.hash.hex():
            raise ChainForkError(field="prev_hash", value=entry.entry_seq, limit=before.hash.hex())
    return Line(known=known, new=new)


def _following(last: Head, new: Sequence[ReceivedEntry]) -> Iterator[tuple[ReceivedEntry, Head]]:
    """Each entry with the one that it must follow."""
    before = last
    for entry in new:
        yield entry, before
        before = Head(entry_seq=entry.entry_seq, hash=bytes.fromhex(entry.hash))


def _require_same(tx: Tx, edge_id: str, known: Sequence[ReceivedEntry]) -> None:
    """What is on record is what came again."""
    if not known:
        return
    first, last = known[0].entry_seq, known[-1].entry_seq
    on_record = {row.entry_seq: row for row in entries.entries_between(tx, edge_id, first, last)}
    for entry in known:
        row = on_record.get(entry.entry_seq)
        if row is None or row.hash.hex() != entry.hash:
            found = "-" if row is None else row.hash.hex()
            raise ChainForkError(field="hash", value=entry.entry_seq, limit=found)
