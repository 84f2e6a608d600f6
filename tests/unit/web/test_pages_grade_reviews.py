"""The appeal against a grade on its pages: phone, blind reviews, supervisor, figures, settings."""

import pytest
from flask import Flask

from service.bootstrap.engine import catalogues
from service.domain.appeal import Ground, Outcome
from service.domain.grading_model import ModelMode
from service.usecases import grade_auto
from service.usecases.appeal import RaiseAppeal, raise_appeal
from service.usecases.ticket import IssueTicket, issue_ticket
from service.web.pages.catalogue import figure_text
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, Truck
from tests.support.graded_loads import proposed, proposed_load
from tests.support.later import answered, appealed, reviewed
from tests.support.pages import Person, pages_of, text_of


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


@pytest.fixture
def truck(company: Company) -> Truck:
    return company.receive()


def test_a_grade_goes_from_the_sellers_phone_to_a_corrected_ticket(
    app: Flask, truck: Truck
) -> None:
    ticket_no = truck.ticket.ticket_no
    supplier, supervisor = Person(app, "supplier"), Person(app, "supervisor")
    phone = f"/t/{ticket_no}"
    assert "you may appeal until" in supplier.read(phone)
    sent = supplier.fill(phone, phone, answer="DISPUTED", ground="grade", statement="heavier")
    assert sent.status_code == 303
    told = supplier.read(phone)
    assert "A second inspector looks at the photographs" in told
    assert "A third inspector" not in told
    assert "FY-26-000001" in supplier.read("/bookings")
    waiting = supervisor.read("/appeals/FY-26-000001")
    assert "A blind review is still to come" in waiting
    assert "Nothing to review" in Person(app, "inspector").read("/reviews")
    refused = Person(app, "inspector").client.get("/reviews/FY-26-000001")
    assert refused.status_code == 403
    plate, page = truck.visit.plate, "/reviews/FY-26-000001"
    for number, shown in (("2", "A third inspector looks at the photographs"), ("3", "answers")):
        reviewer = Person(app, f"inspector{number}")
        assert "FY-26-000001" in reviewer.read("/reviews")
        blind = reviewer.read(page)
        for hidden in (plate, ticket_no, "HRS101 100", "Qinghe", "heavier", truck.visit.visit_id):
            assert hidden not in blind
        picture = reviewer.client.get(page + "/photographs/1")
        assert picture.mimetype == "image/jpeg"
        assert reviewer.client.get(page + "/photographs/99").status_code == 404
        said = {"grade": "MRS201", "share-HRS101": "0", "share-MRS201": "100"}
        wrong = reviewer.fill(page, page, **(said | {"share-MRS201": "90"}))
        assert wrong.status_code == 422
        assert reviewer.fill(page, page, **said).location == "/reviews"
        assert shown in supplier.read(phone)
    answer = supervisor.fill(
        "/appeals/FY-26-000001", "answer", outcome="upheld", answer="two of three see it"
    )
    assert answer.status_code == 303
    done = supplier.read("/appeals/FY-26-000001")
    assert "Most of the load is another grade." in done
    worth = truck.ticket.masses
    assert worth is not None
    owed = f"(3,470.00 − 3,530.00) CNY/t × {worth.settlement_kg:,} kg = CNY −1,925.40"
    assert owed in done
    assert "The seller owes the base CNY 1,925.40" in done
    assert owed in supplier.read(f"/tickets/{ticket_no}")
    assert "CNY −1,925.40" in supervisor.read("/appeals")
    assert "The ticket now says MRS201." in supplier.read(phone)
    figures = Person(app, "auditor")
    assert "too few loads" in figures.read("/appeals/figures")
    counted = figures.client.get("/appeals/figures.json").get_json()
    assert (counted["closed"], counted["overturned"]) == (1, 1)
    assert counted["inspector"][0]["mean_error_bp"] == 10_000
    assert counted["model"][0]["name"] == "c" * 64


def test_an_appeal_is_taken_back_on_the_phone_and_in_the_account(
    app: Flask, company: Company, truck: Truck
) -> None:
    first, second = appealed(company, truck), appealed(company, company.receive())
    supplier, phone = Person(app, "supplier"), f"/t/{truck.ticket.ticket_no}"
    assert supplier.fill(phone, "withdrawal").status_code == 303
    assert "You took it back" in supplier.read(phone)
    page = f"/appeals/{second.appeal_no}"
    assert supplier.fill(page, "withdrawal").status_code == 303
    assert "taken back" in supplier.read(page)
    nobody = app.test_client()
    assert nobody.get(phone).status_code == 200
    assert first.appeal_no in text_of(nobody.get(phone).text)


