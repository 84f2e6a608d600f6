"""``ferrotrace users``: list, add and end accounts; set a new password."""

import dataclasses
import json

import click

from service.bootstrap.deps import build_deps
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.domain.party import Actor, Role
from service.storage.identity import User
from service.usecases import identity
from service.usecases.ports import Deps

CONSOLE = Actor(
    user_id="console", name="console", role=Role.ADMINISTRATOR, organisation_id="console"
)
"""Who may run commands on this machine may manage its accounts."""

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_password = click.password_option(
    "--password", help="Asked for when it is not given.", envvar="FERROTRACE_NEW_PASSWORD"
)


class _Refusing(click.Group):
    """Turns a refusal into a message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FerrotraceError as error:
            raise click.ClickException(str(error)) from error


@click.group("users", cls=_Refusing)
def command() -> None:
    """List, add and end accounts."""


@command.command("list")
@_as_json
def list_users(*, as_json: bool) -> None:
    """Every account, by user name."""
    listed = identity.users(CONSOLE, _deps())
    if as_json:
        click.echo(json.dumps([_members(user) for user in listed], ensure_ascii=False, indent=2))
        return
    for user in listed:
        state = "" if user.active else " (ended)"
        click.echo(f"{user.username}\t{user.role}\t{user.organisation_id}\t{user.name}{state}")


@command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Name as documents show it.")
@click.option("--name-en", help="Name for readers of English.")
@click.option("--email", help="E-mail address, also good for signing in.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", "organisation_id", required=True, help="Its identifier.")
@click.option("--site", "site_ids", multiple=True, help="A site where the person works.")
@click.option("--locale", type=click.Choice(identity.LOCALES), default="zh", show_default=True)
@_password
@_as_json
def add_user(*, role: str, site_ids: tuple[str, ...], as_json: bool, **given: str) -> None:
    """Create the account USERNAME."""
    command_ = identity.CreateUser(role=Role(role), site_ids=site_ids, **given)
    _tell(identity.create_user(command_, CONSOLE, _deps()), "created", as_json=as_json)


@command.command("end")
@click.argument("username")
@_as_json
def end_user(*, username: str, as_json: bool) -> None:
    """End the account USERNAME: its sessions and tokens end now."""
    _tell(identity.deactivate_user(username, CONSOLE, _deps()), "ended", as_json=as_json)


@command.command("reset")
@click.argument("username")
@_password
@_as_json
def reset_user(*, username: str, password: str, as_json: bool) -> None:
    """Set a new password for USERNAME: its sessions and tokens end now."""
    user = identity.reset_password(username, password, CONSOLE, _deps())
    _tell(user, "reset", as_json=as_json)


def _deps() -> Deps:
    return build_deps(read_settings())


def _tell(user: User, done: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_members(user), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{user.username} {done}")


def _members(user: User) -> dict[str, object]:
    return dataclasses.asdict(user) | {
        "role": user.role.value,
        "created_at": user.created_at.isoformat(),
    }
