"""The way of one truck through the pages, with the forms as they are drawn."""

import re

import pytest
from flask import Flask

from service.domain.weighing_window import MotionError
from service.storage import views
from service.usecases import demo_company
from service.usecases.grade import propose_pending
from tests.support.company import Company
from tests.support.pages import Person, edge_state, forms_of, pages_of, text_of
from tests.support.pictures import heap_jpeg, qr_jpeg

VISIT = re.compile(r"/visits/[0-9a-f-]{36}")


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


def booked(app: Flask, plate: str = "辽E·10001") -> str:
    """A booking made by the supplier; its number."""
    supplier = Person(app, "supplier")
    answer = supplier.fill(
        "/bookings/new", "new", plate=plate, site_id="BASE01", expected_on="2026-11-20"
    )
    assert answer.status_code == 303
    return answer.location.rsplit("/", 1)[1]


def arrived(company: Company, app: Flask, operator: Person) -> str:
    """A booked truck is scanned at the gate and its visit opened; the address of the visit."""
    company.scales["BASE01"].gate_code = f"FERROTRACE:BOOKING:{booked(app)}"
    scanned = operator.fill("/yard/arrival?site=BASE01", "gate-scan")
    assert "code=FERROTRACE" in scanned.location
    opened = operator.fill(scanned.location, "/yard/arrival")
    assert opened.status_code == 303, text_of(opened.text)
    assert VISIT.fullmatch(opened.location)
    return str(opened.location)


def weighed(company: Company, person: Person, visit: str, which: str, kg: int, site: str) -> None:
    company.scales[site].kg = kg
    answer = person.fill(f"{visit}/weigh/{which}", "weigh")
    assert answer.status_code == 303, text_of(answer.text)


def graded(company: Company, app: Flask, visit: str) -> None:
    propose_pending(company.deps)
    inspector = Person(app, "inspector")
    form = inspector.form(f"{visit}/grade", "/grade")
    chosen = {"grade": "HRS101", "share-HRS101": "80", "share-MRS201": "20", "inclusions": "1.2"}
    answer = inspector.send(form, f"{visit}/grade", chosen)
    assert answer.status_code == 303, text_of(answer.text)


def ticketed(company: Company, app: Flask) -> tuple[Person, str, str]:
    """The operator, the visit and the ticket of a truck that was received."""
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    weighed(company, operator, visit, "gross", 48_620, "BASE01")
    graded(company, app, visit)
    weighed(company, operator, visit, "tare", 16_140, "BASE01")
    issued = operator.fill(f"{visit}/ticket", "/ticket")
    assert issued.status_code == 303, text_of(issued.text)
    return operator, visit, str(issued.location)


def test_a_truck_goes_from_booking_to_settlement_by_pages_alone(
    company: Company, app: Flask
) -> None:
    operator, visit, ticket = ticketed(company, app)
    assert "32,090 kg" in operator.read(ticket)
    assert "32,090 kg" in operator.read(f"{ticket}?paper=80mm")
    assert "BASE01-HRS101" in operator.read("/lots")
    assert ticket.rsplit("/", 1)[1] in operator.read("/tickets")
    assert "Graded" in operator.read(visit)
    delivery, waybill = sent(company, operator)
    settled(company, app, delivery, waybill)


def sent(company: Company, operator: Person) -> tuple[str, str]:
    """A truck is loaded from the lot; its delivery's address and its waybill."""
    opened = operator.fill(
        "/yard/arrival?site=BASE01",
        "/yard/arrival",
        kind="LOADING",
        plate="辽E·20002",
        plant_id=demo_company.PLANT,
        carrier_id=demo_company.CARRIER,
        distance_km="86.4",
    )
    if opened.status_code != 303:
        form = operator.form("/yard/arrival?site=BASE01", "/yard/arrival")
        raise AssertionError((form, text_of(opened.text)))
    visit = opened.location
    weighed(company, operator, visit, "tare", 15_420, "BASE01")
    weighed(company, operator, visit, "gross", 47_420, "BASE01")
    form = operator.form(f"{visit}/delivery", "/delivery")
    assert form.fields["lot-BASE01-HRS101"] == "32000"
    noted = operator.send(form, f"{visit}/delivery", {})
    assert noted.status_code == 303, text_of(noted.text)
    paper = operator.read(noted.location)
    found = re.search(r"YD-[0-9-]+", paper)
    assert found
    return noted.location.removesuffix("/note"), found.group(0)


