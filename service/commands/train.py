"""``ferrotrace train``: a head from labelled pictures."""

import json
from pathlib import Path

import click

from service.bootstrap.engine import grading_api


@click.command("train")
@click.option(
    "--photos",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with one folder of pictures for each trade grade.",
)
@click.option(
    "--folds",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file whose held_out pictures are kept from the training.",
)
@click.option(
    "--grouping",
    type=click.Choice(["phash", "phash+day"]),
    default="phash+day",
    show_default=True,
    help="What stays together while the head is calibrated.",
)
@click.option("--seed", default=0, show_default=True, help="Draw of the calibration folds.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Head to write."
)
@click.option("--json", "_json", is_flag=True, help="Print JSON (always so).")
def command(
    *, photos: Path, folds: Path | None, grouping: str, seed: int, out: Path, _json: bool
) -> None:
    """Train and calibrate a head on labelled pictures; prints what was written, with its hashes."""
    engine = grading_api()
    try:
        written = engine.train(photos, out, folds=folds, grouping=grouping, seed=seed)
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(written, ensure_ascii=False, indent=2))
