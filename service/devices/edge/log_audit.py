"""Checks the log of an edge unit from its file alone: hashes, signatures, series, pictures.

The file is opened for reading; nothing in it changes. What is wrong is listed, not raised.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from service.devices.edge.completing import UNIT
from service.devices.edge.entries import GENESIS, Envelope, parsed_entry
from service.devices.edge.log import named_blobs
from service.domain.errors import FerrotraceError, gettext_noop

NUMBERED = ("ticket_no", "delivery_no", "receipt_no")
DRAWS = frozenset({"ticket.issued", "ticket.voided", "delivery.issued", "receipt.issued"})
_NUMBER = re.compile(r"(.+)-(\d\d)-(\d{6})")


class NotALogError(FerrotraceError):
    """A file that is no log of an edge unit."""

    message = gettext_noop("%(value)s is no log of an edge unit: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as it must be: at which entry (0: of the file), and what."""

    entry_seq: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAudit:
    """How many entries, pictures and numbers were looked at, and what is wrong."""

    entries: int
    blobs: int
    numbers: int
    differences: tuple[Difference, ...]


def audit_log(path: Path, public_key: bytes) -> LogAudit:
    """Everything that is wrong with the log at ``path``, signed by ``public_key`` (32 bytes).

    Raises NotALogError for a file without the tables of a log.
    """
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return _audited(db, public_key)
        finally:
            db.close()
    except sqlite3.DatabaseError as error:
        raise NotALogError(field="file", value=path.name, limit=str(error)) from error


def _audited(db: sqlite3.Connection, public_key: bytes) -> LogAudit:
    differences: list[Difference] = []
    drawn: dict[tuple[str, int], list[int]] = defaultdict(list)
    kept = _blobs(db, differences)
    last_seq, last_hash = 0, GENESIS
    for entry_seq, document in db.execute("SELECT entry_seq, document FROM entries ORDER BY 1"):
        if entry_seq != last_seq + 1:
            differences.append(Difference(entry_seq=entry_seq, what="numbers are missing before"))
        last_seq = entry_seq
        try:
            entry = parsed_entry(json.loads(document))
            entry.verify(public_key)
        except (FerrotraceError, ValueError) as error:
            differences.append(Difference(entry_seq=entry_seq, what=str(error)))
            continue
        differences.extend(_links(entry, entry_seq, last_hash))
        differences.extend(
            Difference(entry_seq=entry_seq, what=f"picture {digest} is not kept")
            for digest in named_blobs(entry)
            if digest not in kept
        )
        last_hash = entry.hash
        _take_number(entry, drawn)
    differences.extend(_series(db, drawn))
    return LogAudit(
        entries=last_seq,
        blobs=len(kept),
        numbers=sum(map(len, drawn.values())),
        differences=tuple(differences),
    )


def _links(entry: Envelope, entry_seq: int, last_hash: str) -> Iterator[Difference]:
    if entry.entry_seq != entry_seq:
        yield Difference(entry_seq=entry_seq, what=f"says that it is entry {entry.entry_seq}")
    if entry.prev_hash != last_hash:
        yield Difference(entry_seq=entry_seq, what=f"follows {entry.prev_hash}, not {last_hash}")


def _blobs(db: sqlite3.Connection, differences: list[Difference]) -> set[str]:
    """The pictures kept; each is compared with its hash, one after the other."""
    kept = set()
    for digest, data in db.execute("SELECT sha256, data FROM blobs"):
        kept.add(digest)
        if sha256(data).hexdigest() != digest:
            differences.append(Difference(entry_seq=0, what=f"picture {digest} is another one"))
    return kept


def _take_number(entry: Envelope, drawn: dict[tuple[str, int], list[int]]) -> None:
    if entry.kind not in DRAWS:
        return
    for member in NUMBERED:
        match = _NUMBER.fullmatch(entry.body.get(member, ""))
        if match is not None and f"-{UNIT}" in match[1]:
            drawn[match[1], 2_000 + int(match[2])].append(int(match[3]))


def _series(
    db: sqlite3.Connection, drawn: dict[tuple[str, int], list[int]]
) -> Iterator[Difference]:
    """Each series runs from 1 without a gap, and its counter stands at its last number."""
    counters = {
        (prefix, year): last_no
        for prefix, year, last_no in db.execute("SELECT prefix, year, last_no FROM series")
    }
    for series in sorted(counters.keys() | drawn.keys()):
        numbers = drawn.get(series, [])
        name = f"series {series[0]}-{series[1] % 100:02d}"
        if numbers != list(range(1, len(numbers) + 1)):
            yield Difference(entry_seq=0, what=f"{name} has a gap or a repetition")
        if counters.get(series, 0) != len(numbers):
            stands = counters.get(series, 0)
            yield Difference(
                entry_seq=0, what=f"{name} stands at {stands}, {len(numbers)} are used"
            )
