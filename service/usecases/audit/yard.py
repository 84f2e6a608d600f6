"""The rows of the yard, rebuilt from documents: weighings, photographs, grades, tickets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from service.proof.hashing import sha256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, changed, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.matching import ExpectedRow, Row, matched

NOTHING = sha256(b"").hex()
"""What a typed weight or a stored tare has in place of the hashes of a capture."""

CAMERA_FIGURES = ("edge_percent", "p50_level", "level_range")

Rebuild = Callable[[OpenedDocument], dict[str, Any]]


def audit_yard(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the tables that a received truck fills."""
    return [
        *rebuilt(books, journal, "weighing", "weighing_id", "weighing", _weighing),
        *rebuilt(books, journal, "weighing_void", "void_id", "weighing-void", _weighing_void),
        *_photographs(books, journal),
        *rebuilt(books, journal, "grade_proposal", "proposal_id", "grade-proposal", _proposal),
        *rebuilt(
            books, journal, "grade_decision", "decision_id", "grade-decision", _decision(journal)
        ),
        *rebuilt(books, journal, "hazard_release", "release_id", "hazard-release", _release),
        *rebuilt(books, journal, "ticket", "ticket_no", "ticket", _ticket),
    ]


def rebuilt(
    books: Books, journal: Journal, table: str, key: str, kind: str, rebuild: Rebuild
) -> list[Difference]:
    """Differences of a table that has one row for each document of ``kind``."""

    def without_document(row: Row) -> list[Difference] | None:
        return needs_document(table, str(row[key]), row, journal)

    expected = expected_rows(journal.of_kind(kind), rebuild)
    return matched(table, [key], expected, books[table], unfounded=without_document)


def needs_document(table: str, key: str, row: Row, journal: Journal) -> list[Difference] | None:
    """What to say of a row that no sound document demands: the one it names is missing.

    Nothing more where that one is damaged; None where it is there and is about another row.
    """
    target_hash = row["target_hash"]
    if target_hash in journal.damaged:
        return []
    if target_hash in journal.by_hash:
        return None
    return [missing("journal", target_hash.hex(), f"{table} {key}")]


def expected_rows(documents: Iterable[OpenedDocument], rebuild: Rebuild) -> Iterator[ExpectedRow]:
    """The row of each document, with the document it stands for."""
    for document in documents:
        columns = {**rebuild(document), "target_hash": document.target_hash}
        yield ExpectedRow(columns=columns, source=document.name)


def taken(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The members of ``record`` that stand in columns of the same name."""
    return {name: record[name] for name in names}


def _weighing(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "weighing_id", "visit_id", "site_id", "kg", "source", "operator_id"),
        **{name: record.get(name) for name in ("edge_id", "edge_seq", "capture_id")},
        "witness_id": record.get("typed", {}).get("witness_id"),
        "found_weighing_id": record.get("stored_tare", {}).get("weighing_id"),
        "weighing_pass": record["pass"],
        "instrument_id": record["instrument"]["instrument_id"],
        "taken_at": instant(record["taken_at"]),
        "recorded_at": instant(record["recorded_at"]),
        "frames": bytes.fromhex(record.get("frames_sha256", NOTHING)),
        "curve": bytes.fromhex(record.get("curve_sha256", NOTHING)),
    }


def _weighing_void(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "void_id", "weighing_id", "visit_id", "site_id", "reason", "operator_id"),
        "voided_at": instant(record["voided_at"]),
        "recorded_at": instant(record["recorded_at"]),
    }


def _photographs(books: Books, journal: Journal) -> list[Difference]:
    ticketed = {
        document.record["visit_id"]
        for document in journal.of_kind("ticket")
        if document.record["status"] == "issued"
    }

    def may_wait(row: Row) -> list[Difference] | None:
        if _is_in_damaged(row, journal):
            return []
        waits = row["origin"] == "UPLOADED" and row["visit_id"] not in ticketed
        if waits and row["salt+content"] != row["salted_sha256"]:
            digests = row["salt+content"], row["salted_sha256"]
            return [changed("photograph", row["photograph_id"], "salt+content", *digests)]
        return [] if waits else None

    expected = [
        _photograph(document, photograph_id, image)
        for document in journal.documents
        for photograph_id, image in document.images.items()
    ]
    return matched(
        "photograph", ["photograph_id"], expected, books["photograph"], unfounded=may_wait
    )


def _is_in_damaged(photograph: Row, journal: Journal) -> bool:
    kinds = ["weighing"]
    if photograph["weighing_id"] is None:
        kinds = ["grade-decision", "hazard-release", "ticket"]
    return any(journal.is_damaged(kind=kind, subject_id=photograph["visit_id"]) for kind in kinds)


def _photograph(
    document: OpenedDocument, photograph_id: str, image: Mapping[str, Any]
) -> ExpectedRow:
    salted_sha256 = bytes.fromhex(image["sha256"])
    columns = {
        "photograph_id": photograph_id,
        "visit_id": document.record["visit_id"],
        "weighing_id": document.record.get("weighing_id"),
        **taken(image, "camera_id", "origin", "media_type", "taken_by"),
        "taken_at": instant(image["taken_at"]),
        "salted_sha256": salted_sha256,
        "salt+content": salted_sha256,
    }
    return ExpectedRow(columns=columns, source=document.name)


def _proposal(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "proposal_id", "visit_id", "decision"),
        **dict.fromkeys(("camera_id", *CAMERA_FIGURES)),
        **_of_camera(record),
        "proposed_at": instant(record["proposed_at"]),
    }


def _of_camera(record: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing of a load whose camera has no bay, or of which no frame was good."""
    if not {"bay", "camera"} <= record.keys():
        return {}
    return {"camera_id": record["bay"]["camera_id"], **taken(record["camera"], *CAMERA_FIGURES)}


def _decision(journal: Journal) -> Rebuild:
    """A decision counts one more than the one whose place it takes."""

    def version(document: OpenedDocument) -> int:
        former = journal.by_hash.get(document.supersedes or b"")
        return 1 if former is None else 1 + version(former)

    def rebuild(document: OpenedDocument) -> dict[str, Any]:
        record = document.record
        return {
            **taken(record, "decision_id", "visit_id", "grade"),
            "version": version(document),
            "inspector_id": record.get("inspector_id"),
            "decided_by_engine": record.get("decided_by_engine"),
            "decided_at": instant(record["decided_at"]),
        }

    return rebuild


def _release(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "release_id", "stop_id", "visit_id"),
        "released_at": instant(record["released_at"]),
    }


def _ticket(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "ticket_no", "visit_id", "site_id", "status", "operator_id"),
        "lot_id": record.get("lot_id"),
        "accepted_kg": record.get("accepted_kg", 0),
        "settlement_kg": record.get("settlement_kg", 0),
        "issued_at": instant(record["issued_at"]),
    }
