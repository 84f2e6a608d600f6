"""Tickets on paper and the seller's answer, as people see them."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from service.domain.deduction import Deduction, DeductionKind, DeductionReason, Deductions
from service.domain.visit import VisitKind
from service.proof.jcs import canonical_json
from service.proof.signed_receipt import receipt_payload, receipt_text
from service.storage import views
from service.storage.edge import KeyRow, add_key
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases import demo_company
from service.usecases.grade import DecideGrade, decide, propose_pending
from service.usecases.ticket import IssueTicket, issue_ticket
from service.usecases.visit import OpenVisit, open_visit
from tests.support.company import START, TEMPLATE, Company, company_on
from tests.support.later import corrected
from tests.support.pages import Person, pages_of, text_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SOIL = Deduction(kind=DeductionKind.KG, kg=380, reason_code=DeductionReason.SOIL)
WATER = Deduction(
    kind=DeductionKind.MOISTURE, bp=300, free_bp=200, reason_code=DeductionReason.MOISTURE
)


@pytest.fixture(scope="module")
def company(moved_in: EmbeddedPostgres) -> Iterator[Company]:
    name = f"papers_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    made = company_on(moved_in.url(APP_ROLE, name))
    yield made
    made.deps.db.close()
    moved_in.drop_database(name)


@pytest.fixture(scope="module")
def app(company: Company) -> Flask:
    return pages_of(company)


def ticket_no(company: Company, **given: Deductions) -> str:
    return str(company.receive(**given).ticket.ticket_no)  # type: ignore[arg-type]


def printed(person: Person, number: str, paper: str = "A4") -> str:
    answer = person.fill(f"/tickets/{number}", "/prints", paper=paper)
    assert answer.status_code == 200, text_of(answer.text)
    return answer.text


def code_on(page: str) -> str:
    return str(re.findall(r'<b class="(?:big )?num">(\d{6})</b>', page)[0])


def test_a_print_is_counted_and_its_code_stands_on_it_alone(company: Company, app: Flask) -> None:
    operator, number = Person(app, "operator"), ticket_no(company)
    assert "on the screen, not a print" in operator.read(f"/tickets/{number}")
    first = printed(operator, number)
    assert "version 1 · original" in text_of(first)
    assert "print-now.js" in first
    second = printed(operator, number, "80MM")
    assert "version 1 · COPY 2" in text_of(second)
    page = operator.read(f"/tickets/{number}")
    assert "Copies on paper" in page
    assert code_on(first) not in page
    listed = operator.client.get(f"/v1/tickets/{number}/prints").get_json()["items"]
    assert [(row["copy_no"], row["paper"]) for row in listed] == [(1, "A4"), (2, "80MM")]


def test_a_print_is_a_pdf_file_where_that_is_asked_for(company: Company, app: Flask) -> None:
    operator, number = Person(app, "operator"), ticket_no(company)
    for paper in ("A4-PDF", "80MM-PDF"):
        answer = operator.fill(f"/tickets/{number}", "/prints", paper=paper)
        assert answer.data.startswith(b"%PDF-")
        assert number in answer.headers["Content-Disposition"]
    bytes_sent = operator.fill(f"/tickets/{number}", "/prints", paper="80MM-ESCPOS").data
    assert bytes_sent.startswith(b"\x1b@")
    assert number.encode() in bytes_sent
    assert operator.fill(f"/tickets/{number}", "/prints", paper="A5").status_code == 400
    assert "/prints" not in Person(app, "supplier").get(f"/tickets/{number}").text


def test_a_check_weighing_stands_on_the_ticket(company: Company, app: Flask) -> None:
    visit = open_visit(
        OpenVisit(
            site_id="BASE01",
            kind=VisitKind.RECEIVING,
            plate="辽ECHECK1",
            supplier_id=demo_company.SUPPLIERS[0],
        ),
        company.people["operator"],
        company.deps,
    )
    company.weigh(visit.visit_id, "BASE01", "gross", 48_620, "operator")
    propose_pending(company.deps)
    grade = DecideGrade(
        visit_id=visit.visit_id, grade="HRS101", shares={"HRS101": 10_000}, inclusions_bp=0
    )
    decide(grade, company.people["inspector"], company.deps)
    company.weigh(visit.visit_id, "BASE01", "check", 48_600, "operator")
    company.weigh(visit.visit_id, "BASE01", "tare", 16_140, "operator")
    ticket = issue_ticket(
        IssueTicket(visit_id=visit.visit_id), company.people["operator"], company.deps
    )
    page = Person(app, "operator").read(f"/tickets/{ticket.ticket_no}")
    assert "Check weighing 48,600 kg" in page


def test_deductions_are_shown_with_their_kilograms_and_pictures(
    company: Company, app: Flask
) -> None:
    truck = company.receive()
    with company.deps.db.transaction() as tx:
        detail = views.visit(tx, views.EVERYTHING, truck.visit.visit_id)
    assert detail is not None
    picture = detail.photographs[0].photograph_id
    supervisor = Person(app, "supervisor")
    number = truck.ticket.ticket_no
    form = f"/tickets/{number}/correction"
    sent = supervisor.fill(
        form,
        form,
        why="weighed apart",
        deduction__kind="KG",
        deduction__kg="380",
        deduction__code="SOIL",
        deduction__photo=picture,
        deduction2__kind="IMPURITY",
        deduction2__kg="50",
        deduction2__times="1.5",
        deduction2__code="DOUBLE",
    )
    assert sent.status_code == 303, text_of(sent.text)
    page = supervisor.get(f"/tickets/{number}").text
    assert "50 kg × 1.5, ore, slag · − 75 kg" in text_of(page).replace(" </b>", "")
    assert page.count(f"/photographs/{picture}") > 1
    again = supervisor.form(form, form)
    assert again.fields["deduction2.times"] == "1.50"
    twice = {"deduction.kind": "PCT", "deduction2.kind": "MOISTURE", "deduction2.percent": "1"}
    refused = supervisor.send(again, form, {**twice, "why": "again", "deduction.percent": "1"})
    assert refused.status_code == 422
    assert "at most 1" in text_of(refused.text)
    bare = {"deduction.kind": "KG", "deduction.reason": "", "deduction.code": "OTHER"}
    silent = supervisor.send(again, form, {**bare, "why": "again"})
    assert "needs a reason" in text_of(silent.text)


def test_a_load_is_split_into_lines_that_the_seller_sees(company: Company, app: Flask) -> None:
    number = ticket_no(company)
    supervisor, form = Person(app, "supervisor"), f"/tickets/{number}/correction"
    typed = {f"line{place}__grade": "" for place in range(2, 7)} | {
        "lines_by": "KG",
        "line1__grade": "HRS101",
        "line1__amount": "20000",
        "line2__material": "copper wire",
    }
    settled = f"/tickets/{number}/correction/sums"
    fields = supervisor.form(form, form).fields | {
        name.replace("__", "."): value for name, value in typed.items()
    }
    sums = text_of(supervisor.client.post(settled, data=fields).text)
    assert "HRS101 20,000 kg copper wire 12,090 kg" in sums
    off = supervisor.client.post(settled, data=fields | {"line2.amount": "1"}).text
    assert "The lines add up to 20001 kg" in text_of(off)
    assert supervisor.client.post(settled, data=fields | {"line2.amount": "x"}).status_code == 200
    nameless = supervisor.fill(form, form, why="two", **(typed | {"line1__material": "both"}))
    assert nameless.status_code == 422
    assert "names a grade or a material" in text_of(nameless.text)
    open_rows = supervisor.fill(form, form, why="two", **(typed | {"line1__amount": ""}))
    assert "each above 0" in text_of(open_rows.text)
    assert supervisor.fill(form, form, why="two", **typed).status_code == 303
    page = supervisor.read(f"/tickets/{number}")
    assert "Lines of the load HRS101 20,000 kg" in page
    again = supervisor.form(form, form)
    assert (again.fields["lines_by"], again.fields["line2.amount"]) == ("KG", "12090")
    shares = {"lines_by": "PCT", "line1__amount": "62.50", "line2__amount": "37.50"}
    assert supervisor.fill(form, form, why="by share", **(typed | shares)).status_code == 303
    assert supervisor.form(form, form).fields["line1.amount"] == "62.50"
    halves = supervisor.fill(form, form, why="halves", **(typed | {"lines_by": "EQUAL"}))
    assert halves.status_code == 303
    seller = Person(app).read(f"/t/{number}")
    assert "of it HRS101 50 % 16,045 kg" in seller
    assert "copper wire 50 % 16,045 kg" in seller
    whole = supervisor.fill(form, form, why="one load", lines_by="NONE")
    assert whole.status_code == 303, text_of(whole.text)
    assert "of it" not in Person(app).read(f"/t/{number}")


def test_the_seller_confirms_on_the_own_phone(company: Company, app: Flask) -> None:
    number = ticket_no(company, deduction=Deductions(lines=(SOIL, WATER)))
    code = code_on(printed(Person(app, "operator"), number))
    seller, page = Person(app), f"/t/{number}"
    shown = seller.read(page)
    assert "Silence is never taken for a yes" in shown
    assert "3 % − 2 %, water" in shown
    other = f"{(int(code) + 1) % 1_000_000:06d}"
    wrong = seller.fill(page, page, code=other, answer="CONFIRMED")
    assert (wrong.status_code, "9 tries" in text_of(wrong.text)) == (403, True)
    assert seller.fill(page, page, code=code, answer="CONFIRMED").status_code == 303
    assert "Confirmed by the seller." in seller.read(page)
    assert "confirmed by the seller" in Person(app, "operator").read(f"/tickets/{number}")
    (row,) = Person(app, "clerk").client.get(f"/v1/tickets/{number}/answers").get_json()["items"]
    assert (row["answer"], row["copy_no"], row["user_id"]) == ("CONFIRMED", 1, None)


def test_a_dispute_shows_in_the_office(company: Company, app: Flask) -> None:
    number = ticket_no(company)
    code = code_on(printed(Person(app, "operator"), number))
    seller, page = Person(app, language="zh"), f"/t/{number}"
    told = {"code": code, "answer": "DISPUTED", "ground": "price"}
    assert seller.fill(page, page, **told).status_code == 422
    assert seller.fill(page, page, **told, statement="价格不对").status_code == 303
    office = Person(app, "supervisor").read(f"/tickets/{number}")
    assert "disputed by the seller" in office
    assert "the price" in office
    appeals = Person(app, "supervisor").client.get("/v1/appeals").get_json()["items"]
    assert [row["statement"] for row in appeals if row["ticket_no"] == number] == ["价格不对"]


def test_a_supplier_needs_no_code_for_the_own_load(company: Company, app: Flask) -> None:
    truck = company.receive()
    number = truck.ticket.ticket_no
    supplier, page = Person(app, "supplier"), f"/t/{truck.ticket.ticket_no}"
    assert "Confirm or dispute" in supplier.read(f"/tickets/{number}")
    assert "Code on the ticket" not in supplier.read(page)
    assert supplier.fill(page, page, answer="CONFIRMED").status_code == 303
    corrected(company, truck)
    office = Person(app, "operator").read(f"/tickets/{number}")
    assert "not answered by the seller" in office
    assert "to a version before" in office


def test_a_supplier_answers_over_the_api(company: Company, app: Flask) -> None:
    truck = company.receive()
    supplier = Person(app, "supplier")
    csrf = supplier.form(f"/t/{truck.ticket.ticket_no}", "/t/").fields["csrf_token"]
    answer = supplier.client.post(
        f"/v1/tickets/{truck.ticket.ticket_no}/answers",
        json={
            "target_hash": truck.ticket.target_hash.hex(),
            "answer": "DISPUTED",
            "ground": "goods",
            "statement": "not my load",
        },
        headers={"Idempotency-Key": "one", "X-CSRFToken": csrf},
    )
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["appeal_no"].startswith("FY-")


def test_the_paper_of_a_scale_is_checked_by_the_service(company: Company, app: Flask) -> None:
    public = KEY.public_key().public_bytes_raw()
    row = KeyRow(
        edge_id="EDGE-BASE01",
        version=1,
        site_id="BASE01",
        public_key=public,
        from_seq=1,
        made_at=START,
        registered_at=datetime.now(UTC),
        registered_by="test",
        reason="installed",
    )
    with company.deps.db.transaction() as tx:
        add_key(tx, row)
    number = ticket_no(company)
    with company.deps.db.transaction() as tx:
        found = views.ticket(tx, views.EVERYTHING, number)
    assert found is not None
    payload = receipt_payload(found.record, gross_hash="1a" * 32, tare_hash="2b" * 32)
    genuine = receipt_text("http://x", payload, sign=KEY.sign, public_key=public)
    lighter = receipt_text("http://x", {**payload, "net_kg": 1}, sign=KEY.sign, public_key=public)
    parts = genuine.partition("#")[2].split(".")
    forged = ".".join((_encoded(canonical_json({**payload, "net_kg": 1})), *parts[1:]))
    seller = Person(app)
    page = seller.get(f"/t/{number}").text
    assert public.hex() in page
    token = re.findall(r'data-token="([^"]+)"', page)[0]

    def finding(text: str) -> object:
        data = {"receipt": text, "csrf_token": token}
        return seller.client.post(f"/t/{number}/receipt", data=data).get_json()

    assert finding(genuine) == {"signed": True, "differing": []}
    assert finding(lighter) == {"signed": True, "differing": ["net_kg"]}
    assert finding(forged) == {"signed": False, "differing": ["net_kg"]}
    answer = seller.client.post(
        f"/t/{number}/receipt", data={"receipt": "nothing", "csrf_token": token}
    )
    assert answer.status_code == 422


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
