"""``ferrotrace grade-load``: what the image engine proposes for a load from its frames."""

import json
from pathlib import Path
from typing import Any

import click

from service.bootstrap.engine import grading_api

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


@click.command("grade-load")
@click.option("--bay", "bay_file", type=_file, help="Where the camera sees the bed, JSON.")
@click.option("--head", type=_file, help="Head to judge with; default: the shipped one.")
@click.option("--site", type=_file, help="Limits, calibration and catalogue of a site.")
@click.option("--overlay", "overlays", type=_folder, help="Folder for pictures drawn over.")
@click.argument("frames", nargs=-1, required=True, type=_file, metavar="FRAME...")
def command(
    *,
    bay_file: Path | None,
    head: Path | None,
    site: Path | None,
    overlays: Path | None,
    frames: tuple[Path, ...],
) -> None:
    """Propose the grade of one load from its frames in the order of time; print JSON.

    The record that is hashed, its hash, and the tiles of each key frame. A frame that cannot be
    read is for a person to decide: manual, Q_TRUNCATED, exit 0.
    """
    engine = grading_api()
    try:
        grader = engine.load_grader(head, site)
        bay = engine.read_bay(bay_file) if bay_file else None
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    proposal = grader.propose_load(
        [engine.Frame(content=frame.read_bytes()) for frame in frames], bay
    )
    if overlays is not None:
        _write(overlays, frames, proposal.overlays)
    answer = {"frames": [str(frame) for frame in frames], **engine.load_answer(proposal)}
    click.echo(json.dumps(answer, ensure_ascii=False))


def _write(folder: Path, frames: tuple[Path, ...], drawn: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place, (frame, content) in enumerate(zip(frames, drawn, strict=True)):
        if content is not None:
            (folder / f"{place + 1:02}-{frame.stem}.jpg").write_bytes(content)