def settled(company: Company, app: Flask, delivery: str, waybill: str) -> None:
    plant = Person(app, "plant")
    assert "辽E·20002" in plant.read("/plant")
    opened = plant.fill(
        "/yard/arrival?site=PLANT01", "/yard/arrival", code=f"FERROTRACE:WAYBILL:{waybill}"
    )
    assert opened.status_code == 303, text_of(opened.text)
    weighed(company, plant, opened.location, "gross", 47_380, "PLANT01")
    weighed(company, plant, opened.location, "tare", 15_420, "PLANT01")
    assert "31,960 kg" in text_of(
        plant.fill(f"{opened.location}/receipt", "receipt", rejected_kg="x").text
    )
    sums = plant.client.post(
        f"{opened.location}/receipt/sums",
        data=plant.form(f"{opened.location}/receipt", "receipt").fields,
    )
    assert "31,960 kg" in text_of(sums.text)
    two = {"deduction2__kind": "PCT", "deduction2__percent": "0.5", "deduction2__code": "SOIL"}
    three = {"deduction3__kind": "MOISTURE", "deduction3__percent": "2", "deduction3__free": "1"}
    both = plant.fill(f"{opened.location}/receipt", "receipt", **two, **three)
    assert both.status_code == 422
    assert forms_of(both.text)[-1].fields["deduction2.percent"] == "0.5"
    received = plant.fill(f"{opened.location}/receipt", "receipt")
    assert received.location == delivery
    assert "within the limit of ±102 kg" in plant.read(delivery)
    clerk, approver = Person(app, "clerk"), Person(app, "approver")
    assert "1 received delivery is to be settled" in clerk.read("/settlements")
    prepared = clerk.fill(delivery, "/settlement")
    assert "You prepared it" in clerk.read(prepared.location)
    back = approver.fill(prepared.location, "/return", reason="wrong list")
    assert "wrong list" in approver.read(back.location)
    again = clerk.fill(delivery, "/settlement")
    done = approver.fill(again.location, "/approval")
    assert done.status_code == 303, text_of(done.text)
    assert "Approved" in approver.read(again.location)
    assert "tCO₂e" in approver.read(delivery)
    assert "settled" in approver.read("/deliveries")


def test_a_second_click_opens_no_second_visit(company: Company, app: Flask) -> None:
    operator = Person(app, "operator")
    company.scales["BASE01"].gate_code = None
    form = operator.form("/yard/arrival?site=BASE01", "/yard/arrival")
    typed = {"plate": "辽E·30003", "supplier_id": "SUPPLIER"}
    with company.deps.db.transaction() as tx:
        typed["supplier_id"] = views.organisations(tx, "supplier")[0].organisation_id
    first = operator.send(form, "/yard/arrival?site=BASE01", typed)
    second = operator.send(form, "/yard/arrival?site=BASE01", typed)
    assert first.status_code == second.status_code == 303, text_of(first.text)
    assert first.location == second.location


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(
    company: Company, app: Flask
) -> None:
    del company
    operator = Person(app, "operator")
    answer = operator.fill("/yard/arrival?site=BASE01", "/yard/arrival", plate="???")
    assert answer.status_code == 422
    assert 'value="???"' in answer.text
    assert 'id="plate-error"' in answer.text
    assert "is no number plate" in text_of(answer.text)
    assert "data-refused" in answer.text


def test_a_gate_without_a_code_is_told_and_a_photograph_of_one_is_read(
    company: Company, app: Flask
) -> None:
    operator = Person(app, "operator")
    answer = operator.fill("/yard/arrival?site=BASE01", "gate-scan")
    assert answer.status_code == 422
    assert "No code can be read" in text_of(answer.text)
    code = f"FERROTRACE:BOOKING:{booked(app)}"
    read = operator.upload(
        "/yard/arrival?site=BASE01", "picture-scan", "picture", qr_jpeg(code), "image/jpeg"
    )
    assert code in read.location
    damaged = operator.upload(
        "/yard/arrival?site=BASE01", "picture-scan", "picture", b"no picture", "image/jpeg"
    )
    assert damaged.status_code == 422
    del company


def test_the_proposal_stays_hidden_until_it_is_wanted(company: Company, app: Flask) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    weighed(company, operator, visit, "gross", 48_620, "BASE01")
    inspector = Person(app, "inspector")
    assert "The proposal comes first" in inspector.read(f"{visit}/grade")
    propose_pending(company.deps)
    said = "The engine makes no proposal; you decide."
    assert said not in inspector.read(f"{visit}/grade")
    assert said in inspector.read(f"{visit}/grade?proposal=shown")


