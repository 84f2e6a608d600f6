"""``ferrotrace grade``: what the image engine proposes for pictures."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.bootstrap import grading_api

if TYPE_CHECKING:
    from grading.api import GradeProposal

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
        click.echo(show(image, grader.propose([image.read_bytes()])))


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _as_json(image: Path, proposal: "GradeProposal") -> str:
    members = {
        "image": str(image),
        "sha256": proposal.pictures[0].sha256,
        "pixel_sha256": proposal.pictures[0].pixel_sha256,
        "decision": proposal.decision.value,
        "form": proposal.form,
        "grade_class": proposal.grade_class,
        "classes": dict(proposal.classes),
        "confidence_bp": proposal.confidence_bp,
        "conformal_set": list(proposal.conformal_set),
        "reasons": list(proposal.reasons),
        "model": dict(proposal.model),
    }
    return json.dumps(members, ensure_ascii=False)


def _as_text(image: Path, proposal: "GradeProposal") -> str:
    leaning = f"{proposal.grade_class or '-'} ({proposal.form or '-'})"
    reasons = " ".join(proposal.reasons)
    share = f"{proposal.confidence_bp / 100:.2f} %"
    return f"{image}: {proposal.decision} {leaning} {share} {reasons}".rstrip()
