"""Log entries and batches, rebuilt from the documents; the head says which side is right."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, changed, missing
from service.usecases.audit.documents import Journal
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.run import Stage, Tells, silent
from service.usecases.audit.trees import Log, batch_root, canonical

ENTRY_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """A stored row and what its entry bytes say; nothing where they cannot be read."""

    row: Row
    said: Mapping[str, Any]

    @property
    def place(self) -> int:
        """Place in the log: as the entry says, else as the column says."""
        place = self.said.get("seq")
        return place if isinstance(place, int) else int(self.row["leaf_index"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltLog:
    """The batches as their entries make them, and what was found on the way."""

    batches: Mapping[int, Row]
    differences: list[Difference]


def audit_log(books: Books, journal: Journal, tells: Tells = silent) -> RebuiltLog:
    """Differences of ``batch_entry`` and ``batch``, and the batches as they must be."""
    entries = sorted((_read(row) for row in books["batch_entry"]), key=lambda entry: entry.place)
    log = Log([entry.row["entry"] for entry in entries])
    proven = _proven_size(books, log)
    differences = list(_gaps(entries, books))
    batch_of: dict[int, list[ReadEntry]] = {}
    for position, entry in enumerate(entries):
        is_proven = position < proven
        differences += _entry_differences(entry, journal, is_proven=is_proven)
        batch_no = entry.said["batch"] if is_proven else entry.row["batch_no"]
        batch_of.setdefault(batch_no, []).append(entry)
    if any(difference.table == "batch_entry" for difference in differences) and proven < len(log):
        return RebuiltLog(batches=_as_stored(books), differences=differences)
    expected = dict(_batches(batch_of, log, books, tells))
    rows = [ExpectedRow(columns=row, source=f"batch_entry {no}") for no, row in expected.items()]
    differences += matched("batch", ["batch_no"], rows, books["batch"])
    return RebuiltLog(batches=expected, differences=differences)


def _as_stored(books: Books) -> dict[int, Row]:
    """Entries that are gone or changed lead to no root: the batches stand as they are stored."""
    return {row["batch_no"]: row for row in books["batch"]}


def _read(row: Row) -> ReadEntry:
    try:
        said = json.loads(row["entry"])
    except ValueError:
        said = None
    return ReadEntry(row=row, said=said if isinstance(said, dict) else {})


def _proven_size(books: Books, log: Log) -> int:
    """How many entries, from the first on, lead to a head that a batch has."""
    sizes = (row["new_size"] for row in books["batch"] if log.head(row["new_size"]) == row["head"])
    return max(sizes, default=0)


def _gaps(entries: list[ReadEntry], books: Books) -> Iterator[Difference]:
    """Places of the log that no entry fills, below the highest place or size."""
    filled = {entry.place for entry in entries}
    sizes = [row["new_size"] for row in books["batch"] if row["new_size"] - 1 <= _bound(books)]
    for place in range(max([max(filled, default=-1) + 1, *sizes])):
        if place not in filled:
            yield missing("batch_entry", str(place), "the log")


def _bound(books: Books) -> int:
    """No size beyond this can be right: it counts more entries than there are documents."""
    return len(books["batch_entry"]) + len(books["journal"])


def _entry_differences(entry: ReadEntry, journal: Journal, *, is_proven: bool) -> list[Difference]:
    """The entry against its columns and its document: an entry under a head is right."""
    row, said = entry.row, entry.said
    key = str(row["leaf_index"])
    if not is_proven:
        expected = _entry_of(row, journal)
        if expected is None or expected == row["entry"]:
            return []
        return [changed("batch_entry", key, "entry", row["entry"], expected)]
    differences = [
        changed("batch_entry", key, column, row[column], said[member])
        for column, member in (("leaf_index", "seq"), ("batch_no", "batch"))
        if row[column] != said[member]
    ]
    return differences + _journal_differences(entry, key, journal)


def _journal_differences(entry: ReadEntry, key: str, journal: Journal) -> list[Difference]:
    """The document of an entry is in the journal, under the number that the row has."""
    target_hash = bytes.fromhex(entry.said["targetHash"])
    if target_hash in journal.damaged:
        return []
    document = journal.by_hash.get(target_hash)
    if document is None:
        return [missing("journal", target_hash.hex(), f"batch_entry {key}")]
    ids = entry.row["journal_id"], document.journal_id
    if ids[0] == ids[1]:
        return []
    # Nothing tells which of the two was changed.
    return [
        changed("batch_entry", key, "journal_id", *ids),
        changed("journal", document.name, "journal_id", *reversed(ids)),
    ]


def _entry_of(row: Row, journal: Journal) -> bytes | None:
    """The entry bytes that the columns ask for; None where the document is not known."""
    document = journal.by_id.get(row["journal_id"])
    if document is None:
        return None
    return canonical(
        {
            "v": ENTRY_VERSION,
            "type": document.kind,
            "seq": row["leaf_index"],
            "targetHash": document.target_hash.hex(),
            "batch": row["batch_no"],
        }
    )


def _batches(
    batch_of: Mapping[int, list[ReadEntry]], log: Log, books: Books, tells: Tells
) -> Iterator[tuple[int, Row]]:
    """The row of each batch, in order: first all roots, then all heads and consistency proofs."""
    sealed = {row["batch_no"]: row["at"] for row in books["batch_transition"] if row["step"] == 1}
    roots = {}
    for done, batch_no in enumerate(sorted(batch_of), start=1):
        hashes = [bytes.fromhex(entry.said["targetHash"]) for entry in batch_of[batch_no]]
        roots[batch_no] = batch_root(hashes)
        tells(Stage.BATCHES, done, len(batch_of))
    old_size = 0
    for done, (batch_no, root) in enumerate(roots.items(), start=1):
        new_size = old_size + len(batch_of[batch_no])
        row: dict[str, Any] = {
            "batch_no": batch_no,
            "old_size": old_size,
            "new_size": new_size,
            "batch_root": root,
            "head": log.head(new_size),
            "consistency_proof": b"".join(log.consistency(old_size, new_size)),
        }
        if batch_no in sealed:
            row["sealed_at"] = sealed[batch_no]
        yield batch_no, row
        old_size = new_size
        tells(Stage.LOG, done, len(roots))
