"""``ferrotrace keystore``: a new key for a chain account, encrypted, in a file of its own."""

import secrets
from pathlib import Path

import click

from service.chain.keystore import keystore_address, new_keystore
from service.devices.private_file import write_private

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("keystore")
@click.argument("keystore", type=_FILE)
@click.option(
    "--password-file",
    type=_FILE,
    required=True,
    help="File of the password; a random one is written where there is none.",
)
def command(*, keystore: Path, password_file: Path) -> None:
    """Make a new key in KEYSTORE (Web3 keystore, version 3) and print its address.

    Both files are readable by this account alone. A keystore that is there is left alone.
    """
    if keystore.exists():
        raise click.ClickException(f"{keystore} exists already: {keystore_address(keystore)}.")
    if not password_file.exists():
        write_private(password_file, secrets.token_hex(32))
    password = password_file.read_text("utf-8").rstrip("\r\n")
    write_private(keystore, new_keystore(password))
    click.echo(keystore_address(keystore))
