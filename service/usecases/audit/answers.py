"""Prints, what sellers answered, and pictures of deductions, held against tickets and appeals."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant

Row = Mapping[str, Any]
Versions = Mapping[bytes, OpenedDocument]

BY_CODE = "seller"
"""Who raised an appeal that came with the code of a print."""


def audit_answers(books: Books, journal: Journal) -> list[Difference]:
    """Differences of what is said about tickets beside the documents."""
    versions = {
        document.target_hash: document
        for document in journal.documents
        if document.speaks_as == "ticket"
    }
    return [
        *_prints(books, journal, versions),
        *_answers(books, journal, versions),
        *_appeals_by_code(books, journal),
        *_pictures(journal, versions),
    ]


def _prints(books: Books, journal: Journal, versions: Versions) -> Iterator[Difference]:
    """A print shows a version of its ticket; the copies of one unit count from 1 on."""
    counted: dict[tuple[str, str], set[int]] = {}
    for row in books["ticket_print"]:
        key = f"{row['ticket_no']}/{row['unit']}/{row['copy_no']}"
        counted.setdefault((row["ticket_no"], row["unit"]), set()).add(row["copy_no"])
        yield from _of_version("ticket_print", key, row, journal, versions)
    for (ticket_no, unit), copies in counted.items():
        for copy_no in sorted(set(range(1, max(copies))) - copies):
            yield missing("ticket_print", f"{ticket_no}/{unit}/{copy_no}", f"copy {max(copies)}")


def _answers(books: Books, journal: Journal, versions: Versions) -> Iterator[Difference]:
    """An answer is to an issued version, after it; by a code of a print of that very version."""
    prints = {(row["ticket_no"], row["unit"], row["copy_no"]): row for row in books["ticket_print"]}
    appeals = {document.document_id: document for document in journal.of_kind("appeal")}
    for row in books["ticket_answer"]:
        key = row["target_hash"].hex()
        yield from _of_version("ticket_answer", key, row, journal, versions)
        version = versions.get(row["target_hash"])
        if version is not None and version.standing["status"] != "issued":
            yield broken("ticket_answer", key, "target_hash", version.standing["status"], "issued")
        paper = prints.get((row["ticket_no"], row["unit"], row["copy_no"]))
        if paper is not None and paper["target_hash"] != row["target_hash"]:
            pair = paper["target_hash"], row["target_hash"]
            yield broken("ticket_answer", key, "copy_no", *pair)
        if row["answer"] == "DISPUTED":
            yield from _dispute(key, row, appeals.get(row["appeal_no"]), journal)


def _dispute(
    key: str, row: Row, appeal: OpenedDocument | None, journal: Journal
) -> Iterator[Difference]:
    """A dispute is the appeal that it names, word by word."""
    if appeal is None:
        if not journal.is_damaged(kind="appeal"):
            yield missing("appeal", row["appeal_no"], f"ticket_answer {key}")
        return
    figures = {
        "ground": (row["ground"], appeal.record["ground"]),
        "statement": (row["statement"], appeal.record["statement"]),
        "user_id": (row["user_id"] or BY_CODE, appeal.record["raised_by"]),
        "answered_at": (row["answered_at"], instant(appeal.record["raised_at"])),
    }
    if appeal.record["appeals"] == "ticket":
        figures["target_hash"] = (row["target_hash"], appeal.parents.get("document"))
    for column, (found, expected) in figures.items():
        if found != expected:
            yield broken("ticket_answer", key, column, found, expected)


def _appeals_by_code(books: Books, journal: Journal) -> Iterator[Difference]:
    """Whoever appealed without an account held a print and answered with its code."""
    answered = {row["appeal_no"] for row in books["ticket_answer"] if row["copy_no"] is not None}
    for document in journal.of_kind("appeal"):
        record = document.record
        is_by_code = record["state"] == "raised" and record["raised_by"] == BY_CODE
        if is_by_code and document.document_id not in answered:
            yield missing("ticket_answer", document.document_id, document.name)


def _pictures(journal: Journal, versions: Versions) -> Iterator[Difference]:
    """The pictures that a deduction names are pictures of the same visit."""
    known: dict[str, set[str]] = {}
    for document in journal.documents:
        if document.images:
            known.setdefault(document.record["visit_id"], set()).update(document.images)
    for document in versions.values():
        visit_id = document.standing["visit_id"]
        if any(journal.is_damaged(kind=kind, subject_id=visit_id) for kind in _HOLD_PICTURES):
            continue
        entries = document.standing.get("deduction", {})
        several = () if "kind" in entries else entries.values()
        named = {each for entry in several for each in entry.get("photographs", {}).values()}
        for photograph_id in sorted(named - known.get(visit_id, set())):
            yield missing("photograph", photograph_id, document.name)


_HOLD_PICTURES = ("weighing", "grade-decision", "ticket")


def _of_version(
    table: str, key: str, row: Row, journal: Journal, versions: Versions
) -> Iterator[Difference]:
    """The document that the row names is a version of the ticket that it names."""
    version = versions.get(row["target_hash"])
    if version is None:
        if row["target_hash"] not in journal.damaged:
            yield missing("journal", row["target_hash"].hex(), f"{table} {key}")
    elif version.standing["ticket_no"] != row["ticket_no"]:
        yield broken(table, key, "ticket_no", row["ticket_no"], version.standing["ticket_no"])
