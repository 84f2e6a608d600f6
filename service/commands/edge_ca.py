"""``ferrotrace edge-ca``: the certificate that a tablet installs once."""

from pathlib import Path

import click
import segno

from service.domain.errors import FerrotraceError


@click.command("edge-ca")
@click.option(
    "--store",
    envvar="FERROTRACE_EDGE_STORE",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file of the edge unit; the certificates lie beside it (FERROTRACE_EDGE_STORE).",
)
@click.option(
    "--lan",
    envvar="FERROTRACE_EDGE_LAN",
    required=True,
    help="Address at which tablets reach the edge unit, HOST:PORT (FERROTRACE_EDGE_LAN).",
)
@click.option(
    "--lan-name",
    "names",
    envvar="FERROTRACE_EDGE_LAN_NAMES",
    multiple=True,
    help="Another name or address of the edge unit (FERROTRACE_EDGE_LAN_NAMES).",
)
def edge_ca(store: Path, lan: str, names: tuple[str, ...]) -> None:
    """Show the QR code from which a tablet fetches the yard's certificate, and its fingerprint.

    Compare the fingerprint with the one that the tablet shows before it is trusted.
    """
    from service.devices.edge.yard_unit import yard_certificates  # noqa: PLC0415 - loads OpenCV

    try:
        certificates = yard_certificates(store, lan, names)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    if certificates is None:
        raise click.UsageError(f"{lan} is reached by this machine alone and needs no certificate.")
    host = names[0] if names else lan.rpartition(":")[0]
    address = f"https://{host}:{lan.rpartition(':')[2]}/ca.crt"
    segno.make(address, error="m", micro=False).terminal(compact=True)
    click.echo(address)
    click.echo(f"SHA-256 {certificates.fingerprint}")
