"""``ferrotrace audit``: journal, documents, rows, batches, log and chain, rebuilt and compared."""

import json

import click

from service.bootstrap import auditor
from service.config import read_settings
from service.storage.db import Database
from service.usecases.audit import Report

CLEAN, DIFFERENT, COULD_NOT_TELL = 0, 1, 2


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """Rebuild everything from the journal, compare it with the chain and print every difference.

    Exit 0 clean, 1 something differs, 2 nothing differs but something could not be told (the chain
    does not answer). Settings come from the environment (docs/operating.md).
    """
    settings = read_settings()
    db = Database(settings.database_url)
    try:
        report = auditor(settings, db)()
    finally:
        db.close()
    click.echo(_as_json(report) if as_json else "\n".join(_lines(report)))
    context.exit(exit_code(report))


def exit_code(report: Report) -> int:
    """0 clean, 1 different, 2 could not tell."""
    if report.is_clean:
        return CLEAN
    return COULD_NOT_TELL if report.is_uncertain else DIFFERENT


def _lines(report: Report) -> list[str]:
    reach = f"{report.documents} documents, {report.batches} batches, {_head(report)}"
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
        "differences": [
            {**difference.values, "kind": difference.kind.value, "text": str(difference)}
            for difference in report.differences
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)
