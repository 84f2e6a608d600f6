"""The steps of each batch: their hash chain, their order, and the proofs kept at the end."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from service.proof.hashing import keccak256, sha256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing, unexpected
from service.usecases.audit.log import RebuiltLog
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.trees import canonical

TABLE = "batch_transition"
CONTENT = "state+detail+at"
MAY_FOLLOW = {
    "": {"sealed"},
    "sealed": {"submitted", "mined", "failed"},
    "submitted": {"submitted", "mined", "reorged", "failed"},
    "mined": {"confirmed", "reorged", "failed"},
    "confirmed": {"final", "reorged"},
    "final": {"reorged"},
    "reorged": {"submitted", "mined", "failed"},
    "failed": set(),
}
"""By state: the states that may come next (ledger.md, section 8.2)."""


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
        differences += _of_batch(batch_no, rows, rebuilt.batches[batch_no])
    return [*differences, *_proofs(books, rebuilt)]


def _of_batch(batch_no: int, rows: list[Row], batch: Row) -> Iterator[Difference]:
    present = {row["step"] for row in rows}
    last = max(present, default=1)
    for step in range(1, last + 1):
        if step not in present:
            yield missing(TABLE, f"{batch_no}/{step}", f"batch {batch_no}")
    yield from _chain(rows)
    yield from _order(rows, batch)


def _chain(rows: list[Row]) -> Iterator[Difference]:
    """Each step is hashed together with the link before it.

    A step that does not lead to its own link was changed; where the next step goes on from the
    link, it was the content, else it may have been either.
    """
    links: dict[int, bytes] = {0: b""}
    by_step = {row["step"]: row for row in rows}
    for step, row in by_step.items():
        link = bytes(row["chained_sha256"])
        links[step] = link
        if step - 1 not in links:
            continue
        computed = sha256(links[step - 1] + _text(row))
        if computed == link:
            continue
        after = by_step.get(step + 1)
        goes_on = after is not None and sha256(link + _text(after)) == after["chained_sha256"]
        if goes_on:
            yield changed(TABLE, _key(row), CONTENT, _content(row), f"what hashes to {link.hex()}")
            continue
        links[step] = computed
        column = "chained_sha256" if after is not None else f"{CONTENT}+chained_sha256"
        yield changed(TABLE, _key(row), column, link, computed)


def _order(rows: list[Row], batch: Row) -> Iterator[Difference]:
    before = ""
    for row in rows:
        state = row["state"]
        if (
            row["step"] == 1
            and row["detail"].get("entries") != batch["new_size"] - batch["old_size"]
        ):
            entries = batch["new_size"] - batch["old_size"]
            yield broken(TABLE, _key(row), "detail", row["detail"], {"entries": entries})
        if state not in MAY_FOLLOW.get(before, MAY_FOLLOW.keys()):
            allowed = " / ".join(sorted(MAY_FOLLOW[before])) or "the last"
            yield broken(TABLE, _key(row), "state", state, allowed)
        before = state


def _text(row: Row) -> bytes:
    """What a link covers: the step as the JSON array that ``json.dumps`` writes by default."""
    at = row["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    members = [row["batch_no"], row["step"], row["state"], row["detail"], at]
    return json.dumps(members, sort_keys=True).encode()


def _content(row: Row) -> str:
    return f"{row['state']} {row['detail']} {row['at'].isoformat()}"


def _key(row: Row) -> str:
    return f"{row['batch_no']}/{row['step']}"


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
        yield from _block(row, column, block)


def _block(row: Row, column: str, block: Mapping[str, Any]) -> Iterator[Difference]:
    computed = keccak256(bytes.fromhex(block["headerRlp"].removeprefix("0x")))
    if block["hash"] != _hex(computed):
        yield broken("anchor_proof", _key(row), column, block["hash"], _hex(computed))


def _hex(value: bytes | None) -> str:
    return "-" if value is None else f"0x{value.hex()}"