def test_an_incomplete_decision_shows_the_sliders_as_they_were_left(
    company: Company, app: Flask
) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    weighed(company, operator, visit, "gross", 48_620, "BASE01")
    propose_pending(company.deps)
    inspector = Person(app, "inspector")
    form = inspector.form(f"{visit}/grade", "/grade")
    sent_back = inspector.send(
        form, f"{visit}/grade", {"grade": "CRS701", "share-HRS101": "40", "inclusions": "200"}
    )
    assert sent_back.status_code == 422
    assert 'id="inclusions-error"' in sent_back.text
    assert re.search(r'name="share-HRS101"[^>]*value="40"', sent_back.text)
    assert 'name="share-CRS701"' in sent_back.text


def test_an_uploaded_photograph_is_marked_and_shown(company: Company, app: Flask) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    added = operator.upload(visit, "/photographs", "picture", heap_jpeg(), "image/jpeg")
    assert added.status_code == 303, text_of(added.text)
    assert "UPLOADED" in operator.read(visit)
    found = re.search(r'src="(/photographs/[^"]+)"', operator.get(visit).text)
    assert found
    picture = operator.get(found.group(1))
    assert picture.mimetype == "image/jpeg"
    assert "immutable" in picture.headers["Cache-Control"]
    wrong = operator.upload(visit, "/photographs", "picture", b"text", "text/plain")
    assert wrong.status_code == 422
    assert "The file begins with" in text_of(wrong.text)


def test_the_live_page_asks_for_words_and_gets_the_reason_of_a_silence(
    company: Company, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    scale = company.scales["BASE01"]
    monkeypatch.setattr(scale, "state", lambda: edge_state(None))
    live = operator.get(f"{visit}/weigh/gross/live").get_json()
    assert live["weight"] == "——"
    moving = edge_state(100, stable=False, reasons=(MotionError(value=40, limit=20),))
    monkeypatch.setattr(scale, "state", lambda: moving)
    live = operator.get(f"{visit}/weigh/gross/live").get_json()
    assert live["button"]["hint"] == "The load is moving: spread 40 kg, at most 20 kg."


def test_a_visit_that_is_given_up_leaves_a_void_ticket_on_paper(
    company: Company, app: Flask
) -> None:
    operator, supervisor = Person(app, "operator"), Person(app, "supervisor")
    visit = arrived(company, app, operator)
    assert "End the visit without a ticket" not in operator.read(visit)
    missing = supervisor.fill(visit, "/void", reason=" ")
    assert missing.status_code == 422
    voided = supervisor.fill(visit, "/void", reason="driver left")
    assert "This ticket is void driver left" in supervisor.read(voided.location)
    assert "driver left" in supervisor.read(f"{voided.location}?paper=80mm")


def test_the_ticket_form_asks_for_both_weighings_first(company: Company, app: Flask) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    assert operator.get(f"{visit}/ticket").status_code == 409
    weighed(company, operator, visit, "gross", 48_620, "BASE01")
    assert operator.get(f"{visit}/ticket").status_code == 409


def test_the_sums_follow_the_form_and_say_when_it_does_not_go_together(
    company: Company, app: Flask
) -> None:
    operator = Person(app, "operator")
    visit = arrived(company, app, operator)
    weighed(company, operator, visit, "gross", 48_620, "BASE01")
    graded(company, app, visit)
    weighed(company, operator, visit, "tare", 16_140, "BASE01")
    form = operator.form(f"{visit}/ticket", "/ticket")
    assert form.fields["deduction.percent"] == "1.20"

    def sums(**typed: str) -> str:
        data = {**form.fields, **{k.replace("__", "."): v for k, v in typed.items()}}
        return text_of(operator.client.post(f"{visit}/ticket/sums", data=data).text)

    assert "32,090 kg" in sums()
    assert "32,380 kg" in sums(deduction__kind="KG", deduction__kg="100")
    assert "do not go together" in sums(rejected_kg="40000")
    assert "do not go together" in sums(rejected_kg="many")


def test_the_queue_says_what_each_truck_waits_for_and_who_may_do_it(
    company: Company, app: Flask
) -> None:
    operator = Person(app, "operator")
    arrived(company, app, operator)
    assert "ready for gross" in operator.read("/yard")
    inspector = Person(app, "inspector")
    assert "waits for the gross weighing" in inspector.read("/yard")


def test_a_booking_shows_its_code_and_that_the_truck_came(company: Company, app: Flask) -> None:
    number = booked(app)
    supplier = Person(app, "supplier")
    shown = supplier.get(f"/bookings/{number}")
    assert "<svg" in shown.text
    assert "expected" in text_of(shown.text)
    company.scales["BASE01"].gate_code = f"FERROTRACE:BOOKING:{number}"
    operator = Person(app, "operator")
    operator.fill(operator.fill("/yard/arrival?site=BASE01", "gate-scan").location, "/yard/arrival")
    assert "arrived" in supplier.read(f"/bookings/{number}")
    assert supplier.get("/bookings/YY-99-000001").status_code == 404
