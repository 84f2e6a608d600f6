"""What the controls said, rebuilt from the weighings' documents; and no mass on a held weighing."""

from collections.abc import Iterator
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.weighings import MASSES

HELD, RELEASED = "HOLD", "RELEASE"


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
    return [*verdicts, *_unreleased(books, journal)]


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


def _unreleased(books: Books, journal: Journal) -> Iterator[Difference]:
    """A ticket, delivery note or receipt rests on no held weighing but one that was released, by
    another person than the one who weighed."""
    decisions = {row["weighing_id"]: row for row in books["hold_decision"]}
    for kind in MASSES:
        for document in journal.of_kind(kind):
            for part, digest in document.parents.items():
                weighing = journal.by_hash.get(digest)
                if weighing is None or not _is_held(weighing):
                    continue
                found = _released_by(decisions.get(weighing.record["weighing_id"], {}))
                if found in {"-", weighing.record["operator_id"]}:
                    table, part_name = kind.replace("-", "_"), f"links.parents.{part}"
                    yield broken(table, document.document_id, part_name, found, RELEASED)


def _is_held(weighing: OpenedDocument) -> bool:
    controls: dict[str, dict[str, str]] = weighing.record.get("controls", {})
    return any(said["outcome"] == HELD for said in controls.values())


def _released_by(decision: Row) -> Any:
    """Who released the weighing, ``-`` where nobody did."""
    return decision["decided_by"] if decision.get("decision") == RELEASED else "-"
