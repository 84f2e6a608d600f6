"""``ferrotrace reuse``: which known picture each image repeats, and how."""

import json
from pathlib import Path
from typing import Any

import click

from service.bootstrap.engine import grading_intake


@click.command("reuse")
@click.option(
    "--photos",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the pictures that are known, with all folders in it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.argument(
    "images",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def command(*, photos: Path, as_json: bool, images: tuple[Path, ...]) -> None:
    """Tell which pictures of a folder the IMAGES repeat: cut, turned, mirrored or filmed again.

    An image that lies in the folder is not compared with itself.
    """
    intake = grading_intake()
    try:
        answers = intake.folder_repeats(photos, images)
    except intake.PhotoFolderError as error:
        raise click.ClickException(str(error)) from error
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _line(answer))


def _line(answer: dict[str, Any]) -> str:
    if not answer["readable"]:
        return f"{answer['image']}: cannot be read"
    if not answer["repeats"]:
        return f"{answer['image']}: not seen before"
    found = "; ".join(
        f"{repeat['picture']}{' mirrored' if repeat['mirrored'] else ''}"
        f" ({repeat['distance_bits']} of 64 bits apart, {repeat['inliers']} points,"
        f" {repeat['agreement_bp'] / 100:.1f} % agreement)"
        for repeat in answer["repeats"]
    )
    return f"{answer['image']}: repeats {found}"
