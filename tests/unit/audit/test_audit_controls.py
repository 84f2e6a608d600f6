"""What the audit says of verdicts, and of masses that rest on a held weighing."""

from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.controls import audit_controls
from service.usecases.audit.difference import Difference, Kind
from service.usecases.audit.documents import Journal, OpenedDocument

WEIGHED, TICKETED = b"\x01" * 32, b"\x02" * 32
SAID = {"field": "tare", "outcome": "HOLD", "value": "17140 kg", "limit": "16011–16269 kg"}
VERDICT = {
    "weighing_id": "W",
    "control": "C7",
    "field": "tare",
    "outcome": "HOLD",
    "value": "17140 kg",
    "allowed": "16011–16269 kg",
}
RELEASE = {"weighing_id": "W", "decision": "RELEASE", "decided_by": "U-2"}


def audited(
    *, verdicts: list[Any], decisions: list[Any], damaged: bool = False
) -> list[Difference]:
    """The audit of one held weighing and the ticket that rests on it."""
    weighing = OpenedDocument(
        journal_id=1,
        target_hash=WEIGHED,
        kind="weighing",
        document_id="W",
        data={"record": {"weighing_id": "W", "operator_id": "U-1", "controls": {"C7": SAID}}},
    )
    links = {"parents": {"tare": WEIGHED.hex()}}
    ticket = OpenedDocument(
        journal_id=2,
        target_hash=TICKETED,
        kind="ticket",
        document_id="T",
        data={"record": {"ticket_no": "T"}, "links": links},
    )
    sound = [ticket] if damaged else [weighing, ticket]
    journal = Journal(
        documents=sound,
        by_hash={document.target_hash: document for document in sound},
        damaged={WEIGHED: {}} if damaged else {},
    )
    row = {"weighing_id": "W", "target_hash": WEIGHED}
    tables = {"weighing": [row], "control_verdict": verdicts, "hold_decision": decisions}
    return audit_controls(Books(tables=tables), journal)


def test_a_released_weighing_carries_a_ticket() -> None:
    assert audited(verdicts=[VERDICT], decisions=[RELEASE]) == []


def test_a_verdict_that_is_gone_or_was_changed_is_named() -> None:
    (gone,) = audited(verdicts=[], decisions=[RELEASE])
    assert (gone.kind, gone.key) == (Kind.MISSING, "W/C7")
    (changed,) = audited(verdicts=[VERDICT | {"outcome": "PASS"}], decisions=[RELEASE])
    assert (changed.kind, changed.column, changed.expected) == (Kind.CHANGED, "outcome", "HOLD")
    extra = VERDICT | {"weighing_id": "X", "control": "C1", "value": "-", "field": "-"}
    (unexpected,) = audited(verdicts=[VERDICT, extra], decisions=[RELEASE])
    assert unexpected.kind is Kind.UNEXPECTED


def test_of_a_damaged_weighing_the_verdicts_cannot_be_judged() -> None:
    assert audited(verdicts=[VERDICT], decisions=[], damaged=True) == []


def test_a_mass_on_a_weighing_that_nobody_else_released_is_named() -> None:
    for decisions, found in (
        ([], "-"),
        ([RELEASE | {"decision": "REFUSE"}], "-"),
        ([RELEASE | {"decided_by": "U-1"}], "U-1"),
    ):
        (difference,) = audited(verdicts=[VERDICT], decisions=decisions)
        assert (difference.table, difference.key) == ("ticket", "T")
        assert (difference.column, difference.found) == ("links.parents.tare", found)
