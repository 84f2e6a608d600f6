"""``ferrotrace edge``: the unit beside a scale."""

import logging
import signal
from pathlib import Path
from threading import Event

import click

from service.domain.errors import FerrotraceError


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
def edge(site: str, devices: Path, store: Path, token: str) -> None:
    """Read a scale, keep its curve and capture weights, until stopped."""
    from service.devices.edge.unit import EdgeUnit  # noqa: PLC0415 - loads OpenCV and Flask
    from service.devices.site import load_site  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        unit = EdgeUnit(load_site(devices, site), store=store, token=token)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    unit.start()
    click.echo(f"edge unit of {site} listens on port {unit.http.port}")
    wait_for_stop()
    unit.stop()


def wait_for_stop() -> None:
    """Return when the process is asked to end (SIGINT, SIGTERM)."""
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
