"""``ferrotrace trust export``: what a verifier may believe of this service, handed over once."""

import json
from pathlib import Path

import click

from service.bootstrap.deps import build_deps
from service.bootstrap.evidence import trust_content
from service.config import read_settings
from service.domain.errors import FerrotraceError


@click.group("trust")
def command() -> None:
    """Export what a verifier trusts."""


@command.command("export")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file here instead of to standard output.",
)
def export(*, out: Path | None) -> None:
    """Issuer, registry, code hash, newest final log head, and the blocks of final anchors.

    Hand the file over by a way of its own: a verifier that takes it from a bundle trusts nobody.
    """
    try:
        settings = read_settings()
        content = trust_content(settings, build_deps(settings))
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    text = json.dumps(content, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