def test_the_figures_are_empty_before_the_first_review(app: Flask) -> None:
    assert "No reviewed grade yet" in Person(app, "auditor").read("/appeals/figures")


def test_a_supervisor_sets_what_the_site_buys_and_pays(app: Flask) -> None:
    supervisor, page = Person(app, "supervisor"), "/grade-rules/BASE01"
    assert "72 h" in supervisor.read("/grade-rules")
    changes = {"appeal_hours": "48", "tolerance": "7.5", "price-HRS101": "3500.50"}
    assert "Say why" in text_of(supervisor.fill(page, page, **changes).text)
    given = changes | {"form-shredded": "SRS402", "reason": "autumn"}
    assert supervisor.fill(page, page, **given).location == page
    text = supervisor.read(page)
    for part in ("autumn", "SRS402"):
        assert part in text
    drawn = supervisor.client.get(page).text
    assert 'value="3500.50"' in drawn
    assert 'value="48"' in drawn
    assert Person(app, "auditor").read(page)
    assert supervisor.client.get("/grade-rules/PLANT01").status_code == 404


def test_catalogues_mark_what_was_not_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    del company
    reader = Person(app, "auditor")
    assert "No catalogue" in text_of(reader.client.get("/catalogues").text)
    monkeypatch.setattr("service.web.pages.catalogue.outside", _Shelf)
    first = text_of(reader.client.get("/catalogues").text)
    assert "not read here" in first
    old = text_of(reader.client.get("/catalogues?show=gb4223-2004").text)
    for part in ("201A", "≥ 40", "1000 × 400", "40–1500", "≤ 0.5", "not verified"):
        assert part in old
    mill = text_of(reader.client.get("/catalogues?show=example-price-list-2026").text)
    for part in ("An example.", "2,320.00", "for reference only"):
        assert part in mill


class _Shelf:
    catalogues = staticmethod(catalogues)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("thickness_mm", {"min": None, "max": 6}, "< 6"),
        ("thickness_mm", {"min": None, "max": None}, "—"),
        ("tfe_min_bp", 9_300, "≥ 93"),
        ("residual_max", {"cu": 25, "sn": 1, "cr_ni_mo": None}, "0.25 / 0.01 / —"),
        ("size_mm", None, "—"),
    ],
)
def test_limits_read_as_people_write_them(name: str, value: object, text: str) -> None:
    assert figure_text(name, value) == text


def test_a_rejected_appeal_names_its_reason(app: Flask, company: Company, truck: Truck) -> None:
    raised = appealed(company, truck)
    answered(company, raised, Outcome.REJECTED)
    text = Person(app, "supplier").read(f"/appeals/{raised.appeal_no}")
    assert "The second inspector sees what was decided." in text


def test_a_head_that_decided_by_itself_is_named_as_the_decider(
    app: Flask, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {"heavy_mixed": ["HRS101"], "plate_structural": ["MRS201"], "shredded": ["SRS401"]}
    monkeypatch.setattr(grade_auto, "mode_of", lambda _tx, _site: ModelMode.AUTO)
    monkeypatch.setattr(grade_auto, "grades_by_form", lambda _tx, _site: codes)
    visit_id = proposed_load(company, "辽EAUTO09", proposed("auto", reasons=()))
    company.weigh(visit_id, "BASE01", "tare", 16_140, "operator")
    operator, supplier = company.people["operator"], company.people["supplier"]
    ticket = issue_ticket(IssueTicket(visit_id=visit_id), operator, company.deps)
    raised = RaiseAppeal(ticket_no=ticket.ticket_no, ground=Ground.GRADE, statement="thicker")
    appeal = raise_appeal(raised, supplier, company.deps)
    for who in ("inspector", "inspector2"):  # no person decided, so any inspector may look
        reviewed(company, appeal, company.people[who].user_id, {"LRS301": 10_000})
    supervisor = Person(app, "supervisor")
    engine = "image engine cccccccc"
    assert f"decided first: {engine}" in supervisor.read(f"/appeals/{appeal.appeal_no}")
    supervisor.fill(
        f"/appeals/{appeal.appeal_no}", "answer", outcome="upheld", answer="light, all of it"
    )
    figures = supervisor.read("/appeals/figures")
    assert engine in figures
    assert "the image engine by itself 1 1 · 100" in figures
    counted = supervisor.client.get("/appeals/figures.json").get_json()
    for group, name in (("model", "c" * 64), ("inspector", "c" * 64), ("decider", "engine")):
        assert [(row["name"], row["overturned"]) for row in counted[group]] == [(name, 1)]
    assert_audit_clean(company)
