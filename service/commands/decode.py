"""``ferrotrace decode``: what an indicator's bytes say."""

import json
from pathlib import Path

import click

from service.devices.indicators.answers import answer_cases, frame_bytes
from service.devices.indicators.answers import decode as decode_bytes
from service.devices.indicators.dialect import UnknownDialectError
from service.domain.errors import FerrotraceError


@click.command("decode")
@click.option("--dialect", help="Dialect of the indicator, for example toledo_cont.")
@click.option(
    "--param", "params", multiple=True, metavar="KEY=JSON", help="Setting of the dialect."
)
@click.option(
    "--cases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer every case of a file instead.",
)
@click.option("--json", "_json", is_flag=True, help="Print JSON (always so).")
@click.argument("hex_bytes", nargs=-1, metavar="HEX")
@click.pass_context
def decode(
    context: click.Context,
    *,
    dialect: str | None,
    params: tuple[str, ...],
    cases: Path | None,
    hex_bytes: tuple[str, ...],
    _json: bool,
) -> None:
    """Decode one indicator frame, or a file of them; prints JSON.

    Exit 1 where the frame may never become a trade weight; 0 where every case got an answer.
    """
    if (cases is None) == (dialect is None) or (cases is None) != bool(hex_bytes):
        raise click.UsageError("Give either --dialect NAME and HEX, or --cases FILE.")
    if cases is not None:
        _print(_answers(cases))
        return
    try:
        answer = decode_bytes(
            str(dialect), dict(map(_param, params)), frame_bytes(" ".join(hex_bytes))
        )
    except UnknownDialectError as error:
        _print({"refused": type(error).__name__})
        context.exit(1)
    except FerrotraceError as error:
        raise click.UsageError(str(error)) from error
    _print(answer)
    context.exit(1 if answer["negative"] else 0)


def _answers(cases: Path) -> object:
    try:
        return answer_cases(json.loads(cases.read_text(encoding="utf-8")))
    except (ValueError, FerrotraceError) as error:
        raise click.UsageError(f"{cases}: {error}") from error


def _param(text: str) -> tuple[str, object]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError as error:
        raise click.BadParameter(f"{text}: KEY=JSON is asked for", param_hint="--param") from error


def _print(answer: object) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
