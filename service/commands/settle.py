"""``ferrotrace settle``: the answers of the settlement rules to a file of cases."""

import json
from pathlib import Path

import click

from service.commands.settle_cases import answer_cases


@click.command("settle")
@click.option(
    "--cases",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of settlement cases; what it expects is not read.",
)
@click.option("--json", "_json", is_flag=True, help="Print JSON (always so).")
def settle(*, cases: Path, _json: bool) -> None:
    """Compute every case of a file to the fen; prints one JSON object, an answer for each id.

    A refusal is {"refused": REASON}; a calculation that is not offered answers NotSupportedError.
    """
    try:
        answers = answer_cases(json.loads(cases.read_text(encoding="utf-8")))
    except ValueError as error:
        raise click.UsageError(f"{cases}: {error}") from error
    click.echo(json.dumps(answers, ensure_ascii=False, indent=2))
