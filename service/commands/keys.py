"""``ferrotrace keys``: the keys that sign receipts and anchors, and the time of each."""

import json
from pathlib import Path
from typing import Any

import click

from service.bootstrap.deps import build_deps
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.domain.instants import utc_text
from service.proof.hashing import checksum_address
from service.storage.key_epoch import KeyEpochRow
from service.usecases import key_epoch
from service.usecases.ports import Deps

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Refusing(click.Group):
    """Turns a refusal into a message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FerrotraceError as error:
            raise click.ClickException(str(error)) from error


@click.group("keys", cls=_Refusing)
def command() -> None:
    """List, make and replace signing keys."""


@command.command("create")
@click.option(
    "--keys",
    envvar="FERROTRACE_EDGE_KEYS",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the edge unit's keys (FERROTRACE_EDGE_KEYS).",
)
@click.option(
    "--keys-password",
    envvar="FERROTRACE_EDGE_KEYS_PASSWORD",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with their password; made where it is missing (FERROTRACE_EDGE_KEYS_PASSWORD).",
)
def create(*, keys: Path, keys_password: Path) -> None:
    """Make the key of an edge unit on the machine where the unit runs, and print its address.

    Where there is a key already its address is printed.
    """
    from service.devices.edge.keyring import KeyRing  # noqa: PLC0415 - where the edge unit runs

    click.echo(KeyRing(keys, keys_password).newest.address)


@command.command("list")
@_as_json
def list_keys(*, as_json: bool) -> None:
    """Every key on record: what it signs, where, from when and until when."""
    rows = key_epoch.epochs(_deps())
    if as_json:
        click.echo(json.dumps([_members(row) for row in rows], indent=2))
        return
    for row in rows:
        until = f"{utc_text(row.valid_to)} ({row.reason})" if row.valid_to else "now"
        click.echo(
            f"{row.key_id:<20} {row.purpose:<8} {row.site_id or '-':<10} "
            f"{checksum_address(row.address)}  {utc_text(row.valid_from)} to {until}"
        )


@command.command("rotate")
@click.option("--site", required=True, help="Site whose key is replaced, for example BASE01.")
@click.option(
    "--reason", type=click.Choice(key_epoch.REASONS), default="rotated", show_default=True
)
def rotate(*, site: str, reason: str) -> None:
    """Let the edge unit of a site make a new key, and state the end of the old one.

    What the old key signed stays valid: bundles and the trust file say when it was used. Harmless
    to repeat where the first try broke off.
    """
    key = key_epoch.rotate_site_key(site, reason, _deps())
    click.echo(f"{key.key_id} signs for {site} from {utc_text(key.valid_from)} on.")


def _deps() -> Deps:
    return build_deps(read_settings())


def _members(row: KeyEpochRow) -> dict[str, Any]:
    return {
        "key_id": row.key_id,
        "purpose": row.purpose,
        "site_id": row.site_id,
        "address": checksum_address(row.address),
        "valid_from": utc_text(row.valid_from),
        "valid_to": utc_text(row.valid_to) if row.valid_to else None,
        "reason": row.reason,
    }
