"""Sign-in, its throttle, sessions and tokens."""

import pytest

from service.domain.errors import FerrotraceError, ForbiddenError
from service.domain.party import Actor, Role
from service.usecases import identity
from tests.integration.api.company import PASSWORD, Company

CONSOLE = Actor(user_id="-", name="-", role=Role.ADMINISTRATOR, organisation_id="-")


def sign_in(ferro: Company, **given: str) -> int:
    body = {"email": "operator", "password": PASSWORD} | given
    browser = ferro.app.test_client()
    return browser.post("/v1/session", json=body).status_code


def test_a_name_in_any_case_and_the_right_password_sign_in(ferro: Company) -> None:
    assert sign_in(ferro, email="OPERATOR") == 200


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"email": "nobody"}])
def test_wrong_name_and_wrong_password_are_refused_in_the_same_words(
    given: dict[str, str], ferro: Company
) -> None:
    body = {"email": "operator", "password": PASSWORD} | given
    answer = ferro.app.test_client().post("/v1/session", json=body)
    assert answer.status_code == 401
    problem = answer.get_json() | {"instance": ""}
    assert problem["type"].endswith("/SignInRefused")
    assert PASSWORD not in answer.text
    assert "wrong" not in problem["errors"][0].get("value", "")


def test_after_five_failures_the_right_password_is_refused_too(ferro: Company) -> None:
    assert [sign_in(ferro, password="wrong") for _ in range(5)] == [401] * 5
    assert sign_in(ferro) == 429
    assert sign_in(ferro, email="inspector") == 200


def test_one_address_may_not_try_many_names(ferro: Company) -> None:
    for number in range(identity.MAX_FAILURES.of_address):
        identity.note_failed_sign_in(f"name{number}", "127.0.0.1", ferro.deps)
    assert sign_in(ferro) == 429


def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(ferro: Company) -> None:
    body = {"email": "operator", "password": PASSWORD}
    cookie = ferro.app.test_client().post("/v1/session", json=body).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_nothing_of_a_session_from_before_the_sign_in_lives_on_in_it(ferro: Company) -> None:
    browser = ferro.app.test_client()
    with browser.session_transaction() as session:
        session["csrf_token"] = "planted"
    browser.post("/v1/session", json={"email": "operator", "password": PASSWORD})
    with browser.session_transaction() as session:
        assert session.get("csrf_token") != "planted"


def test_a_token_stands_for_the_account(ferro: Company) -> None:
    body = {"email": "operator", "password": PASSWORD}
    token = ferro.app.test_client().post("/v1/session", json=body).get_json()["auth_token"]
    program = ferro.app.test_client(use_cookies=False)
    headers = {"Authentication-Token": token}
    assert program.get("/v1/lots", headers=headers).status_code == 200
    assert program.get("/v1/lots", headers={"Authentication-Token": token + "x"}).status_code == 401
    identity.reset_password("operator", "another password", CONSOLE, ferro.deps)
    assert program.get("/v1/lots", headers=headers).status_code == 401


def test_signing_out_ends_the_session(ferro: Company) -> None:
    browser = ferro.client("operator")
    assert browser.get("/v1/lots").status_code == 200
    assert browser.delete("/v1/session").status_code == 204
    assert browser.get("/v1/lots").status_code == 401


def test_an_ended_account_is_out_at_once(ferro: Company) -> None:
    browser = ferro.client("operator")
    assert browser.get("/v1/lots").status_code == 200
    identity.deactivate_user("operator", CONSOLE, ferro.deps)
    assert browser.get("/v1/lots").status_code == 401
    assert sign_in(ferro) == 401


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "x"}, "Username"),
        ({"username": "operator"}, "UserExists"),
        ({"email": "no address"}, "Email"),
        ({"password": "short"}, "PasswordLength"),
        ({"password": "x" * 129}, "PasswordLength"),
        ({"locale": "fr"}, "Locale"),
    ],
)
def test_an_account_that_breaks_a_rule_is_not_made(
    changes: dict[str, str], code: str, ferro: Company
) -> None:
    given = {
        "username": "newcomer",
        "password": PASSWORD,
        "name": "新人",
        "organisation_id": "FERRO",
        **changes,
    }
    command = identity.CreateUser(role=Role.CLERK, **given)  # type: ignore[arg-type]
    with pytest.raises(FerrotraceError) as caught:
        identity.create_user(command, CONSOLE, ferro.deps)
    assert caught.value.code == code


def test_only_who_may_manage_users_does(ferro: Company) -> None:
    clerk = Actor(user_id="-", name="-", role=Role.CLERK, organisation_id="FERRO")
    with pytest.raises(ForbiddenError):
        identity.users(clerk, ferro.deps)
    assert "operator" in [user.username for user in identity.users(CONSOLE, ferro.deps)]


def test_the_chosen_language_is_kept_with_the_account(ferro: Company) -> None:
    browser = ferro.client("operator")
    english = browser.get("/v1/nothing").get_json()["title"]
    user = next(u for u in identity.users(CONSOLE, ferro.deps) if u.username == "operator")
    person = Actor(
        user_id=user.user_id, name=user.name, role=user.role, organisation_id=user.organisation_id
    )
    identity.choose_locale("zh", person, ferro.deps)
    assert english == "Not found"
    changed = next(u for u in identity.users(CONSOLE, ferro.deps) if u.username == "operator")
    assert changed.locale == "zh"
    with pytest.raises(identity.LocaleError):
        identity.choose_locale("fr", person, ferro.deps)
