"""The audit of amounts that upheld appeals state: prices of the day, mass of the ticket."""

from datetime import UTC, datetime
from typing import Any

import pytest

from service.usecases.audit.books import Books
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.price_differences import audit_price_differences

PRICES = {"HRS101": 365_000, "MRS201": 359_000}
DIFFERENCE = {"prices_fen_per_t": PRICES, "settlement_kg": 32_090}
TICKET = {"site_id": "BASE01", "issued_at": "2026-03-01T04:00:00Z", "settlement_kg": 32_090}
PARTS = {"document": b"1" * 32, "decision": b"2" * 32, "correction": b"3" * 32}


def rules(version: int, hour: int, prices: dict[str, int], site_id: str = "BASE01") -> Any:
    made_at = datetime(2026, 3, 1, hour, tzinfo=UTC)
    return {"site_id": site_id, "version": version, "made_at": made_at, "prices_fen_per_t": prices}


RULES = [
    rules(1, 1, {}),
    rules(2, 2, PRICES),
    rules(3, 5, {}),  # after the ticket
    rules(9, 2, {}, "BASE02"),
]


def opened(kind: str, record: dict[str, Any], target: bytes = b"") -> OpenedDocument:
    links = {"parents": {part: digest.hex() for part, digest in PARTS.items()}}
    data = {"kind": kind, "record": record, "links": links}
    return OpenedDocument(
        journal_id=1, target_hash=target, kind=kind, document_id="FY-1-D", data=data
    )


def found(record: dict[str, Any], rows: list[Any], **missing: bytes) -> list[str]:
    first = opened("grade-decision", {"shares": {"HRS101": 10_000}})
    decided = opened("grade-decision", {"shares": {"MRS201": 10_000}})
    corrected = opened("correction", {"corrects": "ticket", "values": TICKET})
    by_hash = dict(zip(PARTS.values(), (first, decided, corrected), strict=True))
    for part in missing.values():
        by_hash.pop(part)
    journal = Journal(documents=[opened("appeal", record)], by_hash=by_hash)
    said = audit_price_differences(Books(tables={"grade_rules": rows}), journal)
    return [each.column for each in said]


@pytest.mark.parametrize(
    ("record", "rows", "expected"),
    [
        ({"difference": DIFFERENCE}, RULES, []),
        ({}, RULES[:1], []),
        ({}, [], []),
        ({"difference": DIFFERENCE | {"settlement_kg": 1}}, RULES, ["settlement_kg"]),
        ({"difference": DIFFERENCE}, RULES[:1], ["prices_fen_per_t"]),
        ({"difference": DIFFERENCE}, [*RULES, rules(4, 3, {})], ["prices_fen_per_t"]),
        ({}, RULES, ["prices_fen_per_t"]),
    ],
)
def test_an_amount_is_held_against_the_prices_and_the_ticket_of_its_day(
    record: dict[str, Any], rows: list[Any], expected: list[str]
) -> None:
    assert found(record, rows) == expected


def test_an_appeal_that_changed_nothing_owes_nothing() -> None:
    assert found({}, RULES, correction=PARTS["correction"]) == []
