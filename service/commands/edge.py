"""``ferrotrace edge``: the unit beside a scale."""

import logging
import signal
from pathlib import Path
from threading import Event

import click

from service.commands.edge_yard import yard_settings
from service.domain.errors import FerrotraceError
from service.proof.promise import DEFAULT_MERGE_DELAY_S


@click.command("edge")
@click.option("--site", required=True, help="Site of the scale, for example BASE01.")
@click.option(
    "--devices",
    envvar="FERROTRACE_DEVICES",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file that describes the hardware of the sites (FERROTRACE_DEVICES).",
)
@click.option(
    "--store",
    envvar="FERROTRACE_EDGE_STORE",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file of the captures (FERROTRACE_EDGE_STORE).",
)
@click.option(
    "--token",
    envvar="FERROTRACE_EDGE_TOKEN",
    required=True,
    help="Bearer token that callers must show; best given as FERROTRACE_EDGE_TOKEN.",
)
@click.option(
    "--keys",
    envvar="FERROTRACE_EDGE_KEYS",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the keys that sign receipts; the first is made here (FERROTRACE_EDGE_KEYS).",
)
@click.option(
    "--keys-password",
    envvar="FERROTRACE_EDGE_KEYS_PASSWORD",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with their password; made with the first key (FERROTRACE_EDGE_KEYS_PASSWORD).",
)
@click.option(
    "--max-merge-delay",
    envvar="FERROTRACE_MAX_MERGE_DELAY_S",
    default=DEFAULT_MERGE_DELAY_S,
    show_default=True,
    type=click.IntRange(min=1),
    help="Seconds within which a receipt promises the log (FERROTRACE_MAX_MERGE_DELAY_S).",
)
@click.option(
    "--lan",
    envvar="FERROTRACE_EDGE_LAN",
    help="Address for the yard's tablets, HOST:PORT (FERROTRACE_EDGE_LAN).",
)
@click.option(
    "--lan-name",
    "lan_names",
    envvar="FERROTRACE_EDGE_LAN_NAMES",
    multiple=True,
    help="Another name or address of this machine on the LAN (FERROTRACE_EDGE_LAN_NAMES).",
)
@click.option(
    "--upstream",
    envvar="FERROTRACE_EDGE_UPSTREAM",
    help="Address of the server above (FERROTRACE_EDGE_UPSTREAM).",
)
@click.option(
    "--printer",
    envvar="FERROTRACE_EDGE_PRINTER",
    help="Thermal printer, tcp://HOST:9100 or a device file (FERROTRACE_EDGE_PRINTER).",
)
def edge(  # noqa: PLR0913 - one for each option
    *,
    site: str,
    devices: Path,
    store: Path,
    token: str,
    keys: Path | None,
    keys_password: Path | None,
    max_merge_delay: int,
    lan: str | None,
    lan_names: tuple[str, ...],
    upstream: str | None,
    printer: str | None,
) -> None:
    """Read a scale, capture weights, keep the yard's log and serve its tablets, until stopped.

    Tablets are served at --lan, or at the address that the description of the site names.
    """
    from service.devices.edge.unit import EdgeUnit, Promising  # noqa: PLC0415 - loads OpenCV, Flask
    from service.devices.site import load_site  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if keys and not keys_password:
        raise click.UsageError("--keys needs --keys-password.")
    try:
        promising = (
            Promising(keys=keys, password_file=keys_password, max_merge_delay_s=max_merge_delay)
            if keys and keys_password
            else None
        )
        described = load_site(devices, site)
        address = lan or described.lan
        yard = (
            yard_settings(address, upstream or described.upstream, lan_names, printer)
            if address
            else None
        )
        unit = EdgeUnit(described, store=store, token=token, promising=promising, yard=yard)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    unit.start()
    click.echo(f"edge unit of {site} listens on port {unit.http.port}")
    if unit.yard is not None:
        click.echo(f"tablets of {site}: {unit.yard.address}")
    wait_for_stop()
    unit.stop()


def wait_for_stop() -> None:
    """Return when the process is asked to end (SIGINT, SIGTERM)."""
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
