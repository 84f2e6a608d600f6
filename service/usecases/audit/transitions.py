"""The steps of each batch: their hash chain, their order, and the proofs kept at the end."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from service.proof.hashing import keccak256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing, unexpected
from service.usecases.audit.log import RebuiltLog
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.steps import StepTable
from service.usecases.audit.trees import canonical

TABLE = "batch_transition"
MAY_FOLLOW = {
    "": {"sealed"},
    "sealed": {"submitted", "mined", "failed"},
    "submitted": {"submitted", "mined", "reorged", "failed"},
    "mined": {"confirmed", "reorged", "failed"},
    "confirmed": {"final", "reorged"},
    "final": {"reorged"},
    "reorged": {"submitted", "mined", "failed"},
    "failed": {"reorged"},
}
"""By state: the states that may come next (ledger.md, section 8.2)."""


STEPS = StepTable(name=TABLE, owner="batch_no", may_follow=MAY_FOLLOW)


def audit_transitions(books: Books, rebuilt: RebuiltLog) -> list[Difference]:
    """Differences of ``batch_transition`` and ``anchor_proof``."""
    steps: dict[int, list[Row]] = {batch_no: [] for batch_no in rebuilt.batches}
    differences = []
    for row in sorted(books[TABLE], key=lambda row: (row["batch_no"], row["step"])):
        if row["batch_no"] in steps:
            steps[row["batch_no"]].append(row)
        else:
            differences.append(unexpected(TABLE, _key(row)))
    for batch_no, rows in steps.items():
        differences += STEPS.differences(batch_no, rows)
        differences += _first(rows, rebuilt.batches[batch_no])
    return [*differences, *_proofs(books, rebuilt)]


def _first(rows: list[Row], batch: Row) -> Iterator[Difference]:
    """The first step says how many entries were sealed."""
    entries = batch["new_size"] - batch["old_size"]
    for row in rows[:1]:
        if row["step"] == 1 and row["detail"].get("entries") != entries:
            yield broken(TABLE, _key(row), "detail", row["detail"], {"entries": entries})


def _key(row: Row) -> str:
    return STEPS.key(row)


def _proofs(books: Books, rebuilt: RebuiltLog) -> list[Difference]:
    """Each ``final`` step names the hash of the proofs that were kept with it."""
    expected = []
    for step in books[TABLE]:
        if step["state"] == "final":
            digest = bytes.fromhex(step["detail"].get("proof", ""))
            columns = {
                "batch_no": step["batch_no"],
                "step": step["step"],
                "anchor+status": digest,
                "sha256": digest,
                "stored_at": step["at"],
            }
            expected.append(ExpectedRow(columns=columns, source=f"{TABLE} {_key(step)}"))
    steps = {_key(row): row for row in books[TABLE]}

    def without_step(row: Row) -> list[Difference] | None:
        key = _key(row)
        return None if key in steps else [missing(TABLE, key, f"anchor_proof {key}")]

    differences = matched(
        "anchor_proof",
        ["batch_no", "step"],
        expected,
        books["anchor_proof"],
        unfounded=without_step,
    )
    for row in books["anchor_proof"]:
        batch = rebuilt.batches.get(row["batch_no"])
        if batch and _key(row) in steps and row["anchor+status"] == row["sha256"]:
            differences += _anchor(row, batch, steps[_key(row)])
    return differences


def _anchor(row: Row, batch: Row, step: Row) -> Iterator[Difference]:
    """What the kept anchor says of the batch and of the block."""
    anchor, status = json.loads(row["anchor"]), json.loads(row["status"])
    detail = step["detail"]
    wanted = {
        "seq": row["batch_no"],
        "oldSize": batch["old_size"],
        "newSize": batch["new_size"],
        "batchRoot": _hex(batch["batch_root"]),
        "head": _hex(batch["head"]),
        "txHash": f"0x{detail.get('tx')}",
        "block.number": detail.get("block"),
        "block.hash": f"0x{detail.get('block_hash')}",
    }
    said = {**anchor, **{f"block.{name}": value for name, value in anchor["block"].items()}}
    for name, value in wanted.items():
        if said.get(name) != value:
            yield broken("anchor_proof", _key(row), "anchor", f"{name} {said.get(name)}", value)
    for column, stored in (("anchor", anchor), ("status", status)):
        if canonical(stored) != row[column]:
            yield changed("anchor_proof", _key(row), column, row[column], canonical(stored))
    for column, block in (("anchor", anchor["block"]), ("status", status["asOfBlock"])):
        yield from kept_block("anchor_proof", _key(row), column, block)


def kept_block(table: str, key: str, column: str, block: Mapping[str, Any]) -> Iterator[Difference]:
    """The header of a block that was kept hashes to the hash beside it."""
    computed = keccak256(bytes.fromhex(block["headerRlp"].removeprefix("0x")))
    if block["hash"] != _hex(computed):
        yield broken(table, key, column, block["hash"], _hex(computed))


def _hex(value: bytes | None) -> str:
    return "-" if value is None else f"0x{value.hex()}"
