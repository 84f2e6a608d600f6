"""The door: sign in, sign out, the language, and the page with which each role begins."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.party import Role
from service.usecases.identity import choose_locale
from service.web.context import actor, deps, signed_in
from service.web.pages.forms import Form, shows_again
from service.web.security import sign_in, sign_out

bp = Blueprint("home", __name__)

LANGUAGE_COOKIE = "lang"
_YEAR_SECONDS = 365 * 24 * 60 * 60

_HOMES = {
    Role.OPERATOR: "yard.queue",
    Role.INSPECTOR: "yard.queue",
    Role.SUPERVISOR: "yard.queue",
    Role.CLERK: "office.settlements",
    Role.APPROVER: "office.settlements",
    Role.PLANT: "plant.queue",
    Role.BANK: "office.settlements",
    Role.CARRIER: "office.deliveries",
    Role.SUPPLIER: "supplier.bookings",
    Role.AUDITOR: "control.audit",
    Role.ADMINISTRATOR: "people.accounts",
}


class SignInForm(Form):
    """Account and password."""

    login: str = Field(max_length=256)
    password: str = Field(max_length=256)


@bp.get("/")
def home() -> ResponseReturnValue:
    """The page with which the reader's role begins."""
    person = signed_in()
    if person is None:
        return redirect(url_for("home.sign_in_page"))
    return redirect(url_for(_HOMES[person.role]))


@bp.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    return render_template("sign_in.html")


@bp.post("/sign-in")
@shows_again(sign_in_page)
def post_sign_in() -> ResponseReturnValue:
    form = SignInForm.of_request()
    sign_in(form.login, form.password)
    return redirect(_own_page(request.args.get("next", "")))


@bp.post("/sign-out")
def post_sign_out() -> ResponseReturnValue:
    sign_out()
    return redirect(url_for("home.sign_in_page"))


@bp.get("/language/<any(zh, en):code>")
def language(code: str) -> ResponseReturnValue:
    """Show the pages in another language from now on; kept with the account of who is signed in."""
    if signed_in() is not None:
        choose_locale(code, actor(), deps())
    answer = redirect(_own_page(request.args.get("back", "")))
    answer.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=request.is_secure,
        httponly=True,
    )
    return answer


def _own_page(wanted: str) -> str:
    """``wanted`` if it is a page of ours, else the start: nobody is sent elsewhere."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not parts.netloc and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours else url_for("home.home")
