"""Sign-in for programs."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from service.storage.identity import Account
from service.web.api.fields import Answer, Request
from service.web.openapi import Section
from service.web.security import TOKEN_HEADER, auth_token, sign_in, sign_out

SECTION = Section.of(
    "session",
    f"Sign-in: a session cookie, or a token for the header {TOKEN_HEADER}; both end after a shift.",
)


class SessionRequest(Request):
    email: Annotated[str, Field(min_length=1, max_length=255, description="Or the user name.")]
    password: Annotated[str, Field(min_length=1, max_length=128)]


class Person(Answer):
    user_id: str
    username: str
    name: str
    role: str
    organisation_id: str
    site_ids: list[str]
    locale: str


class SessionAnswer(Answer):
    auth_token: str
    user: Person


@SECTION.post("/v1/session", body=SessionRequest, answer=SessionAnswer, creates=False, public=True)
def post_session(body: SessionRequest) -> SessionAnswer:
    """Sign in.

    Too many failures are answered with 429 for a quarter of an hour, right password or not.
    """
    account: Account = sign_in(body.email, body.password)
    return SessionAnswer(auth_token=auth_token(account), user=Person.model_validate(account))


@SECTION.delete("/v1/session", status=HTTPStatus.NO_CONTENT, public=True)
def delete_session() -> None:
    """Sign out: the session cookie is taken back."""
    sign_out()
