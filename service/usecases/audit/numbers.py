"""Number series: no gap, no duplicate, and the counter stands at the highest number."""

import re
from collections import Counter
from collections.abc import Iterator

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing
from service.usecases.audit.documents import Journal
from service.usecases.audit.identity import NUMBER

TABLES = {
    "SH": "delivery",
    "SG": "plant_receipt",
    "TS": "carbon_statement",
    "JS": "settlement",
    "YY": "booking",
    "FY": "appeal",
    "FK": "payment",
    "JG": "processing_run",
    "PD": "stock_take",
    "YK": "stock_move",
}
"""By prefix: the table that uses the numbers; every other prefix is a unit that issues tickets."""

OF_A_UNIT = 2
"""Dashes in the prefix of a series of papers that a unit at a scale draws: ``SH-BASE01-E1``."""

NUMBERED = (
    *("ticket", "delivery", "plant-receipt", "carbon-statement", "payment"),
    *("processing-run", "stock-take"),
)
CENTURY = 100
_NUMBER = re.compile(r"(.+)-(\d{2})-(\d{6})")


def audit_numbers(books: Books, journal: Journal) -> list[Difference]:
    """Differences between the numbers in use and their series."""
    used: dict[tuple[str, int], Counter[int]] = {}
    differences = []
    for table, number in _numbers(books, journal):
        match = _NUMBER.fullmatch(number)
        if match is None:
            differences.append(broken(table, number, "number", number, "PREFIX-YY-NNNNNN"))
            continue
        prefix, year, sequence = match[1], int(match[2]), int(match[3])
        used.setdefault((prefix, year), Counter())[sequence] += 1
    drawn = {(row["prefix"], row["year"] % CENTURY): int(row["last_no"]) for row in books["series"]}
    for prefix, year in sorted(used.keys() | drawn.keys()):
        numbers = used.get((prefix, year), Counter())
        differences += _series(prefix, year, numbers, drawn.get((prefix, year)))
    return differences


def _series(
    prefix: str, year: int, used: Counter[int], last_no: int | None
) -> Iterator[Difference]:
    name = f"{prefix}-{year:02d}"
    highest = max(used, default=0)
    if last_no is None:
        yield missing("series", name, f"number {highest}")
    elif last_no < highest:
        yield changed("series", name, "last_no", last_no, highest)
    letters = prefix.split("-", maxsplit=1)[0] if prefix.count("-") == OF_A_UNIT else prefix
    table = TABLES.get(letters, "ticket")
    for sequence in range(1, max(highest, last_no or 0) + 1):
        if sequence not in used:
            yield missing(table, f"{name}-{sequence:06d}", f"series {name}")
        elif used[sequence] > 1:
            yield broken(table, f"{name}-{sequence:06d}", "number", used[sequence], 1)


def _numbers(books: Books, journal: Journal) -> Iterator[tuple[str, str]]:
    """Every number that is in use; those of documents as the documents have them."""
    for kind in NUMBERED:
        for document in journal.of_kind(kind):
            yield kind.replace("-", "_"), document.record[NUMBER[kind]]
    for row in journal.damaged.values():
        if row["kind"] in (*NUMBERED, "settlement"):
            yield row["kind"].replace("-", "_"), row["document_id"]
    yield from _appeals(journal)
    yield from _kept(books, journal)
    in_documents = {d.record["settlement_id"]: d for d in journal.of_kind("settlement")}
    for document in in_documents.values():
        yield "settlement", document.document_id
    damaged = {row["document_id"] for row in journal.damaged.values()}
    for row in books["settlement"]:
        if row["settlement_id"] not in in_documents and row["settlement_no"] not in damaged:
            yield "settlement", row["settlement_no"]
    for row in books["booking"]:
        yield "booking", row["booking_no"]
    for row in books["stock_move"]:
        yield "stock_move", row["move_no"]


def _kept(books: Books, journal: Journal) -> Iterator[tuple[str, str]]:
    """Numbers of edge units that no record bears: their entries are held, or they are void."""
    borne = {
        document.record[NUMBER[kind]] for kind in NUMBERED for document in journal.of_kind(kind)
    }
    borne |= {row["document_id"] for row in journal.damaged.values()}
    kept = {row["number"] for row in books["edge_number"]}
    for number in sorted(kept - borne):
        yield "edge_number", number


def _appeals(journal: Journal) -> Iterator[tuple[str, str]]:
    """An appeal has its number once; the answer goes under the same number."""
    for document in journal.of_kind("appeal"):
        if document.record["state"] == "raised":
            yield "appeal", document.document_id
    for row in journal.damaged.values():
        if row["kind"] == "appeal" and not row["document_id"].endswith("-D"):
            yield "appeal", row["document_id"]
