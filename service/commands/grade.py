"""``ferrotrace grade``: what the image engine proposes for pictures."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from service.bootstrap.engine import grading_api

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("grade")
@click.option("--head", type=_file, help="Head to judge with; default: the shipped one.")
@click.option("--site", type=_file, help="Limits, calibration and catalogue of a site.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (always so into a pipe).")
@click.argument("images", nargs=-1, required=True, type=_file, metavar="IMAGE...")
def command(
    *, head: Path | None, site: Path | None, as_json: bool, images: tuple[Path, ...]
) -> None:
    """Propose form and trade grade of each picture, one JSON object a line.

    A picture that cannot be read is for a person to decide: manual, Q_TRUNCATED, exit 0.
    """
    engine = grading_api()
    try:
        grader = engine.load_grader(head, site)
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    show = _as_json if as_json or not _is_terminal() else _as_text
    for image in images:
        proposal = grader.propose([image.read_bytes()])
        click.echo(show(engine.picture_answer(str(image), proposal)))


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _as_json(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _as_text(answer: dict[str, Any]) -> str:
    leaning = f"{answer['grade_class'] or '-'} ({answer['form'] or '-'})"
    share = f"{answer['confidence_bp'] / 100:.2f} %"
    reasons = " ".join(answer["reasons"])
    return f"{answer['image']}: {answer['decision']} {leaning} {share} {reasons}".rstrip()
