"""``ferrotrace evaluate``: how good the image engine is on pictures it has not seen."""

import json
from pathlib import Path

import click

from service.bootstrap.engine import grading_api

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("evaluate")
@click.option(
    "--photos",
    required=True,
    type=_folder,
    help="Folder with one folder of pictures for each trade grade.",
)
@click.option("--folds", type=_file, help="JSON file of held_out pictures or of folds.")
@click.option("--head", type=_file, help="Head to measure on the held-out pictures of --folds.")
@click.option(
    "--grouping",
    type=click.Choice(["phash", "phash+day"]),
    default="phash",
    show_default=True,
    help="What never straddles two folds.",
)
@click.option(
    "--seeds", type=click.IntRange(min=1), default=3, show_default=True, help="Draws of the folds."
)
@click.option(
    "--save-folds", type=click.Path(file_okay=False, path_type=Path), help="Folder for the draws."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Measure on both groupings and write a page for the browser here.",
)
@click.option(
    "--probes",
    type=_folder,
    help="With --report: folder with wagon_frames, truck_bed, not_scrap, cylinders.",
)
@click.option("--json", "_json", is_flag=True, help="Print JSON (always so).")
def command(
    *,
    photos: Path,
    folds: Path | None,
    head: Path | None,
    grouping: str,
    seeds: int,
    save_folds: Path | None,
    report: Path | None,
    probes: Path | None,
    _json: bool,
) -> None:
    """Measure accuracy, calibration and abstention; every figure is in basis points."""
    engine = grading_api()
    if report and (folds or head or save_folds):
        raise click.UsageError("--report draws its own folds, of both groupings.")
    try:
        if report:
            figures = engine.write_report(photos, report, seeds=seeds, probes=probes)
        else:
            figures = engine.evaluate(
                photos,
                folds=folds,
                head=head,
                grouping=grouping,
                seeds=seeds,
                save_folds=save_folds,
            )
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
