"""``ferrotrace edge-key``: the keys by which the service knows the entries of edge units."""

import re

import click

from service.bootstrap.deps import build_deps
from service.commands.users import CONSOLE
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.domain.instants import utc_text
from service.storage.edge import KeyRow
from service.usecases.edge_entry import RegisterEdge, keys, replace_key
from service.usecases.ports import Deps

_KEY = re.compile("[0-9a-f]{64}")


def _key(_ctx: click.Context, _param: click.Parameter, text: str) -> bytes:
    """An Ed25519 key, 32 bytes, from its 64 hex digits."""
    if not _KEY.fullmatch(text):
        raise click.BadParameter(f"{text!r} is not 64 hex digits")
    return bytes.fromhex(text)


class _Refusing(click.Group):
    """Turns a refusal into a message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FerrotraceError as error:
            raise click.ClickException(str(error)) from error


@click.group("edge-key", cls=_Refusing)
def command() -> None:
    """List and replace the keys that sign entries of edge units."""


@command.command("list")
@click.argument("edge_id")
def list_keys(*, edge_id: str) -> None:
    """The keys of the unit EDGE_ID, the first one first."""
    for key in keys(edge_id, CONSOLE, _deps()):
        _tell(key)


@command.command("replace")
@click.argument("edge_id")
@click.argument("public_key", callback=_key)
@click.option("--reason", required=True, help="Why; it stays on record.")
def replace(*, edge_id: str, public_key: bytes, reason: str) -> None:
    """Let PUBLIC_KEY sign what comes after the entries on record of EDGE_ID.

    The unit's own key is the file beside its log; the refusal of its registration names the one
    on record.
    """
    deps = _deps()
    known = keys(edge_id, CONSOLE, deps)[-1]
    given = RegisterEdge(
        edge_id=edge_id, site_id=known.site_id, public_key=public_key, made_at=deps.now()
    )
    _tell(replace_key(given, reason, CONSOLE, deps))


def _tell(key: KeyRow) -> None:
    click.echo(
        f"{key.edge_id} {key.public_key.hex()} from entry {key.from_seq},"
        f" since {utc_text(key.registered_at)} ({key.reason})"
    )


def _deps() -> Deps:
    return build_deps(read_settings())
