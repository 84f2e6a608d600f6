"""The yard and the registers on pages: what may be done is offered, and what was done is shown."""

from typing import Any

import pytest
from flask import Flask

from service.usecases.grade import propose_pending
from tests.support.company import Company
from tests.support.pages import Person, forms_of, pages_of, text_of
from tests.support.pictures import heap_jpeg


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


def sent(person: Person, page: str, action: str, given: dict[str, Any]) -> Any:
    """Send the form of ``page`` that goes to an address ending in ``action``."""
    form = next(f for f in forms_of(person.get(page).text) if f.action.endswith(action))
    return person.send(form, page, given)


def test_a_truck_goes_its_way_on_the_pages(company: Company, app: Flask) -> None:
    operator = Person(app, "operator")
    arrival = "/yard/arrival?site=BASE01"
    given = {"plate": "辽E12345", "supplier_id": "SU-QINGHE", "material": "生铁"}
    page = sent(operator, arrival, arrival, given).headers["Location"]
    shown = operator.read(page)
    assert "arrived" in shown
    assert sent(operator, page, "/steps/call", {"place": "scale 1"}).status_code == 303
    assert "no. 1 to scale 1" in operator.read("/yard")
    radiation = {
        "background_nsv_h": "90 91 92 90 89",
        "max_nsv_h": "900",
        "alarm_level_nsv_h": "200",
        "decision": "OK",
        "officer": "周二",
        "instrument": "RP-1",
        "calibration_due": "2027-01-01",
    }
    refused = sent(operator, page, "/steps/radiation", radiation)
    assert refused.status_code == 422
    assert "two re-scans are missing" in text_of(refused.text)
    held = radiation | {"decision": "HOLD"}
    assert sent(operator, page, "/steps/radiation", held).status_code == 303
    assert "Isolate the truck" in operator.read(page)
    assert "radiation: isolated" in operator.read("/yard")
    again = radiation | {"max_nsv_h": "20"}
    assert sent(operator, page, "/steps/radiation", again).status_code == 303
    visit_id = page.rsplit("/", 1)[-1]
    company.weigh(visit_id, "BASE01", "gross", 48_620, "operator")
    inspector = Person(app, "inspector")
    found = {"sealed_vessels_ok": "false", "remark": "gas bottle"}
    assert sent(inspector, page, "/steps/inspect", found).status_code == 303
    assert "sealed vessel found" in inspector.read(page)
    free = {"sealed_vessels_ok": "true"}
    assert sent(inspector, page, "/steps/inspect", free).status_code == 303
    part = {"kg": "200", "reason": "rubber"}
    assert sent(inspector, page, "/steps/reject", part).status_code == 303
    assert sent(operator, page, "/steps/unload", {"place": "A1"}).status_code == 303
    assert "unloaded: A1" in operator.read(page)
    company.weigh(visit_id, "BASE01", "tare", 16_140, "operator")
    propose_pending(company.deps)
    assert sent(operator, page, "/keep", {}).status_code == 303
    supervisor = Person(app, "supervisor")
    void = [f for f in forms_of(supervisor.get(page).text) if f.action.endswith("/void")]
    weighing = next(form for form in void if "/weighings/" in form.action)
    assert supervisor.send(weighing, page, {"reason": "wrong truck"}).status_code == 303
    assert "to be weighed again" in supervisor.read(page)


def test_a_typed_weight_needs_a_second_person_who_signs_in(app: Flask) -> None:
    operator = Person(app, "operator")
    arrival = "/yard/arrival?site=BASE01"
    given = {"plate": "辽E12345", "supplier_id": "SU-QINGHE"}
    page = sent(operator, arrival, arrival, given).headers["Location"]
    typing = f"{page}/type/gross"
    assert typing in operator.get(page).text
    weight = {
        "kg": "48620",
        "reason_code": "INDICATOR_SILENT",
        "reason": "no frames",
        "witness_login": "operator",
        "witness_password": "correct horse",
        "picture": (heap_jpeg(), "display.jpg"),
    }
    refused = sent(operator, typing, typing, weight)
    assert refused.status_code == 403
    assert "another role" in text_of(refused.text)


def test_vehicles_and_drivers_are_kept_in_versions(app: Flask) -> None:
    clerk = Person(app, "clerk")
    new = "/vehicles/new"
    vehicle = {
        "plate": "辽E12345",
        "axles": "6",
        "legal_max_kg": "49000",
        "active": "true",
        "paper-0-kind": "inspection",
        "paper-0-valid_to": "2026-01-01",
    }
    refused = sent(clerk, new, new, vehicle | {"axles": "60"})
    assert refused.status_code == 422
    page = sent(clerk, new, new, vehicle).headers["Location"]
    assert "expired" in clerk.read(page)
    assert "1 expired" in clerk.read("/vehicles?q=E123")
    assert "No vehicle found" in clerk.read("/vehicles?q=nothing")
    form = next(f for f in forms_of(clerk.get(page).text) if f.action == page)
    assert clerk.send(form, page, {"legal_max_kg": "46000", "active": "true"}).status_code == 303
    assert "version 2" in clerk.read(page)
    assert sent(clerk, "/drivers/new", "/drivers/new", {"name": ""}).status_code == 422
    driver = {"name": "赵六", "licence_valid_to": "2026-01-01", "active": "true"}
    own = sent(clerk, "/drivers/new", "/drivers/new", driver).headers["Location"]
    assert "driving licence" in clerk.read(own)
    assert sent(clerk, own, own, driver | {"licence_valid_to": "2030-01-01"}).status_code == 303
    assert "version 2" in clerk.read(own)
    assert "赵六" in clerk.read("/drivers")
    card = {"card_no": "IC-1", "active": "true"}
    assert sent(clerk, page, "/cards", card).status_code == 303
    assert "IC-1" in clerk.read(page)
