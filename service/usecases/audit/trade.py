"""The rows of the trade, rebuilt from documents: deliveries, receipts, statements, settlements."""

import json
from collections.abc import Mapping
from typing import Any

from service.proof.hashing import sha256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, changed, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.trees import canonical
from service.usecases.audit.yard import rebuilt, taken

ROW_OF_SETTLEMENT = (
    "settlement_id",
    "settlement_no",
    "revision",
    "delivery_id",
    "receipt_id",
    "prepared_by",
    "prepared_at",
    "approved_by",
    "approved_at",
)
"""What the document of a settlement says beside the calculation."""


def audit_trade(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the tables that a delivery fills."""
    return [
        *rebuilt(books, journal, "delivery", "delivery_id", "delivery", _delivery),
        *_delivery_lines(books, journal),
        *rebuilt(books, journal, "plant_receipt", "receipt_id", "plant-receipt", _receipt),
        *rebuilt(
            books, journal, "carbon_statement", "statement_no", "carbon-statement", _statement
        ),
        *_settlements(books, journal),
        *rebuilt(books, journal, "settlement_approval", "settlement_id", "settlement", _approval),
    ]


def _delivery(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "delivery_id", "delivery_no", "waybill_no", "visit_id", "site_id"),
        **taken(record, "plant_id", "carrier_id", "net_kg", "operator_id"),
        "secret": bytes.fromhex(record["delivery_secret"]),
        "issued_at": instant(record["issued_at"]),
    }


def _delivery_lines(books: Books, journal: Journal) -> list[Difference]:
    def of_damaged_delivery(row: Row) -> list[Difference] | None:
        damaged = journal.is_damaged(kind="delivery", subject_id=row["delivery_id"])
        return [] if damaged else None

    expected = [
        ExpectedRow(
            columns={
                "delivery_id": document.record["delivery_id"],
                "line_no": int(line_no),
                **taken(line, "lot_id", "kg"),
            },
            source=document.name,
        )
        for document in journal.of_kind("delivery")
        for line_no, line in document.record["lines"].items()
    ]
    return matched(
        "delivery_line",
        ["delivery_id", "line_no"],
        expected,
        books["delivery_line"],
        unfounded=of_damaged_delivery,
    )


def _receipt(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "receipt_id", "receipt_no", "delivery_id", "visit_id", "site_id"),
        **taken(record, "net_kg", "settlement_kg", "difference_kg", "limit_kg", "alarm"),
        "receiver_id": record["receiver_id"],
        "received_at": instant(record["received_at"]),
    }


def _statement(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "statement_no", "delivery_id", "method"),
        **taken(record, "avoided_net_kgco2e", "coal_saved_tce"),
        "issued_at": instant(record["issued_at"]),
    }


def _approval(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "settlement_id", "delivery_id", "approved_by"),
        "approved_at": instant(record["approved_at"]),
    }


def _settlements(books: Books, journal: Journal) -> list[Difference]:
    """An approved settlement is in its document; one that is not has to agree with itself."""
    rows = [{**row, "trace": sha256(row["trace"])} for row in books["settlement"]]
    approvals = {row["settlement_id"]: row["target_hash"] for row in books["settlement_approval"]}

    def not_approved(row: Row) -> list[Difference]:
        """Where its document is gone or damaged, the row of the approval says so."""
        target_hash = approvals.get(row["settlement_id"])
        return _prepared(row) if target_hash is None or target_hash in journal.by_hash else []

    expected = [
        ExpectedRow(columns=_settlement(document), source=document.name)
        for document in journal.of_kind("settlement")
    ]
    return [
        *matched("settlement", ["settlement_id"], expected, rows, unfounded=not_approved),
        *_revisions(rows, books),
    ]


def _settlement(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    calculation = {name: record[name] for name in record if name not in ROW_OF_SETTLEMENT}
    return {
        **taken(record, "settlement_id", "settlement_no", "delivery_id", "revision"),
        **_calculated(record),
        "prepared_by": record["prepared_by"],
        "prepared_at": instant(record["prepared_at"]),
        "calculation": canonical(calculation),
    }


def _calculated(calculation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **taken(calculation, "bank_id", "gross_fen", "payable_fen"),
        "price_list_id": calculation["price_list"]["price_list_id"],
        "trace": bytes.fromhex(calculation["trace_sha256"]),
    }


def _prepared(row: Row) -> list[Difference]:
    """A settlement that waits or was returned: its columns repeat its calculation."""
    key = str(row["settlement_id"])
    try:
        calculation = json.loads(row["calculation"])
        columns = {**_calculated(calculation), "calculation": canonical(calculation)}
    except (ValueError, KeyError, TypeError) as error:
        why = f"{type(error).__name__} {error}"
        return [changed("settlement", key, "calculation", why, "a readable calculation")]
    return [
        changed("settlement", key, column, row[column], value)
        for column, value in columns.items()
        if row[column] != value
    ]


def _revisions(rows: list[dict[str, Any]], books: Books) -> list[Difference]:
    """The revisions of a delivery count from 1, and all but the last were returned."""
    returned = {row["settlement_id"] for row in books["settlement_return"]}
    differences = []
    revisions: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: int(row["revision"])):
        revisions.setdefault(row["delivery_id"], []).append(row)
    for of_delivery in revisions.values():
        for place, row in enumerate(of_delivery, 1):
            key = str(row["settlement_id"])
            if row["revision"] != place:
                differences.append(changed("settlement", key, "revision", row["revision"], place))
            if place < len(of_delivery) and row["settlement_id"] not in returned:
                differences.append(missing("settlement_return", key, f"revision {place + 1}"))
    return differences
