"""Documents that say what no rule allows, hashed as they may be, and batches the chain denies."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases.audit.books import Books, read_books
from service.usecases.audit.chain import Sight, audit_chain
from service.usecases.audit.difference import Difference
from service.usecases.audit.documents import Journal, opened_journal
from service.usecases.audit.log import audit_log
from service.usecases.audit.rules import audit_rules
from service.usecases.sealing import seal
from tests.support.company import TEMPLATE, company_on

ADDRESS = "0x" + "11" * 20


@pytest.fixture(scope="module")
def books(moved_in: EmbeddedPostgres) -> Iterator[Books]:
    name = f"ruled_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    company = company_on(moved_in.url(APP_ROLE, name), registry=ADDRESS)
    company.receive()
    company.deliver({"BASE01-HRS101": 20_000})
    seal(company.deps)
    with company.deps.db.transaction() as tx:
        read = read_books(tx)
    company.deps.db.close()
    yield read
    moved_in.drop_database(name)


def saying(books: Books, kind: str, path: str, value: object) -> Journal:
    """The journal with one statement of the first document of ``kind`` replaced."""
    journal = opened_journal(books["journal"])
    document = next(journal.of_kind(kind))
    data: dict[str, Any] = deepcopy(dict(document.data))
    *way, last = path.split(".")
    inner = data
    for step in way:
        inner = inner[step]
    inner[last] = value
    told = replace(document, data=data)
    journal.documents[journal.documents.index(document)] = told
    journal.by_hash[document.target_hash] = told
    return journal


@pytest.mark.parametrize(
    ("kind", "path", "value", "table", "column"),
    [
        ("weighing", "record.kg", 0, "weighing", "kg"),
        ("weighing", "record.source", "LIVE", "weighing", "source"),
        ("weighing", "record.visit_id", "V9", "visit", "-"),
        ("weighing", "demo", False, "weighing", "demo"),
        ("weighing", "personal.plate", "X", "visit", "plate"),
        ("weighing", "record.site_id", "BASE02", "visit", "site_id"),
        ("grade-decision", "record.shares", {"HRS101": 9_999}, "grade_decision", "shares"),
        ("grade-decision", "links.parents", {}, "grade_decision", "links.parents"),
        ("grade-decision", "links.parents.proposal", "00" * 32, "journal", "-"),
        ("ticket", "record.gross_kg", 1, "ticket", "gross_kg"),
        ("ticket", "record.net_kg", 1, "ticket", "net_kg"),
        ("ticket", "record.accepted_kg", 40_000, "ticket", "accepted_kg"),
        ("ticket", "record.deducted_kg", 0, "ticket", "deducted_kg"),
        ("ticket", "record.settlement_kg", 32_480, "ticket", "settlement_kg"),
        ("ticket", "record.grade", "HRS102", "ticket", "grade"),
        ("ticket", "record.lot_id", "BASE02-HRS101", "ticket", "lot_id"),
        ("ticket", "record.accepted_kg", 19_999, "lot", "held_kg"),
        ("ticket", "record.grade", "HRS102", "lot", "grade"),
        ("ticket", "record.visit_id", "V9", "ticket", "links.parents.gross"),
        ("delivery", "record.lines.1.kg", 19_999, "delivery", "lines"),
        ("delivery", "record.gross_kg", 1, "plant_receipt", "base.gross_kg"),
        ("plant-receipt", "record.difference_kg", 0, "plant_receipt", "difference_kg"),
        ("plant-receipt", "record.limit_kg", 101, "plant_receipt", "limit_kg"),
        ("plant-receipt", "record.alarm", True, "plant_receipt", "alarm"),
        ("plant-receipt", "record.e_kg", 50, "plant_receipt", "e_kg"),
        ("plant-receipt", "record.settlement_kg", 1, "carbon_statement", "settlement_kg"),
        ("plant-receipt", "record.settlement_kg", 1, "settlement", "settlement_kg"),
        ("carbon-statement", "record.burden_tco2e", "0", "carbon_statement", "burden_tco2e"),
        (
            "carbon-statement",
            "record.avoided_net_kgco2e",
            "1",
            "carbon_statement",
            "avoided_net_kgco2e",
        ),
        ("carbon-statement", "record.coal_saved_tce", "9", "carbon_statement", "coal_saved_tce"),
        ("carbon-statement", "record.carried_kg", 1, "carbon_statement", "carried_kg"),
        ("settlement", "record.gross_fen", 1, "settlement", "gross_fen"),
        ("settlement", "record.net_fen", 1, "settlement", "net_fen"),
        ("settlement", "record.tax_fen", 0, "settlement", "tax_fen"),
        ("settlement", "record.payable_fen", 0, "settlement", "payable_fen"),
        ("settlement", "record.offset_fen", 10**12, "settlement", "receivable_fen"),
        ("settlement", "record.lines.1.amount_fen", 1, "settlement", "lines.1.amount_fen"),
        ("settlement", "record.lines.1.kg", 1, "settlement", "lines.kg"),
        ("settlement", "record.lines.1.price_fen_per_t", 1, "settlement", "price_fen_per_t"),
        ("settlement", "record.tax_inclusive", False, "settlement", "gross_fen"),
        ("settlement", "record.price_on", "2030-01-01", "settlement", "price_on"),
        ("settlement", "record.price_list.price_list_id", "P9", "price_list", "-"),
        ("settlement", "record.price_list.sha256", "00" * 32, "price_list", "prices"),
    ],
)
def test_what_no_rule_allows_is_named(
    books: Books, kind: str, path: str, value: object, table: str, column: str
) -> None:
    found = audit_rules(books, saying(books, kind, path, value))
    assert (table, column) in {(d.table, d.column) for d in found}, "\n".join(map(str, found))


def test_a_parent_that_plays_another_part_is_named(books: Books) -> None:
    parents = next(opened_journal(books["journal"]).of_kind("ticket")).parents
    for part, other, said in (("gross", "tare", "gross"), ("decision", "gross", "grade-decision")):
        journal = saying(books, "ticket", f"links.parents.{part}", parents[other].hex())
        (difference,) = [d for d in audit_rules(books, journal) if "links" in d.column]
        assert (difference.column, difference.expected) == (f"links.parents.{part}", said)


def test_whoever_prepared_a_settlement_has_not_approved_it(books: Books) -> None:
    prepared_by = next(opened_journal(books["journal"]).of_kind("settlement")).record["prepared_by"]
    found = audit_rules(books, saying(books, "settlement", "record.approved_by", prepared_by))
    assert [(d.table, d.column) for d in found] == [("settlement", "approved_by")]


def test_half_even_is_a_rounding_of_its_own(books: Books) -> None:
    assert audit_rules(books, saying(books, "settlement", "record.rounding", "HALF_EVEN")) == []


@dataclass(frozen=True, kw_only=True)
class SaidHead:
    size: int = 0
    seq: int = 0
    head: bytes = b""
    block_number: int = 9


@dataclass(frozen=True, kw_only=True)
class SaidAdvance:
    seq: int = 1
    old_size: int = 0
    new_size: int
    head: bytes
    batch_root: bytes
    tx_hash: bytes = b"\x01" * 32
    block_number: int = 4
    block_hash: bytes = b"\x02" * 32


@dataclass(frozen=True, kw_only=True)
class SaidChain:
    """A chain that says what a test puts into its mouth."""

    advances: tuple[SaidAdvance, ...]
    issued: bool = True
    address: str = ADDRESS

    def chain_id(self) -> int:
        return 1337

    def log_head(self) -> SaidHead:
        return SaidHead()

    def head_advanced(self, *, from_block: int) -> tuple[SaidAdvance, ...]:
        return self.advances

    def is_revoked(self, node: bytes) -> bool:
        return False

    def is_issued(self, root: bytes) -> bool:
        return self.issued

    def block_hash(self, number: int) -> bytes | None:
        return None


def against(books: Books, chain: SaidChain, head: SaidHead | None = None) -> list[Difference]:
    journal = opened_journal(books["journal"])
    rebuilt = audit_log(books, journal)
    address = bytes.fromhex(ADDRESS[2:])
    sight = Sight(chain_id=1337, address=address, head=head or SaidHead())
    return audit_chain(books, journal, rebuilt, chain, sight)


def true_advance(books: Books) -> SaidAdvance:
    (batch,) = books["batch"]
    return SaidAdvance(
        new_size=batch["new_size"], head=batch["head"], batch_root=batch["batch_root"]
    )


def test_a_batch_that_the_chain_has_as_it_is_stored_is_no_difference(books: Books) -> None:
    true = true_advance(books)
    head = SaidHead(size=true.new_size, seq=1, head=true.head)
    assert against(books, SaidChain(advances=(true,)), head) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [("old_size", 1), ("new_size", 99), ("head", b"\x00" * 32), ("batch_root", b"\x00" * 32)],
)
def test_a_batch_that_the_chain_has_otherwise_is_named(
    books: Books, member: str, value: Any
) -> None:
    said = replace(true_advance(books), **{member: value})
    found = against(books, SaidChain(advances=(said,)))
    assert [(d.table, d.key, d.column) for d in found] == [("batch", "1", member)]


def test_a_head_that_no_batch_has_is_named(books: Books) -> None:
    true = true_advance(books)
    head = SaidHead(size=99, seq=1, head=b"\x00" * 32)
    found = against(books, SaidChain(advances=(true,)), head)
    assert [d.column for d in found] == ["new_size", "head"]


def test_a_root_that_is_not_issued_is_named(books: Books) -> None:
    found = against(books, SaidChain(advances=(true_advance(books),), issued=False))
    assert [d.table for d in found] == ["chain"]


def test_an_anchor_without_a_batch_is_named_unless_it_is_newer_than_the_audit(
    books: Books,
) -> None:
    true = true_advance(books)
    known, newer = replace(true, seq=2), replace(true, seq=3, block_number=10)
    found = against(books, SaidChain(advances=(true, known, newer)))
    assert [(d.table, d.key) for d in found] == [("batch", "2")]
