"""``ferrotrace shadow``: heads that look beside the inspectors, compared with them."""

import dataclasses
import json

import click

from service.bootstrap.deps import build_deps
from service.commands.users import CONSOLE
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.usecases.grading_overview import site_models
from service.usecases.grading_shadow import ShadowReport


@click.command("shadow")
@click.option("--site", "site_id", required=True, help="Where.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, site_id: str, as_json: bool) -> None:
    """How each head of a site does against the inspectors who had not seen what it said."""
    try:
        reports = site_models(site_id, CONSOLE, build_deps(read_settings())).reports
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(each) for each in reports], indent=2))
        return
    for each in reports:
        click.echo(_text(each))
    if not reports:
        click.echo(f"No head has been put to use at {site_id}.")


def _text(report: ShadowReport) -> str:
    figures = report.figures
    share_mae = "——" if figures.share_mae_bp is None else _percent(figures.share_mae_bp)
    lines = (
        f"{report.name} ({report.head_sha256[:12]}), {report.mode} at {report.site_id}",
        f"  looked at {report.proposals} loads, {figures.trucks} compared with a person's",
        f"  form right             {_percent(figures.forms_right_bp)} of {figures.formed}",
        f"  trade grade right      {_percent(figures.classes_right_bp)} of {figures.named}",
        f"  would answer alone     {_percent(figures.auto_bp)}, right in"
        f" {_percent(figures.auto_right_bp)} of {figures.auto}",
        f"  shares off by          {share_mae} over {figures.shared}",
        f"  calibration error      {_percent(figures.calibration_error_bp)}",
        f"  unlike its training    {_percent(figures.unfamiliar_bp)}",
        *(f"  not yet auto: {value}, needed {limit}" for value, limit in report.unmet),
    )
    return "\n".join(lines)


def _percent(value_bp: int) -> str:
    return f"{value_bp / 100:.1f} %"
