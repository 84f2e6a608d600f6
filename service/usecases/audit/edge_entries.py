"""Entries of edge units: one signed chain for each unit, every one of them with its outcome, and
the records that they made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing, unexpected
from service.usecases.audit.documents import Journal
from service.usecases.audit.edge_envelope import OpenedEntry
from service.usecases.audit.edge_records import Record, record_of, records_by_number

Row = Mapping[str, Any]

NUMBERS = ("ticket_no", "delivery_no", "receipt_no")
DRAWING = {"ticket.issued", "ticket.voided", "delivery.issued", "receipt.issued"}
SUBJECTS = ("visit_id", "ticket_no", "weighing_id")


def audit_edge_entries(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the entries, their keys, decisions and numbers, and of what they made."""
    lines: dict[str, list[Row]] = {}
    for row in sorted(books["edge_entry"], key=lambda row: int(row["entry_seq"])):
        lines.setdefault(row["edge_id"], []).append(row)
    differences: list[Difference] = []
    for edge_id, rows in lines.items():
        keys = [row for row in books["edge_key"] if row["edge_id"] == edge_id]
        differences += _line(edge_id, rows, keys)
    differences += _outcomes(books, journal)
    differences += _decisions(books)
    differences += _numbers(books, journal)
    return differences


def number_of(kind: str, body: Mapping[str, Any]) -> str | None:
    """The number that the unit drew with an entry."""
    drawn = kind in DRAWING or kind == "number.voided"
    return next((str(body[name]) for name in NUMBERS if name in body), None) if drawn else None


def became(books: Books, row: Row) -> str:
    """What became of an entry in the end: applied, held or set-aside."""
    place = row["edge_id"], row["entry_seq"]
    for decision in books["edge_entry_decision"]:
        if (decision["edge_id"], decision["entry_seq"]) == place:
            return str(decision["decision"])
    return str(row["outcome"])


def _name(row: Row) -> str:
    return f"{row['edge_id']}/{row['entry_seq']}"


def _line(edge_id: str, rows: Sequence[Row], keys: Sequence[Row]) -> Iterator[Difference]:
    """Each entry follows the one before it, and the key of its time signed it."""
    before, expected_seq = bytes(32), 1
    for row in rows:
        for seq in range(expected_seq, row["entry_seq"]):
            yield missing("edge_entry", f"{edge_id}/{seq}", _name(row))
        entry: OpenedEntry | None = row["opened"]
        if entry is None:
            yield changed("edge_entry", _name(row), "envelope", "unreadable", "an entry")
        else:
            yield from _entry(row, entry, before, keys)
        before, expected_seq = bytes(row["hash"]), row["entry_seq"] + 1


def _entry(
    row: Row, entry: OpenedEntry, before: bytes, keys: Sequence[Row]
) -> Iterator[Difference]:
    key = _name(row)
    signed_by = [k for k in keys if k["from_seq"] <= row["entry_seq"]]
    signer = max(signed_by, key=lambda k: int(k["version"]), default=None)
    if signer is None:
        yield missing("edge_key", row["edge_id"], key)
    elif not entry.is_signed_by(bytes(signer["public_key"])):
        found = entry.content.get("signature")
        yield broken("edge_entry", key, "envelope", found, "a signature of the unit's key")
    content = entry.content
    wanted = {
        "edge_id": content["edge_id"],
        "entry_seq": content["entry_seq"],
        "entry_id": content["entry_id"],
        "kind": content["kind"],
        "person_id": content["person"]["user_id"],
        "at": entry.at,
        "hash": entry.computed,
        "subject_id": next((str(entry.body[n]) for n in SUBJECTS if n in entry.body), None),
        "site_id": row["site_id"] if signer is None else signer["site_id"],
        "key_version": row["key_version"] if signer is None else signer["version"],
    }
    for column, value in wanted.items():
        if row[column] != value:
            yield changed("edge_entry", key, column, row[column], value)
    if content["hash"] != entry.computed.hex() or not entry.is_canonical:
        yield changed("edge_entry", key, "envelope", entry.computed, content["hash"])
    if content["prev_hash"] != before.hex():
        yield broken("edge_entry", key, "prev_hash", content["prev_hash"], before)


def _outcomes(books: Books, journal: Journal) -> Iterator[Difference]:
    """What was applied is on record; what was not has made nothing."""
    not_applied: list[tuple[Row, Record]] = []
    made: set[tuple[str, str]] = set()
    for row in books["edge_entry"]:
        entry: OpenedEntry | None = row["opened"]
        record = None if entry is None else record_of(books, journal, row["kind"], entry)
        if record is None:
            continue
        if became(books, row) != "applied":
            not_applied.append((row, record))
            continue
        made.add((record.table, record.key))
        if not record.exists and not record.is_damaged:
            yield missing(record.table, record.key, f"edge_entry {_name(row)}")
        for column, found, expected in record.figures:
            if found != expected:
                yield broken(record.table, record.key, column, found, expected)
    for held, record in not_applied:
        if record.exists and record.is_own and (record.table, record.key) not in made:
            yield broken("edge_entry", _name(held), "outcome", became(books, held), "applied")


def _decisions(books: Books) -> Iterator[Difference]:
    """A decision is about an entry that was held."""
    held = {
        (row["edge_id"], row["entry_seq"])
        for row in books["edge_entry"]
        if row["outcome"] == "held"
    }
    for row in books["edge_entry_decision"]:
        if (row["edge_id"], row["entry_seq"]) not in held:
            yield unexpected("edge_entry_decision", _name(row))


def _numbers(books: Books, journal: Journal) -> Iterator[Difference]:
    """A number stands beside the series for an entry that bears it, and every record with a number
    of a unit's series has its entry."""
    bearing: dict[str, list[Row]] = {}
    for row in books["edge_entry"]:
        if row["opened"] is not None:
            number = number_of(row["kind"], row["opened"].body)
            bearing.setdefault(number or "", []).append(row)
    for row in books["edge_number"]:
        named = [e for e in bearing.get(row["number"], ()) if _name(e) == _name(row)]
        if not named or not _may_bear(books, row["state"], named[0]):
            yield unexpected("edge_number", f"{row['number']}/{row['state']}")
    series = {number.rsplit("-", 2)[0] for number in bearing if number}
    for number, name in records_by_number(journal):
        entries = [e for e in bearing.get(number, ()) if became(books, e) == "applied"]
        if number.rsplit("-", 2)[0] in series and not entries:
            yield missing("edge_entry", number, name)


def _may_bear(books: Books, state: str, entry: Row) -> bool:
    if state == "held":
        return bool(entry["outcome"] == "held")
    return entry["kind"] == "number.voided" or became(books, entry) == "set-aside"
