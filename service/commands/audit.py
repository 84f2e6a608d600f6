"""``ferrotrace audit``: journal, documents, rows, batches, log and chain, rebuilt and compared."""

import json
import sys
import time
from typing import TextIO

import click

from service.bootstrap.evidence import auditor
from service.config import read_settings
from service.storage.db import Database
from service.usecases.audit import Memory, Report, Run, Stage, silent

CLEAN, DIFFERENT, COULD_NOT_TELL = 0, 1, 2

STATE_FILE = "audit.jsonl"
"""In the folder of the service: what an audit computed so far; gone when it came to its end."""

_TOLD_EVERY_S = 0.1


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and no progress.")
@click.option("--resume", is_flag=True, help="Continue an audit that was interrupted.")
@click.pass_context
def command(context: click.Context, *, as_json: bool, resume: bool) -> None:
    """Rebuild everything from the journal, compare it with the chain and print every difference.

    Exit 0 clean, 1 something differs, 2 nothing differs but something could not be told (the chain
    does not answer). On a terminal the progress is counted. --resume trusts what the interrupted
    audit had read (docs/audit.md). Settings come from the environment (docs/operating.md).
    """
    settings = read_settings()
    db = Database(settings.database_url)
    counter = Counter(sys.stderr)
    is_shown = sys.stderr.isatty() and not as_json
    memory = Memory(settings.var_dir / STATE_FILE, resume=resume)
    run = Run(tells=counter if is_shown else silent, memory=memory)
    try:
        report = auditor(settings, db, run)()
    finally:
        counter.end()
        db.close()
    if resume and not report.is_continued:
        click.echo("There was nothing to continue; everything was read anew.", err=True)
    click.echo(_as_json(report) if as_json else "\n".join(_lines(report)))
    context.exit(exit_code(report))


class Counter:
    """Writes how far an audit is, one line for each stage, over itself until the stage is done."""

    def __init__(self, out: TextIO) -> None:
        """Write to ``out``, a terminal."""
        self._out = out
        self._stage: Stage | None = None
        self._told_s = 0.0

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Show ``done`` of ``total``; not more often than an eye can follow."""
        now_s = time.monotonic()
        if stage is self._stage and done < total and now_s - self._told_s < _TOLD_EVERY_S:
            return
        if stage is not self._stage:
            self.end()
        self._stage, self._told_s = stage, now_s
        self._out.write(f"\r{stage.value:<10}{done:>10,} of {total:,}")
        self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._stage is not None:
            self._out.write("\n")
            self._stage = None


def exit_code(report: Report) -> int:
    """0 clean, 1 different, 2 could not tell."""
    if report.is_clean:
        return CLEAN
    return COULD_NOT_TELL if report.is_uncertain else DIFFERENT


def _lines(report: Report) -> list[str]:
    reach = f"{report.documents} documents, {report.batches} batches, {_head(report)}"
    if report.is_continued:
        reach += ", continued from an interrupted audit"
    if report.is_clean:
        return [f"clean: {reach}"]
    summary = "could not tell" if report.is_uncertain else f"{len(report.differences)} differences"
    return [*(str(difference) for difference in report.differences), f"{summary}: {reach}"]


def _head(report: Report) -> str:
    head = "-" if report.head is None else report.head.hex()
    block = "no block" if report.block is None else f"block {report.block}"
    return f"head {head} of size {report.size} at {block}"


def _as_json(report: Report) -> str:
    answer = {
        "clean": report.is_clean,
        "documents": report.documents,
        "batches": report.batches,
        "size": report.size,
        "head": None if report.head is None else report.head.hex(),
        "block": report.block,
        "continued": report.is_continued,
        "differences": [
            {**difference.values, "kind": difference.kind.value, "text": str(difference)}
            for difference in report.differences
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)
