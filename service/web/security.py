"""Sign-in: the library's accounts, password check, session and token, with our throttle before it.

``sign_in`` and ``sign_out`` are the only two entrances; the sign-in page and ``POST /v1/session``
both use them. An edge unit asks for ``checked_account`` alone. The library's own pages
(registration, recovery by e-mail) are not switched on.
"""

from datetime import timedelta
from typing import cast

from flask import Flask, request, session
from flask_security import Security
from flask_security.proxies import _security
from flask_security.utils import hash_password, login_user, logout_user

from service.storage.identity import Account, AccountStore
from service.usecases.identity import (
    PASSWORD_COST,
    SignInRefusedError,
    admit_sign_in,
    normalised_password,
    note_failed_sign_in,
)
from service.usecases.ports import Deps
from service.web.context import deps

SESSION_LIFETIME = timedelta(hours=12)
"""One shift; the session's cookie and a program's token both end after it."""

TOKEN_HEADER = "Authentication-Token"


def init_security(app: Flask, joined: Deps, *, secure_cookies: bool) -> None:
    """Configure sessions and the sign-in library on ``app``."""
    app.config.update(
        SESSION_COOKIE_NAME="ferrotrace_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        SESSION_PROTECTION="basic",
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            f"argon2__{name}": cost for name, cost in PASSWORD_COST.items()
        },
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_TOKEN_MAX_AGE=SESSION_LIFETIME,
        SECURITY_TOKEN_AUTHENTICATION_HEADER=TOKEN_HEADER,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_EMAIL_SENDER="nobody@localhost",
    )
    Security(app, AccountStore(joined.db.engine), register_blueprint=False)


def sign_in(login: str, password: str) -> Account:
    """Open a session for the account with this user name or e-mail address and password.

    Raises as ``checked_account``.
    """
    account = checked_account(login, password)
    session.clear()  # nothing of a session from before the sign-in lives on in it
    session.permanent = True
    login_user(account, remember=False, authn_via=["password"])
    return account


def checked_account(login: str, password: str) -> Account:
    """The active account with this login and password; no session is opened.

    Raises ``TooManySignInsError`` after too many failures, else ``SignInRefusedError``. An unknown
    login takes as long as a wrong password.
    """
    name, address = login.strip().casefold()[:256], request.remote_addr or ""
    admit_sign_in(name, address, deps())
    account = cast(Account | None, _security.datastore.find_user(login=name))
    if account is None or not account.active:
        hash_password(normalised_password(password))
        verified = False
    else:
        verified = account.verify_and_update_password(normalised_password(password))
    if not verified or account is None:
        note_failed_sign_in(name, address, deps())
        raise SignInRefusedError(field="password")
    return account


def sign_out() -> None:
    """End the session."""
    logout_user()
    session.clear()


def auth_token(account: Account) -> str:
    """A token that stands for the account in the header ``Authentication-Token``."""
    return str(account.get_auth_token())
