"""Prints are counted, and the seller answers with the code that stands on one of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.domain.appeal import Ground, StatementMissingError, VoidNotAppealedError
from service.domain.errors import FerrotraceError, ForbiddenError, NotFoundError
from service.domain.seller_code import (
    MOST_TRIES,
    SellerCodeClosedError,
    SellerCodeInvalidError,
    SellerCodeWrongError,
    seller_code_hash,
)
from service.domain.ticket_answer import (
    AnotherVersionError,
    Answer,
    AnswerGivenError,
    VoidNotAnsweredError,
)
from service.domain.visit import VisitKind
from service.storage import views
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.storage.ticket_answer import answer_of
from service.usecases import demo_company
from service.usecases.appeal import RaiseAppeal, raise_appeal
from service.usecases.audit.answers import audit_answers
from service.usecases.audit.books import Books, read_books
from service.usecases.audit.documents import opened_journal
from service.usecases.ticket import VoidTicket, void_ticket
from service.usecases.ticket_answer import (
    AnswerTicket,
    TicketAnswer,
    answer_as_supplier,
    answer_by_code,
)
from service.usecases.ticket_print import (
    CopyCountedError,
    Printed,
    PrintedElsewhere,
    RecordPrint,
    record_print,
)
from service.usecases.visit import OpenVisit, open_visit
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE, Company, Truck, company_on
from tests.support.later import corrected

SALT = bytes(16)


@pytest.fixture(scope="module")
def yard(moved_in: EmbeddedPostgres) -> Iterator[Company]:
    """One company for the whole module; each test receives a truck of its own."""
    name = f"answers_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    company = company_on(moved_in.url(APP_ROLE, name))
    yield company
    assert_audit_clean(company)
    company.deps.db.close()
    moved_in.drop_database(name)


def printed(yard: Company, truck: Truck, by: str = "operator", paper: str = "A4") -> Printed:
    command = RecordPrint(ticket_no=truck.ticket.ticket_no, paper=paper)
    return record_print(command, yard.people[by], yard.deps)


def command(truck: Truck, **changes: Any) -> AnswerTicket:
    given: dict[str, Any] = {
        "ticket_no": truck.ticket.ticket_no,
        "target_hash": truck.ticket.target_hash,
        "answer": Answer.CONFIRMED,
    }
    return AnswerTicket(**(given | changes))


def refuses(error: type[FerrotraceError], act: Callable[[], object]) -> FerrotraceError:
    with pytest.raises(error) as refused:
        act()
    return refused.value


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_copies_count_from_one_and_each_has_a_code_of_its_own(yard: Company) -> None:
    truck = yard.receive()
    first, second = printed(yard, truck), printed(yard, truck, by="clerk", paper="80MM")
    assert [(each.unit, each.copy_no) for each in (first, second)] == [("S1", 1), ("S1", 2)]
    assert len(first.code) == 6
    assert first.copy.printed_by == yard.people["operator"].name
    refuses(ForbiddenError, lambda: printed(yard, truck, by="supplier"))
    nowhere = RecordPrint(ticket_no="BASE01-S1-26-999999", paper="A4")
    refuses(NotFoundError, lambda: record_print(nowhere, yard.people["operator"], yard.deps))


def test_a_copy_of_a_printer_at_the_scale_is_counted_once(yard: Company) -> None:
    truck = yard.receive()
    there = PrintedElsewhere(
        unit="E1",
        copy_no=1,
        printed_at=yard.clock() - timedelta(minutes=5),
        code_salt=SALT,
        code_hash=seller_code_hash("123456", SALT),
    )
    told = RecordPrint(ticket_no=truck.ticket.ticket_no, paper="80MM", elsewhere=there)
    counted = record_print(told, yard.people["operator"], yard.deps)
    assert (counted.unit, counted.copy_no, counted.code) == ("E1", 1, "")
    refuses(CopyCountedError, lambda: record_print(told, yard.people["operator"], yard.deps))
    answer = answer_by_code(command(truck), "123456", yard.deps)
    assert answer.answer is Answer.CONFIRMED


def test_the_seller_confirms_a_version_once(yard: Company) -> None:
    truck = yard.receive()
    code = printed(yard, truck).code
    answer = answer_by_code(command(truck), code, yard.deps)
    assert (answer.target_hash, answer.appeal_no) == (truck.ticket.target_hash, None)
    refuses(AnswerGivenError, lambda: answer_by_code(command(truck), code, yard.deps))
    with yard.deps.db.transaction() as tx:
        row = answer_of(tx, truck.ticket.target_hash)
    assert row is not None
    assert (row.unit, row.copy_no, row.user_id) == ("S1", 1, None)


def test_a_dispute_opens_an_appeal_for_the_office(yard: Company) -> None:
    truck = yard.receive()
    code = printed(yard, truck).code
    disputes = command(truck, answer=Answer.DISPUTED, ground=Ground.PRICE)
    refuses(StatementMissingError, lambda: answer_by_code(disputes, code, yard.deps))
    told = replace(disputes, statement="another price was agreed")
    answer = answer_by_code(told, code, yard.deps)
    with yard.deps.db.transaction() as tx:
        (appeal,) = views.appeals(tx, views.EVERYTHING, ticket_no=truck.ticket.ticket_no)
    assert (appeal.appeal_no, appeal.ground) == (answer.appeal_no, "price")
    assert (appeal.statement, appeal.raised_by) == ("another price was agreed", "seller")


def test_a_correction_asks_for_another_answer_with_a_new_code(yard: Company) -> None:
    truck = yard.receive()
    old = printed(yard, truck).code
    answer_by_code(command(truck), old, yard.deps)
    newer = corrected(yard, truck)
    refuses(AnotherVersionError, lambda: answer_by_code(command(truck), old, yard.deps))
    standing = command(truck, target_hash=newer.target_hash)
    refuses(SellerCodeWrongError, lambda: answer_by_code(standing, old, yard.deps))
    again = printed(yard, truck)
    assert again.copy_no == 2
    assert answer_by_code(standing, again.code, yard.deps).target_hash == newer.target_hash


def test_codes_cannot_be_guessed(yard: Company) -> None:
    truck = yard.receive()
    code = printed(yard, truck).code

    def guess() -> TicketAnswer:
        return answer_by_code(command(truck), wrong(code), yard.deps)

    refuses(SellerCodeInvalidError, lambda: answer_by_code(command(truck), "12345", yard.deps))
    left = [refuses(SellerCodeWrongError, guess).values["limit"] for _ in range(MOST_TRIES)]
    assert left == list(range(MOST_TRIES - 1, -1, -1))
    refuses(SellerCodeClosedError, lambda: answer_by_code(command(truck), code, yard.deps))
    again = printed(yard, truck).code
    assert answer_by_code(command(truck), again, yard.deps).answer is Answer.CONFIRMED


def test_a_supplier_answers_for_the_own_load_in_the_own_account(yard: Company) -> None:
    truck, another = yard.receive(), yard.receive()
    supplier = yard.people["supplier"]
    stranger = replace(supplier, organisation_id=demo_company.SUPPLIERS[1])
    confirms = command(truck)
    refuses(ForbiddenError, lambda: answer_as_supplier(confirms, stranger, yard.deps))
    answer = answer_as_supplier(confirms, supplier, yard.deps)
    assert (answer.answer, answer.appeal_no) == (Answer.CONFIRMED, None)
    disputes = command(
        another, answer=Answer.DISPUTED, ground=Ground.GOODS, statement="not my load"
    )
    assert answer_as_supplier(disputes, supplier, yard.deps).appeal_no is not None
    nothing = replace(confirms, ticket_no="BASE01-S1-26-999999")
    refuses(NotFoundError, lambda: answer_as_supplier(nothing, supplier, yard.deps))


def test_an_appeal_is_the_answer_where_there_was_none(yard: Company) -> None:
    truck, confirmed = yard.receive(), yard.receive()
    supplier = yard.people["supplier"]
    answer_as_supplier(command(confirmed), supplier, yard.deps)
    for each in (truck, confirmed):
        objection = RaiseAppeal(
            ticket_no=each.ticket.ticket_no, ground=Ground.WEIGHT, statement="too little"
        )
        raise_appeal(objection, supplier, yard.deps)
    with yard.deps.db.transaction() as tx:
        given = [answer_of(tx, each.ticket.target_hash) for each in (truck, confirmed)]
    assert [each and each.answer for each in given] == ["DISPUTED", "CONFIRMED"]


def test_a_void_ticket_is_not_answered(yard: Company) -> None:
    visit = open_visit(
        OpenVisit(
            site_id="BASE01",
            kind=VisitKind.RECEIVING,
            plate="辽EVOID1",
            supplier_id=demo_company.SUPPLIERS[0],
        ),
        yard.people["operator"],
        yard.deps,
    )
    void = VoidTicket(visit_id=visit.visit_id, reason="the driver left")
    ticket = void_ticket(void, yard.people["supervisor"], yard.deps)
    told = AnswerTicket(
        ticket_no=ticket.ticket_no, target_hash=ticket.target_hash, answer=Answer.CONFIRMED
    )
    refuses(VoidNotAnsweredError, lambda: answer_by_code(told, "123456", yard.deps))
    objection = RaiseAppeal(ticket_no=ticket.ticket_no, ground=Ground.OTHER, statement="why")
    refuses(
        VoidNotAppealedError, lambda: raise_appeal(objection, yard.people["supplier"], yard.deps)
    )


@pytest.fixture(scope="module")
def books(yard: Company) -> Books:
    """Two trucks, one confirmed and one disputed by code, as an audit reads them."""
    for told in (Answer.CONFIRMED, Answer.DISPUTED):
        truck = yard.receive()
        printed(yard, truck)
        code = printed(yard, truck).code
        answer_by_code(command(truck, answer=told, statement="too little"), code, yard.deps)
    with yard.deps.db.transaction() as tx:
        return read_books(tx)


@pytest.mark.parametrize(
    ("table", "pick", "changes", "found"),
    [
        ("ticket_print", {"copy_no": 1}, None, ("ticket_print", "-")),
        ("ticket_print", {"copy_no": 2}, {"target_hash": bytes(32)}, ("journal", "-")),
        ("ticket_print", {}, {"ticket_no": "BASE01-S1-26-000099"}, ("ticket_print", "ticket_no")),
        ("ticket_answer", {"answer": "CONFIRMED"}, {"target_hash": bytes(32)}, ("journal", "-")),
        ("ticket_answer", {"answer": "DISPUTED"}, None, ("ticket_answer", "-")),
        ("ticket_answer", {"answer": "DISPUTED"}, {"appeal_no": "FY-26-9"}, ("appeal", "-")),
        (
            "ticket_answer",
            {"answer": "DISPUTED"},
            {"statement": "all is well"},
            ("ticket_answer", "statement"),
        ),
        ("ticket_answer", {"answer": "DISPUTED"}, {"ground": "goods"}, ("ticket_answer", "ground")),
    ],
)
def test_the_audit_holds_prints_and_answers_against_the_documents(
    books: Books,
    table: str,
    pick: dict[str, Any],
    changes: dict[str, Any] | None,
    found: tuple[str, str],
) -> None:
    journal = opened_journal(books["journal"])
    assert audit_answers(books, journal) == []
    last = next(
        row
        for row in reversed(books[table])
        if all(row[name] == value for name, value in pick.items()) and row.get("unit") == "S1"
    )
    rows = [row for row in books[table] if row is not last]
    if changes is not None:
        rows.append({**last, **changes})
    told = audit_answers(Books(tables={**books.tables, table: rows}), journal)
    assert found in {(each.table, each.column) for each in told}
