"""``ferrotrace edge-log``: the log of an edge unit, checked from its file alone."""

from pathlib import Path

import click

from service.domain.errors import FerrotraceError

KEY_DIGITS = 64


@click.group("edge-log")
def edge_log() -> None:
    """Check the log of an edge unit."""


@edge_log.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    help="Public key of the log, 64 hex digits; without it that of the key file beside FILE.",
)
def verify(file: Path, key: str | None) -> None:
    """Recompute hashes, signatures, numbers and pictures of the log in FILE.

    Exits with 1 where something is wrong.
    """
    from service.devices.edge.log_audit import audit_log  # noqa: PLC0415 - loads cryptography

    try:
        audit = audit_log(file, _public_key(file, key))
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    for difference in audit.differences:
        click.echo(f"entry {difference.entry_seq}: {difference.what}")
    click.echo(
        f"{audit.entries} entries, {audit.blobs} pictures, {audit.numbers} numbers:"
        f" {len(audit.differences)} differences"
    )
    if audit.differences:
        raise SystemExit(1)


def _public_key(file: Path, given: str | None) -> bytes:
    from service.devices.edge.log_key import log_key, log_key_file, public_bytes  # noqa: PLC0415

    if given is None:
        if not log_key_file(file).exists():
            raise click.UsageError("There is no key file beside the log: give --key.")
        return public_bytes(log_key(file))
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) * 2 != KEY_DIGITS:
        raise click.BadParameter("64 hex digits are expected.", param_hint="--key")
    return key
