"""``ferrotrace simulator``: the hardware of a site that has none."""

from pathlib import Path

import click

from service.commands.edge import wait_for_stop
from service.domain.errors import FerrotraceError


@click.command("simulator")
@click.option("--site", required=True, help="Site to simulate, for example BASE01.")
@click.option(
    "--devices",
    envvar="FERROTRACE_DEVICES",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file that describes the hardware of the sites (FERROTRACE_DEVICES).",
)
@click.option(
    "--photos",
    envvar="FERROTRACE_PHOTOS",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose pictures the load camera serves (FERROTRACE_PHOTOS).",
)
@click.option("--rate", default=1, show_default=True, help="How many times faster than true time.")
@click.option(
    "--seed", default=0, show_default=True, help="Noise, faults, light and photographs follow it."
)
@click.option(
    "--noise-kg",
    default=0,
    show_default=True,
    type=click.IntRange(0, 1_000),
    help="Noise of the load cells, ± kg before rounding to d.",
)
def simulator(
    *, site: str, devices: Path, photos: Path | None, rate: int, seed: int, noise_kg: int
) -> None:
    """Simulate the indicator, the cameras, the trucks and the yard outputs of a site."""
    from service.devices.simulator.simulator import Simulator  # noqa: PLC0415 - loads OpenCV
    from service.devices.site import load_site  # noqa: PLC0415

    try:
        described = load_site(devices, site)
        hardware = Simulator(described, rate=rate, photos=photos, seed=seed, noise_kg=noise_kg)
        hardware.start()
    except (FerrotraceError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"simulator of {site}: indicator on {hardware.line_port}, HTTP {hardware.http.port}")
    wait_for_stop()
    hardware.stop()
