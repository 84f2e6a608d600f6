"""The office, the control room, the public and the simulated yard."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.company import Clock, Company
from tests.support.pages import PASSWORD, Person, edge_state, pages_of, text_of


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


def test_a_delivery_beyond_the_limit_is_an_alarm_that_leads_to_it(
    company: Company, app: Flask
) -> None:
    lot_id = company.receive().ticket.lot_id
    assert lot_id
    done = company.deliver({lot_id: 30_000}, short_kg=400)
    clerk = Person(app, "clerk")
    assert "−400 kg, beyond the limit of ±" in clerk.read("/alarms")
    page = clerk.read(f"/deliveries/{done.delivery.delivery_id}")
    assert "beyond the limit" in page
    assert "alarm" in clerk.read("/dashboard")


def test_the_age_of_the_oldest_record_is_told_and_becomes_an_alarm(
    company: Company, app: Flask
) -> None:
    clock = company.deps.now
    assert isinstance(clock, Clock)
    clerk = Person(app, "clerk")
    assert "nothing waits" in clerk.read("/dashboard")
    company.receive()
    assert "sealed in time" in clerk.read("/dashboard")
    clock.forward(timedelta(minutes=3))
    assert "sealing is late" in clerk.read("/dashboard")
    assert clerk.client.get("/v1/alarms").get_json() == {"items": []}
    clock.forward(timedelta(minutes=8))
    page = clerk.read("/dashboard")
    assert "sealing stands still" in page
    assert "1 alarm" in page
    assert "The oldest record has waited 11 min to be sealed; promised are 10 min." in clerk.read(
        "/alarms"
    )
    (alarm,) = clerk.client.get("/v1/alarms").get_json()["items"]
    assert (alarm["kind"], alarm["limit"], alarm["value"] > 600) == ("waiting", 600, True)


def test_whatever_is_searched_for_leads_to_its_page(company: Company, app: Flask) -> None:
    truck = company.receive()
    lot_id = truck.ticket.lot_id
    assert lot_id
    done = company.deliver({lot_id: 20_000})
    clerk = Person(app, "clerk")
    wanted = (
        truck.visit.plate,
        truck.ticket.ticket_no,
        done.delivery.waybill_no,
        truck.ticket.target_hash.hex(),
    )
    for text in wanted:
        assert "0 hits" not in clerk.read(f"/search?q={text}")
    assert "0 hits" in clerk.read("/search?q=nothing")
    assert "Nothing of that name" in Person(app, "administrator").read("/search?q=辽E")


def test_a_document_says_what_it_says_and_where_it_comes_from(company: Company, app: Flask) -> None:
    truck = company.receive()
    page = Person(app, "clerk").read(f"/documents/{truck.ticket.target_hash.hex()}")
    assert "Weighing ticket" in page
    assert "Net 32,480 kg" in page
    assert "Gross weighing" in page
    assert "recorded, to be sealed" in page
    first = Person(app, "clerk").read(f"/documents/{truck.gross.target_hash.hex()}")
    assert "This document has no sources" in first
    administrator = Person(app, "administrator")
    assert administrator.get(f"/documents/{truck.gross.target_hash.hex()}").status_code == 403
    assert administrator.get(f"/documents/{'0' * 64}").status_code == 404


def test_the_code_on_a_ticket_shows_its_figures_and_no_person(company: Company, app: Flask) -> None:
    truck = company.receive()
    page = Person(app).read(f"/t/{truck.ticket.ticket_no}")
    assert "32,480 kg" in page
    assert "32,090 kg" in page
    assert truck.visit.plate[2:] not in page
    assert "陈一" not in page


def test_a_price_list_is_set_once_and_shown(company: Company, app: Flask) -> None:
    del company
    administrator = Person(app, "administrator")
    form = administrator.form("/price-lists/new", "/new")
    typed = {
        "version": "2099-01",
        "valid_from": "2099-01-01",
        "valid_to": "2099-01-31",
        "price-HRS101": "3650.50",
    }
    done = administrator.send(form, "/price-lists/new", typed)
    assert done.status_code == 303, text_of(done.text)
    assert "3,650.50" in administrator.read("/price-lists")
    wrong = administrator.send(
        administrator.form("/price-lists/new", "/new"),
        "/price-lists/new",
        {**typed, "price-HRS101": "dear"},
    )
    assert wrong.status_code == 422


def test_the_administrator_makes_an_account_and_ends_it(company: Company, app: Flask) -> None:
    del company
    administrator = Person(app, "administrator")
    made = administrator.fill(
        "/users/new",
        "/new",
        username="li.er",
        password="long enough",
        name="李二",
        role="inspector",
        site_ids="BASE01",
    )
    assert made.status_code == 303, text_of(made.text)
    assert "li.er" in administrator.read("/users")
    ended = administrator.fill("/users", "/users/li.er/end")
    assert ended.status_code == 302
    short = administrator.fill(
        "/users/new", "/new", username="li.san", password="short", name="李三", role="inspector"
    )
    assert short.status_code == 422
    assert 'id="password-error"' in short.text


def test_an_accounts_password_is_never_drawn_again(company: Company, app: Flask) -> None:
    del company
    administrator = Person(app, "administrator")
    refused = administrator.fill("/users/new", "/new", username="!", password=PASSWORD, name="x")
    assert refused.status_code == 422
    assert PASSWORD not in refused.text


def test_the_simulated_yard_drives_shows_codes_and_silences(
    company: Company, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scale in company.scales.values():
        monkeypatch.setattr(scale, "state", lambda: edge_state(None))
    operator = Person(app, "operator")
    assert "silent" in operator.read("/demo")
    driven = operator.fill("/demo", "/demo/BASE01/truck", plate="辽E10001", kg="48620")
    assert driven.status_code == 302
    assert company.scales["BASE01"].kg == 48_620
    assert operator.fill("/demo", "/demo/BASE01/truck/off").status_code == 302
    heavy = operator.fill("/demo", "/demo/BASE01/truck", plate="辽E10001", kg="9999999")
    assert heavy.status_code == 422
    for scale in company.scales.values():
        monkeypatch.setattr(scale, "state", lambda: edge_state(48_620))
        monkeypatch.setattr(scale, "simulator_put", lambda _path, body: body)
    assert "48,620 kg" in operator.read("/demo/BASE01/live")
    shown = operator.fill("/demo", "/demo/BASE01/code", code="FERROTRACE:BOOKING:YY-26-000001")
    assert shown.status_code == 302
    assert operator.fill("/demo", "/demo/BASE01/code/away").status_code == 302
    assert operator.fill("/demo", "/demo/BASE01/line/silent").status_code == 302
    assert operator.fill("/demo", "/demo/BASE01/line/speaking").status_code == 302
    assert operator.fill("/demo", "/demo/BASE01/speed/20").status_code == 302
    monkeypatch.setattr(company.scales["BASE01"], "state", lambda: edge_state(48_000, stable=False))
    assert "in motion" in operator.read("/demo/BASE01/live")


def test_the_auditor_runs_the_audit_and_sees_what_could_not_be_told(
    company: Company, app: Flask
) -> None:
    company.receive()
    auditor = Person(app, "auditor")
    assert "Audit now" in auditor.read("/audit")
    told = text_of(auditor.fill("/audit", "/audit").text)
    assert "difference" in told
    assert "could not be told" in told
    assert "documents in" in told
