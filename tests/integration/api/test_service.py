"""Headers, health, metrics and the chosen language; the command that manages accounts."""

import json

import pytest
from click.testing import CliRunner

from service.commands import users
from service.web.context import Outside
from tests.integration.api.company import Company


@pytest.mark.parametrize("path", ["/v1/lots", "/sign-in", "/healthz", "/openapi.json"])
def test_every_answer_carries_the_strict_headers_and_its_number(path: str, ferro: Company) -> None:
    answer = ferro.client(None).get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(answer.headers["X-Request-Id"]) == 36


def test_the_number_of_a_request_is_the_callers_where_it_is_one(ferro: Company) -> None:
    number = "01a2002b-bed1-715c-9fed-a08ce029cd4a"
    browser = ferro.client(None)
    assert (
        browser.get("/healthz", headers={"X-Request-Id": number}).headers["X-Request-Id"] == number
    )
    answer = browser.get("/healthz", headers={"X-Request-Id": "<script>"})
    assert answer.headers["X-Request-Id"] != "<script>"


def test_ready_means_that_the_database_answers_in_the_schema_of_this_version(
    ferro: Company,
) -> None:
    browser = ferro.client(None)
    assert browser.get("/healthz").get_json() == {"status": "ok"}
    ready = browser.get("/readyz")
    assert ready.get_json() == {"database": "ok", "migrations": "ok", "chain": "ok"}
    behind = Outside(
        verify=lambda _bundle, _audience: {},
        chain_answers=lambda: False,
        is_migrated=lambda: False,
    )
    ferro.app.extensions["ferrotrace"] = (ferro.deps, behind)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.get_json()["migrations"]) == (503, "down")


def test_metrics_tell_requests_and_the_age_of_the_oldest_record_without_anchor(
    ferro: Company,
) -> None:
    browser = ferro.client(None)
    browser.get("/healthz")
    assert "ferrotrace_oldest_unanchored_seconds 0.0" in browser.get("/metrics").text
    ferro.receive(plate="辽E12345")
    text = browser.get("/metrics").text
    assert 'ferrotrace_requests_total{endpoint="health.healthz",method="GET",status="200"}' in text
    age = next(
        line.split()[1]
        for line in text.splitlines()
        if line.startswith("ferrotrace_oldest_unanchored_seconds ")
    )
    assert float(age) > 0


def test_a_form_without_its_token_is_refused_as_a_page(ferro: Company) -> None:
    answer = ferro.client(None).post("/sign-in", data={"login": "x", "password": "y"})
    assert answer.status_code == 400
    assert answer.mimetype == "text/html"


def test_a_stranger_on_a_page_is_shown_the_door_and_led_back(ferro: Company) -> None:
    answer = ferro.client(None).get("/lots", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Flots")


@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({"Accept-Language": "en"}, "Not found"),
        ({"Accept-Language": "zh", "Cookie": "lang=en"}, "Not found"),
    ],
)
def test_the_language_is_chosen_on_the_device_or_asked_for_by_the_browser(
    headers: dict[str, str], title: str, ferro: Company
) -> None:
    program = ferro.app.test_client(use_cookies=False)
    assert program.get("/v1/nothing", headers=headers).get_json()["title"] == title


def test_verification_is_for_anybody_and_lightly_limited(ferro: Company) -> None:
    browser = ferro.client(None)
    assert browser.post("/v1/verifications?audience=bank", json={}).get_json()["verdict"] == "ERROR"
    statuses = {browser.post("/v1/verifications", json={}).status_code for _ in range(61)}
    assert statuses == {200, 429}


def test_the_console_manages_accounts(ferro: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_deps", lambda: ferro.deps)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(users.command, [*arguments])
        return result.exit_code, result.output

    options = ("--name", "新人", "--role", "clerk", "--organisation", "FERRO")
    password = ("--password", "a long enough one")
    code, output = run("add", "newcomer", *options, *password, "--json")
    assert (code, json.loads(output)["role"]) == (0, "clerk")
    assert run("add", "newcomer", *options, *password)[0] == 1
    assert run("reset", "newcomer", *password) == (0, "newcomer reset\n")
    assert run("end", "newcomer") == (0, "newcomer ended\n")
    listed = json.loads(run("list", "--json")[1])
    assert {user["username"]: user["active"] for user in listed}["newcomer"] is False
    assert "newcomer\tclerk\tFERRO\t新人 (ended)" in run("list")[1]
    assert run("end", "no-such-user")[0] == 1
