"""Verdicts and decisions rebuilt from their documents; and no mass on a held weighing."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.weighings import MASSES
from service.usecases.audit.yard import expected_rows, needs_document, taken

HELD, RELEASED = "HOLD", "RELEASE"
RELEASE_OF = "_release"
"""Ending of the part that the release of a held weighing plays, after that of the weighing."""


def audit_controls(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the verdicts, and masses that rest on a weighing nobody released."""
    damaged = {
        row["weighing_id"] for row in books["weighing"] if row["target_hash"] in journal.damaged
    }

    def of_damaged(row: Row) -> list[Difference] | None:
        return [] if row["weighing_id"] in damaged else None

    verdicts = matched(
        "control_verdict",
        ["weighing_id", "control"],
        (row for document in journal.of_kind("weighing") for row in _verdicts(document)),
        books["control_verdict"],
        unfounded=of_damaged,
    )
    return [
        *verdicts,
        *_decisions(books, journal),
        *_unreleased(journal),
        *_idle_releases(journal),
        *_other_pictures(books, journal),
    ]


def without_releases(parents: Mapping[str, bytes]) -> dict[str, bytes]:
    """``parents`` without releases of held weighings, which are judged here."""
    return {part: each for part, each in parents.items() if not part.endswith(RELEASE_OF)}


def _verdicts(document: OpenedDocument) -> Iterator[ExpectedRow]:
    for control, said in document.record.get("controls", {}).items():
        yield ExpectedRow(
            columns={
                "weighing_id": document.record["weighing_id"],
                "control": control,
                "field": said["field"],
                "outcome": said["outcome"],
                "value": said["value"],
                "allowed": said["limit"],
            },
            source=document.name,
        )


def _decisions(books: Books, journal: Journal) -> list[Difference]:
    def without_document(row: Row) -> list[Difference] | None:
        key = f"hold_decision {row['weighing_id']}"
        if row["target_hash"] is None:
            return [missing("journal", f"hold-decision {row['weighing_id']}", key)]
        return needs_document("hold_decision", str(row["weighing_id"]), row, journal)

    expected = expected_rows(journal.of_kind("hold-decision"), _decision)
    return matched(
        "hold_decision",
        ["weighing_id"],
        expected,
        books["hold_decision"],
        unfounded=without_document,
    )


def _decision(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    said = ("weighing_id", "decision", "reason_code", "decided_by", "decided_as")
    return {
        **taken(record, *said),
        "reason": record.get("reason", ""),
        "photograph_ids": sorted(record.get("photographs", {})),
        "decided_at": instant(record["decided_at"]),
        "recorded_at": instant(record["recorded_at"]),
    }


def _unreleased(journal: Journal) -> Iterator[Difference]:
    """A ticket, delivery note or receipt rests on no held weighing but one that was released, by
    another person than the one who weighed; it names the release as a parent."""
    for document in _masses(journal):
        for part, digest in document.parents.items():
            weighing = journal.by_hash.get(digest)
            if weighing is None or weighing.kind != "weighing" or not _is_held(weighing):
                continue
            release = document.parents.get(part + RELEASE_OF)
            if release in journal.damaged:
                continue
            found = _released_by(journal.by_hash.get(release or b""), weighing)
            if found in {"-", weighing.record["operator_id"]}:
                table = document.kind.replace("-", "_")
                part_name = f"links.parents.{part}"
                yield broken(table, document.document_id, part_name, found, RELEASED)


def _idle_releases(journal: Journal) -> Iterator[Difference]:
    """A release is named beside a held weighing alone."""
    for document in _masses(journal):
        for part, digest in document.parents.items():
            if not part.endswith(RELEASE_OF) or digest in journal.damaged:
                continue
            weighing = document.parents.get(part.removesuffix(RELEASE_OF), b"")
            held = journal.by_hash.get(weighing)
            if weighing not in journal.damaged and (held is None or not _is_held(held)):
                table, name = document.kind.replace("-", "_"), f"links.parents.{part}"
                yield broken(table, document.document_id, name, digest, "-")


def _other_pictures(books: Books, journal: Journal) -> Iterator[Difference]:
    """The photographs that a release rests on are still those that it was decided by."""
    kept = {row["photograph_id"]: row for row in books["photograph"]}
    for document in journal.of_kind("hold-decision"):
        for photograph_id, digest in document.record.get("photographs", {}).items():
            row = kept.get(photograph_id)
            if row is None:
                yield missing("photograph", photograph_id, document.name)
            elif row["salt+content"].hex() != digest:
                found = row["salt+content"]
                yield broken("photograph", photograph_id, "content", found, digest)


def _masses(journal: Journal) -> Iterator[OpenedDocument]:
    """Documents that fix a mass: a void ticket names weighings and fixes none."""
    for kind in MASSES:
        for document in journal.of_kind(kind):
            if document.record.get("status") != "void":
                yield document


def _is_held(weighing: OpenedDocument) -> bool:
    controls: dict[str, dict[str, str]] = weighing.record.get("controls", {})
    return any(said["outcome"] == HELD for said in controls.values())


def _released_by(release: OpenedDocument | None, weighing: OpenedDocument) -> Any:
    """Who released the weighing, ``-`` where nobody did."""
    if release is None or release.kind != "hold-decision":
        return "-"
    is_own = release.record["weighing_id"] == weighing.record["weighing_id"]
    return release.record["decided_by"] if is_own and _is_release(release) else "-"


def _is_release(decision: OpenedDocument) -> bool:
    return bool(decision.record["decision"] == RELEASED)
