"""Every role, both languages: the pages open, say what they are, and speak one language."""

import re

import pytest
from flask import Flask

from service.domain.party import Role
from tests.support.company import Company
from tests.support.pages import Person, edge_state, pages_of, text_of

ADDRESSES = re.compile(r'href="(/[a-z][^"#]*)"')
LEFT_IN_ENGLISH = re.compile(
    r"Ferrotrace|FERROTRACE|\.ferrotrace|SIMULATED DATA|SIM|EN|"
    r"[A-Z]{2,4}\d{2,}[\w-]*|[A-Z]{2}-\d\d-\d+|"
    r"[辽\w]·?E?\w*\d+|kgCO₂e|tCO₂e|CO₂|tce|kg|kWh/t|km|mm|bp|QR|GB/T|HMS|III|json|JSON|"
    r"Mettler Toledo|IND246|DEMO[\w-]*|http\S+|[\w.]+@\S+|[a-z]+\.example|\b[0-9a-f]{6,}\b"
)
"""Names, units, codes and numbers, which are the same in Chinese."""
STANDS_ALONE = "/verify"
"""The verifier is one file with both languages in it; what it shows is looked at in a browser."""


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_of_the_menu_opens(
    company: Company, app: Flask, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scale in company.scales.values():
        monkeypatch.setattr(scale, "state", lambda: edge_state(48_620))
    accounts = re.compile("|".join(company.people))
    person = Person(app, role, language="zh")
    home = person.client.get("/", follow_redirects=True)
    assert home.status_code == 200
    for address in set(ADDRESSES.findall(home.text)):
        if not address.startswith(("/static", "/language", STANDS_ALONE)):
            text = person.read(address)
            assert "演示数据" in text
            rest = accounts.sub(" ", LEFT_IN_ENGLISH.sub(" ", text))
            assert not re.findall(r"[A-Za-z]{4,}", rest), (address, text)


def test_a_stranger_is_led_to_the_door_and_back_to_where_he_wanted(
    company: Company, app: Flask
) -> None:
    del company
    stranger = Person(app)
    sent = stranger.get("/deliveries")
    assert sent.location.startswith("/sign-in?next=")
    assert stranger.get("/").location == "/sign-in"
    form = stranger.form(sent.location, "/sign-in")
    typed = {"login": "clerk", "password": "correct horse"}
    assert stranger.send(form, "/sign-in", typed).location == "/deliveries"


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/\\x"])
def test_nobody_is_sent_elsewhere_after_the_sign_in(
    company: Company, app: Flask, wanted: str
) -> None:
    del company
    stranger = Person(app)
    answer = stranger.client.get("/language/en", query_string={"back": wanted})
    assert answer.location == "/"


def test_a_wrong_password_is_told_beside_the_field_and_the_account_stays(
    company: Company, app: Flask
) -> None:
    del company
    stranger = Person(app)
    answer = stranger.fill("/sign-in", "/sign-in", login="clerk", password="wrong one")
    assert answer.status_code == 401
    assert 'value="clerk"' in answer.text
    assert "wrong one" not in answer.text
    assert 'id="password-error"' in answer.text


def test_the_language_stays_with_the_account(company: Company, app: Flask) -> None:
    del company
    clerk = Person(app, "clerk", language="zh")
    assert "结算单" in clerk.read("/settlements")
    assert clerk.get("/language/en?back=/settlements").location == "/settlements"
    elsewhere = Person(app)
    elsewhere.client.delete_cookie("lang")
    form = elsewhere.form("/sign-in", "/sign-in")
    elsewhere.send(form, "/sign-in", {"login": "clerk", "password": "correct horse"})
    assert "Settlements" in elsewhere.read("/settlements")


def test_signing_out_ends_the_session(company: Company, app: Flask) -> None:
    del company
    clerk = Person(app, "clerk")
    assert clerk.fill("/settlements", "/sign-out").location == "/sign-in"
    assert clerk.get("/settlements").status_code == 302


def test_an_unknown_address_is_a_page_that_says_so(company: Company, app: Flask) -> None:
    del company
    answer = Person(app).get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing at this address." in text_of(answer.text)


def test_a_page_without_the_right_is_refused_in_words(company: Company, app: Flask) -> None:
    del company
    answer = Person(app, "carrier").get("/users")
    assert answer.status_code == 403
    assert "You have no right" in text_of(answer.text)


def test_pages_carry_no_inline_style_or_script(company: Company, app: Flask) -> None:
    del company
    supervisor = Person(app, "supervisor")
    for address in ("/yard", "/yard/arrival", "/dashboard", "/lots"):
        html = supervisor.get(address).text
        assert " style=" not in html
        assert " onclick=" not in html
        assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", html)
