"""Lots, processing runs and counts, rebuilt; and that no lot ever gave more than it held."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.matching import ExpectedRow, OneOf, Row, matched
from service.usecases.audit.yard import rebuilt, taken

SIDES = ("input", "output")
NO_PLACE = ""
"""How rows keep that nobody named a place."""


def audit_stock(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the tables that tickets, runs and counts fill."""
    return [
        *_lots(books, journal),
        *rebuilt(books, journal, "processing_run", "run_no", "processing-run", _run),
        *_lines(books, journal),
        *rebuilt(books, journal, "stock_take", "take_no", "stock-take", _take),
    ]


def lot_rules(journal: Journal) -> Iterator[Difference]:
    """No lot ever gave more than it held, in the order of the journal; lines carry its grade."""
    held_kg: dict[str, int] = {}
    grades: dict[str, str] = {}
    for document in journal.documents:
        for move in _moves(document, journal):
            before_kg = held_kg.get(move.lot_id, 0)
            if move.enters:
                grades.setdefault(move.lot_id, move.grade)
            held_kg[move.lot_id] = before_kg + move.kg
            if held_kg[move.lot_id] < 0:
                yield broken("lot", move.lot_id, "held_kg", before_kg, -move.kg)
            if move.grade != grades.get(move.lot_id):
                yield broken("lot", move.lot_id, "grade", grades.get(move.lot_id), move.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """``kg`` into a lot, or out of it where below zero; ``enters`` may open the lot."""

    lot_id: str
    grade: str
    kg: int
    enters: bool = False


def _moves(document: OpenedDocument, journal: Journal) -> Iterator[_Move]:
    record = document.standing
    if document.speaks_as == "ticket" and "lot_id" in record:
        moved_kg = record["accepted_kg"] - _accepted_before(document, journal)
        grade = _first(document, journal).standing["grade"]
        yield _Move(lot_id=record["lot_id"], grade=grade, kg=moved_kg, enters=True)
    if journal.is_damaged(kind="ticket") or journal.is_damaged(kind="processing-run"):
        return  # what a lot held cannot be told any more
    if document.kind == "delivery":
        for line in record["lines"].values():
            yield _Move(lot_id=line["lot_id"], grade=line["grade"], kg=-line["kg"])
    if document.kind == "processing-run":
        for line in record["inputs"].values():
            yield _Move(lot_id=line["lot_id"], grade=line["grade"], kg=-line["kg"])
        for line in record["outputs"].values():
            yield _Move(lot_id=line["lot_id"], grade=line["grade"], kg=line["kg"], enters=True)
    if document.kind == "stock-take":
        yield _Move(lot_id=record["lot_id"], grade=record["grade"], kg=record["difference_kg"])


def _first(document: OpenedDocument, journal: Journal) -> OpenedDocument:
    """The ticket before all its corrections: an appealed grade moves no material."""
    former = journal.by_hash.get(document.supersedes or b"")
    return document if former is None else _first(former, journal)


def _accepted_before(document: OpenedDocument, journal: Journal) -> int:
    """What the ticket that a correction takes the place of had put into the lot, kg."""
    former = journal.by_hash.get(document.supersedes or b"")
    return 0 if former is None else int(former.standing["accepted_kg"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """A document by which material entered a lot, which may have opened it."""

    document: OpenedDocument
    lot_id: str
    grade: str
    at: str


def _lots(books: Books, journal: Journal) -> list[Difference]:
    """A lot exists by its tickets and runs. It was opened by the first of one of their series:
    inside a series the journal follows the order in which the lot was entered."""
    openings: dict[str, list[_Opening]] = {}
    for opening in _openings(journal):
        openings.setdefault(opening.lot_id, []).append(opening)

    def of_damaged(row: Row) -> list[Difference] | None:
        del row
        damaged = journal.is_damaged(kind="ticket") or journal.is_damaged(kind="processing-run")
        return [] if damaged else None

    expected = [_lot(lot_id, entered) for lot_id, entered in openings.items()]
    return matched("lot", ["lot_id"], expected, books["lot"], unfounded=of_damaged)


def _openings(journal: Journal) -> Iterator[_Opening]:
    for document in journal.of_kind("ticket"):
        record = document.record
        if "lot_id" in record:
            yield _Opening(
                document=document,
                lot_id=record["lot_id"],
                grade=record["grade"],
                at=record["issued_at"],
            )
    for document in journal.of_kind("processing-run"):
        for line in document.record["outputs"].values():
            yield _Opening(
                document=document,
                lot_id=line["lot_id"],
                grade=line["grade"],
                at=document.record["recorded_at"],
            )


def _lot(lot_id: str, entered: list[_Opening]) -> ExpectedRow:
    first: dict[str, _Opening] = {}
    for opening in sorted(entered, key=lambda opening: opening.document.journal_id):
        first.setdefault(opening.document.document_id.rsplit("-", 2)[0], opening)
    columns = {
        "lot_id": lot_id,
        "site_id": entered[0].document.record["site_id"],
        "grade": entered[0].grade,
        "opened_at": OneOf(values=frozenset(instant(opening.at) for opening in first.values())),
    }
    return ExpectedRow(columns=columns, source=entered[0].document.name)


def _run(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "run_no", "site_id", "process", "input_kg", "output_kg", "loss_kg"),
        "recorded_by": record["recorded_by"],
        **{name: instant(record[name]) for name in ("started_at", "ended_at", "recorded_at")},
    }


def _lines(books: Books, journal: Journal) -> list[Difference]:
    def of_damaged_run(row: Row) -> list[Difference] | None:
        damaged = journal.is_damaged(kind="processing-run", subject_id=row["run_no"])
        return [] if damaged else None

    expected = [
        ExpectedRow(
            columns={
                "run_no": document.record["run_no"],
                "side": side,
                "line_no": int(line_no),
                **_lying(line, "lot_id", "kg"),
            },
            source=document.name,
        )
        for document in journal.of_kind("processing-run")
        for side in SIDES
        for line_no, line in document.record[f"{side}s"].items()
    ]
    return matched(
        "processing_line",
        ["run_no", "side", "line_no"],
        expected,
        books["processing_line"],
        unfounded=of_damaged_run,
    )


def _take(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **_lying(record, "take_no", "site_id", "lot_id", "book_kg", "counted_kg"),
        **taken(record, "difference_kg", "method", "counted_by"),
        **{name: instant(record[name]) for name in ("counted_at", "recorded_at")},
    }


def _lying(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**taken(record, *names), "place": record.get("place", NO_PLACE)}
