"""A document opened: every byte of it counts."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from service.proof.document import wrap
from service.proof.jcs import canonical_json
from service.usecases.audit.documents import opened_journal

AT = datetime(2026, 3, 1, 2, 15, 30, tzinfo=UTC)
DATA = {
    "id": "D1",
    "$template": {"name": "FERROTRACE_GRADE_DECISION_V1", "type": "EMBEDDED_RENDERER"},
    "issuers": [{"name": "示例"}],
    "kind": "grade-decision",
    "demo": True,
    "record": {
        "decision_id": "D1",
        "visit_id": "V1",
        "decided_at": "2026-03-01T02:15:30Z",
        "shares": {"HRS101": 10_000},
    },
}


def journal_row(data: dict[str, Any] | None = None) -> dict[str, Any]:
    salt = UUID("5b3e4a4e-3d1f-4e0a-8f6f-0a6f2b9c1d11")
    wrapped = wrap(DATA if data is None else data, lambda: str(salt))
    return {
        "journal_id": 1,
        "target_hash": bytes.fromhex(wrapped["signature"]["targetHash"]),
        "kind": "grade-decision",
        "document_id": "D1",
        "subject_id": "V1",
        "document": canonical_json(wrapped),
        "recorded_at": AT,
    }


def test_a_sound_document_is_opened_without_a_difference() -> None:
    journal = opened_journal([journal_row()])
    assert journal.differences == []
    (document,) = journal.documents
    assert document.data == DATA
    assert document.name == "grade-decision D1"
    assert document.parents == {}
    assert document.images == {}


@pytest.mark.parametrize("bit", [1, 32, 128])
def test_every_flipped_byte_of_a_document_is_found(bit: int) -> None:
    row = journal_row()
    for place in range(len(row["document"])):
        damaged = bytearray(row["document"])
        damaged[place] ^= bit
        found = opened_journal([{**row, "document": bytes(damaged)}]).differences
        assert {(d.table, d.column) for d in found} == {("journal", "document")}, place


def test_a_document_under_another_name_is_found() -> None:
    journal = opened_journal([{**journal_row(), "document_id": "D2", "kind": "ticket"}])
    assert [d.column for d in journal.differences] == ["kind", "document_id"]


def test_spaces_between_the_members_are_found() -> None:
    row = journal_row()
    loose = row["document"].replace(b'","', b'", "', 1)
    (difference,) = opened_journal([{**row, "document": loose}]).differences
    assert difference.column == "document"
    assert difference.found.startswith("bytes ")


def test_what_hangs_on_a_damaged_document_is_left_open() -> None:
    row = journal_row()
    journal = opened_journal([{**row, "document": row["document"].replace(b"HRS", b"MRS")}])
    assert journal.documents == []
    assert journal.is_damaged(kind="grade-decision")
    assert journal.is_damaged(kind="grade-decision", subject_id="V1")
    assert not journal.is_damaged(kind="grade-decision", subject_id="V2")
    assert not journal.is_damaged(kind="ticket")


def test_values_that_no_product_document_holds_are_unreadable() -> None:
    journal = opened_journal([journal_row({**DATA, "demo": None})])
    assert "null" in journal.differences[0].found
