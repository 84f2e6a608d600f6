"""Settlements computed again from receipt and price list, in integer fen."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.proof.hashing import sha256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.trees import canonical

Record = Mapping[str, Any]

WHOLE_BP = 10_000


def settlement_rules(books: Books, journal: Journal) -> list[Difference]:
    """Amounts that do not follow from the receipt and the price list of the settlement."""
    lists = {row["price_list_id"]: row for row in books["price_list"]}
    differences: list[Difference] = []
    for document in journal.of_kind("settlement"):
        price_list = lists.get(document.record["price_list"]["price_list_id"])
        if price_list is None:
            key = document.record["price_list"]["price_list_id"]
            differences.append(missing("price_list", key, document.name))
        else:
            differences += _price_list(price_list, document)
        differences += _people(document)
        differences += _amounts(document)
        receipt = journal.by_hash.get(document.parents.get("receipt", b""))
        if receipt is not None:
            differences += _against_receipt(document, receipt)
    return differences


def _price_list(row: Record, document: OpenedDocument) -> Iterator[Difference]:
    """The list on record is the list that was used, to the last price."""
    content = {
        "price_list_id": row["price_list_id"],
        "version": row["version"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"].isoformat(),
        "buyer_id": row["plant_id"],
        "prices": row["prices"],
    }
    used, key = document.record["price_list"], str(row["price_list_id"])
    digest = sha256(canonical(content)).hex()
    if digest != used["sha256"]:
        yield broken("price_list", key, "prices", digest, used["sha256"])
    if row["sha256"].hex() != used["sha256"]:
        yield broken("price_list", key, "sha256", row["sha256"], used["sha256"])
    if not used["valid_from"] <= document.record["price_on"] <= used["valid_to"]:
        period = f"{used['valid_from']} / {used['valid_to']}"
        yield broken("settlement", document.document_id, "price_on", *_pair(document, period))
    for line in document.record["lines"].values():
        price = row["prices"].get(line["grade"])
        if line["price_fen_per_t"] != price:
            found = line["price_fen_per_t"]
            yield broken("settlement", document.document_id, "price_fen_per_t", found, price)


def _pair(document: OpenedDocument, expected: str) -> tuple[str, str]:
    return document.record["price_on"], expected


def _people(document: OpenedDocument) -> Iterator[Difference]:
    record = document.record
    if record["prepared_by"] == record["approved_by"]:
        person = record["approved_by"]
        yield broken("settlement", document.document_id, "approved_by", person, "another person")


def _amounts(document: OpenedDocument) -> Iterator[Difference]:
    """Lines, tax and balance; every division is rounded once, half up or half even."""
    record = document.record
    mode = record["rounding"]
    lines = record["lines"].values()
    total_fen = sum(line["amount_fen"] for line in lines)
    gross_fen, net_fen = _with_and_without_tax(total_fen, record)
    balance_fen = record["gross_fen"] - record["offset_fen"]
    figures: dict[str, tuple[Any, Any]] = {
        f"lines.{place}.amount_fen": (
            line["amount_fen"],
            _divided(line["kg"] * line["price_fen_per_t"] * line["num"], 1000 * line["den"], mode),
        )
        for place, line in record["lines"].items()
    }
    figures |= {
        "lines.kg": (sum(line["kg"] for line in lines), record["settlement_kg"]),
        "gross_fen": (record["gross_fen"], gross_fen),
        "net_fen": (record["net_fen"], net_fen),
        "tax_fen": (record["tax_fen"], gross_fen - net_fen),
        "payable_fen": (record["payable_fen"], max(balance_fen, 0)),
        "receivable_fen": (record["receivable_fen"], max(-balance_fen, 0)),
    }
    for column, (found, expected) in figures.items():
        if found != expected:
            yield broken("settlement", document.document_id, column, found, expected)


def _with_and_without_tax(total_fen: int, record: Record) -> tuple[int, int]:
    vat_bp, mode = record["vat_bp"], record["rounding"]
    if record["tax_inclusive"]:
        return total_fen, _divided(total_fen * WHOLE_BP, WHOLE_BP + vat_bp, mode)
    return total_fen + _divided(total_fen * vat_bp, WHOLE_BP, mode), total_fen


def _divided(numerator: int, denominator: int, mode: str) -> int:
    """The quotient of two numbers that are not negative, rounded by ``mode``."""
    whole, rest = divmod(numerator, denominator)
    if mode == "HALF_EVEN" and 2 * rest == denominator:
        return whole + whole % 2
    return whole + (2 * rest >= denominator)


def _against_receipt(document: OpenedDocument, receipt: OpenedDocument) -> Iterator[Difference]:
    for member in ("delivery_id", "settlement_kg"):
        pair = document.record[member], receipt.record[member]
        if pair[0] != pair[1]:
            yield broken("settlement", document.document_id, member, *pair)
