"""The rows of what is said later, rebuilt: corrections, appeals, payments, liens."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.yard import expected_rows, needs_document, rebuilt, taken

Rebuild = Callable[[OpenedDocument], dict[str, Any]]


def audit_later(books: Books, journal: Journal) -> list[Difference]:
    """Differences of the tables that corrections, appeals, payments and liens fill."""
    raised = [d for d in journal.of_kind("appeal") if d.record["state"] == "raised"]
    answered = [d for d in journal.of_kind("appeal") if d.record["state"] != "raised"]
    return [
        *rebuilt(books, journal, "correction", "correction_no", "correction", _correction),
        *_versions(books, journal, "ticket", _ticket_version),
        *_versions(books, journal, "delivery", _delivery_version),
        *_of_documents(books, journal, "appeal", raised, _appeal),
        *_of_documents(books, journal, "appeal_decision", answered, _answer),
        *rebuilt(books, journal, "grade_review", "review_id", "grade-review", _review),
        *rebuilt(books, journal, "payment", "payment_no", "payment", _payment(journal)),
        *_liens(books, journal),
    ]


def _of_documents(
    books: Books,
    journal: Journal,
    table: str,
    documents: Iterable[OpenedDocument],
    rebuild: Rebuild,
) -> list[Difference]:
    """Differences of a table of appeals that has one row for each of ``documents``."""

    def without_document(row: Row) -> list[Difference] | None:
        return needs_document(table, str(row["appeal_no"]), row, journal)

    expected = expected_rows(documents, rebuild)
    return matched(table, ["appeal_no"], expected, books[table], unfounded=without_document)


def _correction(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        "correction_no": document.document_id,
        **taken(record, "corrects", "reason", "corrected_by"),
        "corrected_at": instant(record["corrected_at"]),
        "supersedes": document.supersedes,
    }


def _versions(books: Books, journal: Journal, corrects: str, rebuild: Rebuild) -> list[Difference]:
    table = f"{corrects}_version"
    damaged = {row["document_id"] for row in journal.damaged.values()}

    def of_damaged(row: Row) -> list[Difference] | None:
        return [] if row["correction_no"] in damaged else None

    expected = [
        ExpectedRow(
            columns={
                "correction_no": document.document_id,
                "version": int(document.document_id.rsplit("-R", 1)[1]),
                **rebuild(document),
            },
            source=document.name,
        )
        for document in journal.of_kind("correction")
        if document.speaks_as == corrects
    ]
    return matched(table, ["correction_no"], expected, books[table], unfounded=of_damaged)


def _ticket_version(document: OpenedDocument) -> dict[str, Any]:
    return taken(document.standing, "ticket_no", "accepted_kg", "settlement_kg")


def _delivery_version(document: OpenedDocument) -> dict[str, Any]:
    return taken(document.standing, "delivery_id", "waybill_no", "carrier_id", "distance_km")


def _appeal(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        "appeal_no": record["appeal_id"],
        **taken(record, "appeals", "ground", "statement", "raised_by"),
        "document": document.parents.get("document"),
        "visit_id": record["subject_id"],
        "raised_at": instant(record["raised_at"]),
    }


def _review(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        **taken(record, "review_id", "visit_id", "place", "grade", "shares", "reviewer_id"),
        "appeal_no": record["appeal_id"],
        "reviewed_at": instant(record["reviewed_at"]),
    }


def _answer(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    return {
        "appeal_no": record["appeal_id"],
        **taken(record, "state", "answer", "decided_by"),
        "reason_code": record.get("reason_code"),
        "difference_fen": record.get("difference", {}).get("difference_fen"),
        "decided_at": instant(record["decided_at"]),
    }


def _payment(journal: Journal) -> Rebuild:
    ids = {d.document_id: d.record["settlement_id"] for d in journal.of_kind("settlement")}

    def rebuild(document: OpenedDocument) -> dict[str, Any]:
        record = document.record
        known = ids.get(record["settlement_no"])
        return {
            "payment_no": record["payment_id"],
            **taken(record, "amount_fen", "bank_id", "bank_reference", "recorded_by"),
            **({} if known is None else {"settlement_id": known}),
            "paid_on": date.fromisoformat(record["paid_on"]),
            "recorded_at": instant(record["recorded_at"]),
        }

    return rebuild


def _liens(books: Books, journal: Journal) -> list[Difference]:
    """One row for each state that a lien reached, counted for each key in the journal's order;
    and each order that led to one is in its document."""
    expected = list(_lien_rows(journal))

    def without_document(row: Row) -> list[Difference] | None:
        key = f"{row['lien_key'].hex()}/{row['step']}"
        return needs_document("lien", key, row, journal)

    orders = [
        ExpectedRow(columns=_order(document), source=document.name)
        for document in journal.of_kind("lien")
    ]
    return [
        *matched("lien", ["lien_key", "step"], expected, books["lien"], unfounded=without_document),
        *matched(
            "lien_order", ["order_id"], orders, books["lien_order"], unfounded=lambda _row: []
        ),
    ]


def _lien_rows(journal: Journal) -> Iterator[ExpectedRow]:
    for document in journal.of_kind("lien"):
        record = document.record
        columns = {
            "lien_key": bytes.fromhex(record["lien_key"]),
            "step": int(document.document_id.rsplit("-", 1)[1]),
            **taken(record, "lien_id", "delivery_id", "financier_id", "state", "released_bp"),
            "order_id": record["order"]["order_id"],
            "tx_hash": bytes.fromhex(record["tx_hash"].removeprefix("0x")),
            "recorded_at": instant(record["recorded_at"]),
            "target_hash": document.target_hash,
        }
        yield ExpectedRow(columns=columns, source=document.name)


def _order(document: OpenedDocument) -> dict[str, Any]:
    record, order = document.record, document.record["order"]
    return {
        **taken(record, "lien_id", "delivery_id", "financier_id", "financier", "cap_fen"),
        **taken(record, "contract", "chain_id"),
        **taken(order, "order_id", "kind", "nonce", "deadline"),
        "lien_key": bytes.fromhex(record["lien_key"]),
        "expiry": order.get("expiry"),
        "basis_points": order.get("basis_points"),
        "signature": bytes.fromhex(order["signature"].removeprefix("0x")),
    }
