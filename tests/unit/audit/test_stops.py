"""What the audit says of stops: decisions inside them, and signatures that nobody gave."""

from datetime import UTC, datetime
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.stops import audit_stops
from tests.unit.proof.documents import decision, hazard_release, proposal

STOP = {
    "stop_id": "stop-1",
    "visit_id": "visit-1",
    "reason": "HAZARD_FIRE_EXTINGUISHER",
    "proposal_id": "P-1",
    "stopped_at": datetime(2026, 3, 1, 2, 16, tzinfo=UTC),
    "stopped_by": None,
}


def opened(data: dict[str, Any], **record: Any) -> OpenedDocument:
    whole = {**data, "record": {**data["record"], **record}}
    return OpenedDocument(
        journal_id=1, target_hash=b"", kind=data["kind"], document_id=data["id"], data=whole
    )


def signature(place: int) -> dict[str, Any]:
    said = hazard_release()["record"]["signatures"][str(place)]
    at = datetime.fromisoformat(said["signed_at"])
    return {**said, "signed_at": at, "stop_id": "stop-1", "place": place}


def found(*documents: OpenedDocument, **changes: Any) -> list[tuple[str, str]]:
    tables: dict[str, Any] = {
        "hazard_stop": [STOP],
        "hazard_signature": [signature(1), signature(2)],
        "proposal_overlay": [],
    }
    said = audit_stops(Books(tables=tables | changes), Journal(documents=list(documents)))
    return [(each.table, each.column) for each in said]


STOPPED = opened(proposal(), decision="stop")
RELEASED = opened(hazard_release())


def test_a_stop_with_its_release_is_clean_and_a_decision_after_it_too() -> None:
    after = opened(decision(), decided_at="2026-03-01T02:18:00Z")
    assert found(STOPPED, RELEASED, after) == []


def test_a_decision_inside_a_stop_is_named() -> None:
    inside = opened(decision(), decided_at="2026-03-01T02:17:00Z")
    assert found(STOPPED, RELEASED, inside) == [("grade_decision", "decided_at")]
    later = opened(decision(), decided_at="2026-03-09T02:17:00Z")
    open_stop = found(STOPPED, later, hazard_signature=[signature(1)])
    assert open_stop == [("grade_decision", "decided_at")]


def test_rows_that_the_release_does_not_know_are_named() -> None:
    assert found(STOPPED, RELEASED, hazard_stop=[]) == [("hazard_stop", "-"), ("hazard_stop", "-")]
    other = [signature(1), {**signature(2), "signed_by": "somebody"}]
    assert found(STOPPED, RELEASED, hazard_signature=other) == [("hazard_signature", "signed_by")]
    assert found(STOPPED, RELEASED, hazard_signature=[signature(1)]) == [("hazard_signature", "-")]
    moved = [{**STOP, "reason": "-"}]
    assert found(STOPPED, RELEASED, hazard_stop=moved) == [("hazard_stop", "reason")]
    assert found(STOPPED) == [("journal", "-")]
    assert found(opened(proposal()), RELEASED) == [("hazard_stop", "proposal_id")]


def test_an_overlay_has_the_hash_beside_it() -> None:
    drawn = {"photograph_id": "photo-1", "content": b"1", "content_sha256": b"2"}
    column = "content+content_sha256"
    assert found(STOPPED, RELEASED, proposal_overlay=[drawn]) == [("proposal_overlay", column)]
