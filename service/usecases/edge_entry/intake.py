"""Entries come in: the whole line is looked at first, then each is applied in a transaction with
the row that says so. What is repeated gets the answer it got; what is cut off goes on later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.devices.edge.entries import (
    EntryDamagedError,
    EntryNotSignedError,
    parsed_instant,
)
from service.domain.errors import ConflictError, FerrotraceError, UnavailableError, gettext_noop
from service.domain.instants import whole_second
from service.proof.jcs import canonical_json
from service.storage import edge_entry as entries
from service.storage.db import Tx
from service.storage.edge import KeyRow
from service.storage.edge_entry import EntryRow
from service.usecases.edge_entry.applying import apply_entry, number_in, subject_of
from service.usecases.edge_entry.chain import (
    INCIDENTS,
    ChainBrokenError,
    Line,
    ReceivedEntry,
    joined,
    received,
)
from service.usecases.edge_entry.incident import note_incident, require_open_line
from service.usecases.edge_entry.number import Origin, keep_number
from service.usecases.edge_entry.refusal import values_as_json
from service.usecases.edge_entry.registration import key_of_unit
from service.usecases.ports import Deps


class EntryIdUsedError(ConflictError):
    """An entry repeats the id of another one of the same unit."""

    message = gettext_noop("Entry id %(value)s was used before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one entry: applied, or held with ``code`` and the refusal's ``message``."""

    entry_seq: int
    outcome: str
    code: str | None = None
    message: str | None = None
    message_values: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """``entry_seq`` is the last entry now on record."""

    entry_seq: int
    outcomes: tuple[Outcome, ...]


def take_entries(edge_id: str, site_id: str, documents: Sequence[Any], deps: Deps) -> Taken:
    """Take entries of the unit in their order.

    Raises ``EntryInvalidError``, ``ChainGapError``, ``ChainForkError``, ``ChainBrokenError`` and
    ``EdgeQuarantinedError``; then nothing was stored. ``UnavailableError`` ends it where something
    outside does not answer: what was applied before stays.
    """
    alone = replace(deps, edges={})  # the unit has said all; it need not be within reach
    came = received(documents)
    key, line = _line(edge_id, site_id, came, deps)
    outcomes = [_on_record(edge_id, entry, deps) for entry in line.known]
    outcomes += [_take(key, entry, alone) for entry in line.new]
    with deps.db.transaction() as tx:
        last = entries.head_of(tx, edge_id).entry_seq
    return Taken(entry_seq=last, outcomes=tuple(outcomes))


def _line(
    edge_id: str, site_id: str, came: Sequence[ReceivedEntry], deps: Deps
) -> tuple[KeyRow, Line]:
    with deps.db.transaction() as tx:
        key = key_of_unit(tx, edge_id, site_id)
        require_open_line(tx, edge_id)
        expected = entries.head_of(tx, edge_id)
        try:
            return key, joined(tx, key, came)
        except tuple(INCIDENTS) as error:
            broken = error
    kind = INCIDENTS[type(broken)]
    seq = int(str(broken.values["value"]))
    found = next(_said(kind, entry) for entry in came if entry.entry_seq == seq)
    note_incident(
        key, kind, entry_seq=seq, found=found, expected=str(broken.values["limit"]), deps=deps
    )
    if isinstance(broken, EntryDamagedError | EntryNotSignedError):
        limit = f"{expected.entry_seq + 1} {expected.hash.hex()}"
        raise ChainBrokenError(field=broken.field, value=seq, limit=limit) from broken
    raise broken


def _said(kind: str, entry: ReceivedEntry) -> str:
    """What the entry itself says of that in which it broke the line."""
    said = {
        "hash": entry.hash,
        "signature": entry.signature,
        "fork": entry.prev_hash,
        "gap": f"{entry.entry_seq} {entry.prev_hash}",
    }
    return said[kind]


def _take(key: KeyRow, entry: ReceivedEntry, deps: Deps) -> Outcome:
    """Apply one entry, once: another upload may have been quicker."""
    with deps.db.transaction() as tx:
        entries.lock_line(tx, key.edge_id)
        if entries.head_of(tx, key.edge_id).entry_seq >= entry.entry_seq:
            return _on_record(key.edge_id, entry, deps)
        refusal = _refusal(tx, key, entry, deps)
        row = _row(key, entry, refusal, deps)
        entries.add_entry(tx, row)
        number = number_in(entry)
        if refusal is not None and number is not None:
            keep_number(tx, number, refusal.code, _origin(row), deps)
        return _outcome(row)


def _refusal(tx: Tx, key: KeyRow, entry: ReceivedEntry, deps: Deps) -> FerrotraceError | None:
    """Why the entry is held; None where it was applied."""
    try:
        if entries.is_entry_id_used(tx, key.edge_id, entry.entry_id):
            raise EntryIdUsedError(field="entry_id", value=entry.entry_id)
        with deps.db.attempt():
            apply_entry(tx, entry, key.site_id, deps)
    except UnavailableError:
        raise
    except FerrotraceError as error:
        return error
    return None


def _row(
    key: KeyRow, entry: ReceivedEntry, refusal: FerrotraceError | None, deps: Deps
) -> EntryRow:
    return EntryRow(
        edge_id=key.edge_id,
        entry_seq=entry.entry_seq,
        entry_id=entry.entry_id,
        site_id=key.site_id,
        kind=entry.kind,
        subject_id=subject_of(entry.body),
        person_id=entry.person.user_id,
        at=parsed_instant(entry.at),
        received_at=whole_second(deps.now()),
        key_version=key.version,
        envelope=canonical_json(entry.document()),
        hash=bytes.fromhex(entry.hash),
        outcome="applied" if refusal is None else "held",
        code=None if refusal is None else refusal.code,
        message=None if refusal is None else refusal.message,
        message_values=None if refusal is None else values_as_json(refusal),
    )


def _origin(row: EntryRow) -> Origin:
    return Origin(edge_id=row.edge_id, entry_seq=row.entry_seq, site_id=row.site_id, at=row.at)


def _on_record(edge_id: str, entry: ReceivedEntry, deps: Deps) -> Outcome:
    with deps.db.transaction() as tx:
        row = entries.entry_of(tx, edge_id, entry.entry_seq)
    assert row is not None  # noqa: S101 # it is not above the head
    return _outcome(row)


def _outcome(row: EntryRow) -> Outcome:
    return Outcome(
        entry_seq=row.entry_seq,
        outcome=row.outcome,
        code=row.code,
        message=row.message,
        message_values=None if row.message_values is None else dict(row.message_values),
    )
