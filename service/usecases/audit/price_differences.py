"""What an upheld appeal says is owed: for the mass of its ticket, at the prices of that day.

Shares and the sum are held against the reviews in ``grade_reviews``; here are the price and mass.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument, instant

Row = Mapping[str, Any]


def audit_price_differences(books: Books, journal: Journal) -> list[Difference]:
    """Differences of prices and mass in the amounts that appeals state, and amounts not stated."""
    return [
        difference
        for document in journal.of_kind("appeal")
        for difference in _of_answer(document, books, journal)
    ]


def _of_answer(document: OpenedDocument, books: Books, journal: Journal) -> Iterator[Difference]:
    corrected = journal.by_hash.get(document.parents.get("correction", b""))
    decided = journal.by_hash.get(document.parents.get("decision", b""))
    first = journal.by_hash.get(document.parents.get("document", b""))
    if corrected is None or decided is None or first is None:
        return
    ticket, key = corrected.standing, document.document_id
    prices = _prices(books, ticket)
    codes = {*first.record["shares"], *decided.record["shares"]}
    stated = document.record.get("difference") or {}
    expected = {code: prices[code] for code in codes} if codes <= prices.keys() else {}
    if stated.get("prices_fen_per_t", {}) != expected:
        found = stated.get("prices_fen_per_t", {})
        yield broken("appeal_decision", key, "prices_fen_per_t", found, expected)
    if stated and stated["settlement_kg"] != ticket["settlement_kg"]:
        pair = stated["settlement_kg"], ticket["settlement_kg"]
        yield broken("appeal_decision", key, "settlement_kg", *pair)


def _prices(books: Books, ticket: Mapping[str, Any]) -> Mapping[str, int]:
    """What the site paid its sellers when the ticket was issued, fen per tonne."""
    issued_at = instant(ticket["issued_at"])
    rows: list[Row] = [
        row
        for row in books["grade_rules"]
        if row["site_id"] == ticket["site_id"] and row["made_at"] <= issued_at
    ]
    newest = max(rows, key=lambda row: row["version"], default=None)
    return {} if newest is None else newest["prices_fen_per_t"]
