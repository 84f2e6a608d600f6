"""Stops: nobody decided or issued a ticket inside one, and two people released it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant

Row = Mapping[str, Any]

RELEASE, PROPOSAL = "hazard-release", "grade-proposal"

INSIDE_NEVER = {"grade-decision": "decided_at", "ticket": "issued_at"}
"""By kind: when it was done, which lies in no stop of its visit."""


def audit_stops(books: Books, journal: Journal) -> list[Difference]:
    """Differences of stops, their signatures and releases, and of what lies inside a stop."""
    released = {document.record["stop_id"]: document for document in journal.of_kind(RELEASE)}
    stops = {row["stop_id"]: row for row in books["hazard_stop"]}
    return [
        *_stopped_by_proposals(books, journal),
        *_released(books, stops, released, journal),
        *_inside(stops, released, journal),
        *_overlays(books),
    ]


def _stopped_by_proposals(books: Books, journal: Journal) -> Iterator[Difference]:
    """A proposal that says stop has stopped its load, unless a person had."""
    visits = {row["visit_id"] for row in books["hazard_stop"]}
    proposals = {row["proposal_id"] for row in books["hazard_stop"]}
    said = {document.record["proposal_id"]: document for document in journal.of_kind(PROPOSAL)}
    for proposal_id, document in said.items():
        stops = document.record["decision"] == "stop"
        if stops and document.record["visit_id"] not in visits:
            yield missing("hazard_stop", proposal_id, document.name)
        if proposal_id in proposals and not stops:
            yield changed("hazard_stop", proposal_id, "proposal_id", "stop", "no stop")


def _released(
    books: Books,
    stops: Mapping[str, Row],
    released: Mapping[str, OpenedDocument],
    journal: Journal,
) -> Iterator[Difference]:
    """The rows of a released stop say what its document says."""
    signatures = {(row["stop_id"], str(row["place"])): row for row in books["hazard_signature"]}
    for stop_id, document in released.items():
        record, row = document.record, stops.get(stop_id)
        if row is None:
            yield missing("hazard_stop", stop_id, document.name)
            continue
        for column, expected in _stop_columns(record).items():
            if row[column] != expected:
                yield changed("hazard_stop", stop_id, column, row[column], expected)
        for place, said in record["signatures"].items():
            yield from _signature(stop_id, place, signatures.get((stop_id, place)), said)
    for stop_id, place in signatures:
        damaged = journal.is_damaged(kind=RELEASE)
        if place == "2" and stop_id not in released and not damaged:
            yield missing("journal", stop_id, f"hazard_signature {stop_id}/2")


def _stop_columns(record: Row) -> dict[str, Any]:
    return {
        "visit_id": record["visit_id"],
        "reason": record["reason"],
        "stopped_at": instant(record["stopped_at"]),
        "stopped_by": record.get("stopped_by"),
    }


def _signature(stop_id: str, place: str, row: Row | None, said: Row) -> Iterator[Difference]:
    key = f"{stop_id}/{place}"
    if row is None:
        yield missing("hazard_signature", key, f"hazard-release of {stop_id}")
        return
    expected = {**said, "signed_at": instant(said["signed_at"])}
    for column, value in expected.items():
        if row[column] != value:
            yield changed("hazard_signature", key, column, row[column], value)


def _inside(
    stops: Mapping[str, Row], released: Mapping[str, OpenedDocument], journal: Journal
) -> Iterator[Difference]:
    """No decision and no ticket but a void one lies between a stop and its release."""
    spans: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for stop_id, row in stops.items():
        document = released.get(stop_id)
        until = None if document is None else instant(document.record["released_at"])
        spans.setdefault(row["visit_id"], []).append((row["stopped_at"], until))
    for kind, member in INSIDE_NEVER.items():
        for document in journal.of_kind(kind):
            record = document.record
            at = instant(record[member])
            if record.get("status") == "void":
                continue
            for since, until in spans.get(record["visit_id"], ()):
                if since < at and (until is None or at < until):
                    table = kind.replace("-", "_")
                    yield broken(table, document.document_id, member, at, f"outside {since}")


def _overlays(books: Books) -> Iterator[Difference]:
    """A drawn picture is the one whose hash stands beside it."""
    for row in books["proposal_overlay"]:
        if row["content"] != row["content_sha256"]:
            key = str(row["photograph_id"])
            pair = row["content"], row["content_sha256"]
            yield changed("proposal_overlay", key, "content+content_sha256", *pair)
