"""Accounts: who may sign in. The administrator's page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.party import Role
from service.usecases.identity import CreateUser, create_user, deactivate_user, users
from service.web.context import actor, deps, reader
from service.web.pages import words
from service.web.pages.figures import named
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory

bp = Blueprint("people", __name__)


class UserForm(Form):
    """A new account."""

    username: str = Field(max_length=64)
    password: str = Field(max_length=256)
    name: str = Field(max_length=64)
    name_en: str | None = Field(None, max_length=64)
    role: Role
    organisation_id: str = Field(max_length=64)

    def command(self, site_ids: tuple[str, ...]) -> CreateUser:
        return CreateUser(
            username=self.username,
            password=self.password,
            name=self.name,
            name_en=self.name_en,
            role=self.role,
            organisation_id=self.organisation_id,
            site_ids=site_ids,
        )


@bp.get("/users")
def accounts() -> ResponseReturnValue:
    with deps().db.transaction() as tx:
        known = directory(tx)
    everyone = users(actor(), deps())
    return render_template("office/users.html", users=everyone, organisations=known.organisations)


@bp.get("/users/new")
def new_user() -> ResponseReturnValue:
    reader(Action.USER_MANAGE)
    with deps().db.transaction() as tx:
        known = directory(tx)
    return render_template(
        "office/user_new.html",
        roles=[(role.value, words.word(words.ROLES, role.value)) for role in Role],
        organisations=[(key, named(row)) for key, row in known.organisations.items()],
        sites=list(known.sites.values()),
    )


@bp.post("/users/new")
@shows_again(new_user)
def post_user() -> ResponseReturnValue:
    form = UserForm.of_request()
    site_ids = tuple(request.form.getlist("site_ids"))

    def created() -> str:
        create_user(form.command(site_ids), actor(), deps())
        return url_for("people.accounts")

    return answered_once(created)


@bp.post("/users/<username>/end")
def end_user(username: str) -> ResponseReturnValue:
    deactivate_user(username, actor(), deps())
    return redirect(url_for("people.accounts"))
