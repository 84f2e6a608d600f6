"""``ferrotrace bench``: how fast this machine does what the service does, beside its peers."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from service.commands.bench_evidence import evidence
from service.commands.bench_figures import (
    Figure,
    documents,
    hashing,
    round_trips,
    trees,
    verification,
    window,
)
from service.commands.bench_grading import grading
from service.commands.bench_indicators import indicators
from service.commands.bench_plates import plates
from service.commands.bench_timing import machine, machine_line

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("bench", invoke_without_command=True)
@click.option("--bundle", type=_FILE, help="Measure the verification of this bundle too.")
@click.option("--trust", "trust_file", type=_FILE, help="Trust file for it.")
@click.option("--url", help="Measure round trips to a running service, as http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    context: click.Context,
    *,
    bundle: Path | None,
    trust_file: Path | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Measure hashing, documents, trees, the stable window, verification and the web.

    Each figure is the median of five runs; a peer runs in the same minute on the same input.
    ``evidence`` measures what is promised of the evidence against the packages of others.
    """
    if context.invoked_subcommand is not None:
        return
    figures = [*hashing(), *documents(), *trees(), window()]
    if bundle is not None:
        figures.append(verification(bundle, trust_file))
    if url is not None:
        figures.append(round_trips(url))
    if as_json:
        answer = {"machine": machine(), "figures": [asdict(figure) for figure in figures]}
        click.echo(json.dumps(answer, indent=2))
        return
    click.echo(machine_line() + "\n")
    for figure in figures:
        click.echo(_line(figure))


def _line(figure: Figure) -> str:
    line = f"{figure.what:44} {figure.per_s:>14,.0f} {figure.unit}/s"
    if figure.peer_per_s is not None:
        times = figure.per_s / figure.peer_per_s
        line += f"   {times:,.1f} x {figure.peer} ({figure.peer_per_s:,.0f})"
    return line


command.add_command(evidence)
command.add_command(indicators)
command.add_command(plates)
command.add_command(grading)
