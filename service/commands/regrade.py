"""``ferrotrace regrade``: a stored grade, computed again from the photographs."""

import json
import sys
from pathlib import Path

import click

from service.bootstrap.deps import build_deps
from service.bootstrap.engine import EngineGrader
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.domain.regrade import Regrade, Verdict
from service.usecases.regrade import (
    Replay,
    read_replay,
    record_of_bundle,
    regrade,
    replay_of_document,
    replay_of_id,
    write_replay,
)

EXIT_CODES = {Verdict.IDENTICAL: 0, Verdict.DIFFERENT: 1, Verdict.WITHIN_1_BP: 3}
EXIT_NOT_COMPUTED = 2

_TEXTS = {
    Verdict.IDENTICAL: "identical, bit for bit",
    Verdict.WITHIN_1_BP: "the same within one basis point",
    Verdict.DIFFERENT: "DIFFERENT",
}


@click.command("regrade")
@click.argument("record", metavar="RECORD")
@click.option(
    "--photos",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With a folder as RECORD: where else to look for its photographs, by their hash.",
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write record, photographs, head and settings here, to be computed again elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, record: str, photos: Path | None, save: Path | None, as_json: bool) -> None:
    """Compute a grade again and print every difference.

    RECORD is the identifier of a proposal or of a visit, the bundle file of a proposal, or a
    folder that --save wrote; the last needs no database. Exit code 0: identical; 3: every figure
    within one basis point; 1: different; 2: it could not be computed.
    """
    try:
        replay = _replay(record, photos)
        if save is not None:
            write_replay(replay, save)
        outcome = regrade(replay, EngineGrader(replay.head, replay.settings))
    except FerrotraceError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_NOT_COMPUTED)
    click.echo(_json(record, outcome) if as_json else _text(record, outcome))
    sys.exit(EXIT_CODES[outcome.verdict])


def _replay(record: str, photos: Path | None) -> Replay:
    path = Path(record)
    if path.is_dir():
        return read_replay(path, photos)
    deps = build_deps(read_settings())
    if path.is_file():
        return replay_of_document(record_of_bundle(path.read_bytes()), deps)
    return replay_of_id(record, deps)


def _text(record: str, outcome: Regrade) -> str:
    engine = "the same engine" if outcome.same_engine else "another engine"
    lines = [f"{record}: {_TEXTS[outcome.verdict]} ({engine})"]
    lines += [
        f"  {each.path}: stored {json.dumps(each.stored, ensure_ascii=False)},"
        f" now {json.dumps(each.again, ensure_ascii=False)}"
        for each in outcome.differences
    ]
    return "\n".join(lines)


def _json(record: str, outcome: Regrade) -> str:
    return json.dumps(
        {
            "record": record,
            "verdict": outcome.verdict.value,
            "same_engine": outcome.same_engine,
            "differences": [
                {"path": each.path, "stored": each.stored, "again": each.again}
                for each in outcome.differences
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
