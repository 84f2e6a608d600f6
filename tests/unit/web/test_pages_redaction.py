"""The page on which a holder makes a smaller copy: ticks, locks, refusals, and the file."""

import json

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.proof.verify import verify
from tests.support.company import Company, Truck
from tests.support.pages import Person, forms_of, pages_of, text_of


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


@pytest.fixture
def truck(company: Company) -> Truck:
    return company.receive()


def address(truck: Truck, audience: str = "") -> str:
    return f"/documents/{truck.ticket.target_hash.hex()}/smaller?audience={audience}"


def shown_paths(person: Person, page: str) -> list[str]:
    """Every path that the page offers to untick, in its order."""
    html = person.get(page).text
    boxes = html.split('<input type="checkbox" name="show" value="')[1:]
    return [box.split('"')[0] for box in boxes if " disabled" not in box.split(">")[0]]


def send(person: Person, page: str, show: list[str], audience: str = "") -> TestResponse:
    forms = forms_of(person.get(page).text)
    token = next(form.fields["csrf_token"] for form in forms if "csrf_token" in form.fields)
    data = {"csrf_token": token, "audience": audience, "show": show}
    return person.client.post(page.partition("?")[0], data=data, headers={"Accept": "text/html"})


def test_what_is_unticked_is_not_in_the_copy_which_still_verifies(app: Flask, truck: Truck) -> None:
    supplier = Person(app, "supplier")
    page = address(truck, "bank")
    show = [path for path in shown_paths(supplier, page) if not path.startswith("personal")]
    answer = send(supplier, page, show, "bank")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=ticket-")
    assert "辽EDEMO" not in answer.text
    assert "personal" not in json.loads(answer.data)["document"]["data"]
    verdict = verify(answer.data, audience="bank")
    checks = {check.type: check.status.value for check in verdict.checks}
    assert checks["DOCUMENT_INTEGRITY"] == checks["DISCLOSURE_POLICY"] == "VALID"


def test_fields_that_the_audience_needs_are_locked_with_the_reason(
    app: Flask, truck: Truck
) -> None:
    clerk = Person(app, "clerk")
    for audience, sentence in (("bank", "a bank needs it"), ("plant", "a plant needs it")):
        page = address(truck, audience)
        assert sentence in clerk.read(page)
        assert not {"record.net_kg", "record", "kind", "issuers"} & set(shown_paths(clerk, page))
    free = shown_paths(clerk, address(truck))
    assert {"record.net_kg", "personal"} <= set(free)
    assert not {"kind", "issuers", "$template", "demo"} & set(free)


def test_nothing_unticked_is_told_and_the_ticks_stay(app: Flask, truck: Truck) -> None:
    clerk = Person(app, "clerk")
    page = address(truck)
    answer = send(clerk, page, shown_paths(clerk, page))
    assert answer.status_code == 422
    assert "Nothing is hidden. Hide at least one field." in text_of(answer.text)


@pytest.mark.parametrize("username", ["operator", "inspector", "carrier"])
def test_who_may_not_take_proof_files_makes_no_copies(
    app: Flask, truck: Truck, username: str
) -> None:
    person = Person(app, username)
    assert person.get(address(truck)).status_code in {403, 404}
    document = person.get(f"/documents/{truck.ticket.target_hash.hex()}")
    assert "/smaller" not in document.text


def test_the_document_page_leads_to_it(app: Flask, truck: Truck) -> None:
    shown = Person(app, "clerk").get(f"/documents/{truck.ticket.target_hash.hex()}").text
    assert f"/documents/{truck.ticket.target_hash.hex()}/smaller" in shown
