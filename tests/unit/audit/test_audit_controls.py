"""What the audit says of verdicts, and of masses that rest on a held weighing."""

from datetime import UTC, datetime
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.controls import audit_controls
from service.usecases.audit.difference import Difference, Kind
from service.usecases.audit.documents import Journal, OpenedDocument

WEIGHED, DECIDED, TICKETED = (bytes([place]) * 32 for place in (1, 2, 3))
SAID = {"field": "tare", "outcome": "HOLD", "value": "17140 kg", "limit": "16011–16269 kg"}
VERDICT = {
    "weighing_id": "W",
    "control": "C7",
    "field": "tare",
    "outcome": "HOLD",
    "value": "17140 kg",
    "allowed": "16011–16269 kg",
}
DECIDED_AT = "2026-03-01T02:19:00Z"
RELEASE = {
    "weighing_id": "W",
    "visit_id": "V",
    "site_id": "BASE01",
    "pass": "tare",
    "kg": 17_140,
    "controls": {"C7": SAID},
    "decision": "RELEASE",
    "reason_code": "SEEN_AND_CONFIRMED",
    "photographs": {"P": "ab" * 32},
    "operator_id": "U-1",
    "decided_by": "U-2",
    "decided_as": "supervisor",
    "decided_at": DECIDED_AT,
    "recorded_at": DECIDED_AT,
}


def document(kind: str, digest: bytes, record: dict[str, Any], **parents: bytes) -> OpenedDocument:
    links = {"parents": {part: parent.hex() for part, parent in parents.items()}}
    return OpenedDocument(
        journal_id=digest[0],
        target_hash=digest,
        kind=kind,
        document_id=str(record.get("weighing_id", "T")),
        data={"record": record, "links": links},
    )


def row_of(decision: dict[str, Any]) -> dict[str, Any]:
    """The row of ``hold_decision`` that belongs to the document of ``decision``."""
    said = ("weighing_id", "decision", "reason_code", "decided_by", "decided_as")
    at = datetime(2026, 3, 1, 2, 19, tzinfo=UTC)
    return {
        **{name: decision[name] for name in said},
        "reason": decision.get("reason", ""),
        "photograph_ids": list(decision.get("photographs", {})),
        "decided_at": at,
        "recorded_at": at,
        "target_hash": DECIDED,
    }


def audited(
    *,
    verdicts: list[Any],
    decision: dict[str, Any] | None,
    damaged: bytes = b"",
    held: bool = True,
    named: bool = True,
    changed: dict[str, Any] | None = None,
    picture: bytes = b"\xab" * 32,
) -> list[Difference]:
    """The audit of one held weighing, what was decided about it, and the ticket that rests on it.

    ``named``: the ticket names the decision; ``changed``: columns of its row.
    """
    controls = {"C7": SAID} if held else {}
    weighing = document(
        "weighing", WEIGHED, {"weighing_id": "W", "operator_id": "U-1", "controls": controls}
    )
    release = {"tare_release": DECIDED} if decision and named else {}
    ticket = document("ticket", TICKETED, {"ticket_no": "T"}, tare=WEIGHED, **release)
    every = [weighing, ticket]
    if decision is not None:
        every.insert(1, document("hold-decision", DECIDED, decision, weighing=WEIGHED))
    sound = [each for each in every if each.target_hash != damaged]
    journal = Journal(
        documents=sound,
        by_hash={each.target_hash: each for each in sound},
        damaged={damaged: {}} if damaged else {},
    )
    row = {"weighing_id": "W", "target_hash": WEIGHED}
    decisions = [] if decision is None else [row_of(decision) | (changed or {})]
    tables = {
        "weighing": [row],
        "control_verdict": verdicts,
        "hold_decision": decisions,
        "photograph": [{"photograph_id": "P", "salt+content": picture}],
    }
    return audit_controls(Books(tables=tables), journal)


def test_a_released_weighing_carries_a_ticket() -> None:
    assert audited(verdicts=[VERDICT], decision=RELEASE) == []


def test_a_verdict_that_is_gone_or_was_changed_is_named() -> None:
    (gone,) = audited(verdicts=[], decision=RELEASE)
    assert (gone.kind, gone.key) == (Kind.MISSING, "W/C7")
    (changed,) = audited(verdicts=[VERDICT | {"outcome": "PASS"}], decision=RELEASE)
    assert (changed.kind, changed.column, changed.expected) == (Kind.CHANGED, "outcome", "HOLD")
    extra = VERDICT | {"weighing_id": "X", "control": "C1", "value": "-", "field": "-"}
    (unexpected,) = audited(verdicts=[VERDICT, extra], decision=RELEASE)
    assert unexpected.kind is Kind.UNEXPECTED


def test_of_a_damaged_weighing_the_verdicts_cannot_be_judged() -> None:
    assert audited(verdicts=[VERDICT], decision=None, damaged=WEIGHED) == []
    assert audited(verdicts=[VERDICT], decision=RELEASE, damaged=WEIGHED) == []


def test_a_mass_on_a_weighing_that_nobody_else_released_is_named() -> None:
    for decision, found in (
        (None, "-"),
        (RELEASE | {"decision": "REFUSE"}, "-"),
        (RELEASE | {"weighing_id": "X"}, "-"),
        (RELEASE | {"decided_by": "U-1"}, "U-1"),
    ):
        (difference,) = audited(verdicts=[VERDICT], decision=decision)
        assert (difference.table, difference.key) == ("ticket", "T")
        assert (difference.column, difference.found) == ("links.parents.tare", found)


def test_a_ticket_names_the_release_and_no_other() -> None:
    (silent,) = audited(verdicts=[VERDICT], decision=RELEASE, named=False)
    assert silent.column == "links.parents.tare"
    (idle,) = audited(verdicts=[], decision=RELEASE, held=False)
    assert idle.column == "links.parents.tare_release"


def test_what_was_decided_is_what_its_document_says() -> None:
    (other,) = audited(verdicts=[VERDICT], decision=RELEASE, changed={"reason_code": "OTHER"})
    assert (other.table, other.column, other.found) == ("hold_decision", "reason_code", "OTHER")
    assert audited(verdicts=[VERDICT], decision=RELEASE, damaged=DECIDED) == []


def test_a_decision_needs_its_document() -> None:
    for digest in (None, b"\x09" * 32):
        changed = {"weighing_id": "Y", "target_hash": digest, "decided_by": "U-9", "reason": "?"}
        more = {"decided_as": "-", "reason_code": "-", "decision": "REFUSE", "photograph_ids": []}
        found = audited(verdicts=[VERDICT], decision=RELEASE, changed=changed | more)
        assert {(each.table, each.kind) for each in found} >= {("journal", Kind.MISSING)}


def test_the_photographs_of_a_release_are_those_that_were_seen() -> None:
    (other,) = audited(verdicts=[VERDICT], decision=RELEASE, picture=b"\xac" * 32)
    assert (other.table, other.key, other.column) == ("photograph", "P", "content")
    more = RELEASE | {"photographs": {"P": "ab" * 32, "Q": "ab" * 32}}
    (gone,) = audited(verdicts=[VERDICT], decision=more)
    assert (gone.kind, gone.key) == (Kind.MISSING, "Q")
