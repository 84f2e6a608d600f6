"""Chain tasks: what was asked for, the steps of each, its transactions, and what a revocation
leaves behind."""

import json
from collections.abc import Iterator

from service.usecases.audit.books import Books
from service.usecases.audit.chain import ON_CHAIN, Chain
from service.usecases.audit.difference import Difference, broken, changed, missing, unexpected
from service.usecases.audit.documents import Journal
from service.usecases.audit.matching import ExpectedRow, Row, matched
from service.usecases.audit.steps import StepTable
from service.usecases.audit.transactions import AttemptTable, Destination, attempts_of
from service.usecases.audit.transitions import MAY_FOLLOW, kept_block
from service.usecases.audit.trees import canonical

TABLE = "chain_task_transition"
STEPS = StepTable(
    name=TABLE,
    owner="task_id",
    may_follow={**MAY_FOLLOW, "": {"requested"}, "requested": MAY_FOLLOW["sealed"]},
)
REVOKE_SELECTOR = bytes.fromhex("8a7ce0bf")
"""``revokeWithReason(bytes32,uint8,bytes32)`` (ledger.md, section 6.1)."""
SUPERSEDED = 4


def audit_tasks(
    books: Books, journal: Journal, destination: Destination | None
) -> list[Difference]:
    """Differences of the four tables of chain tasks."""
    return [
        *_tasks(books),
        *_steps(books),
        *attempts_of(books, _attempts(books), destination),
        *_status_proofs(books),
        *_revocations(books, journal),
    ]


def _tasks(books: Books) -> list[Difference]:
    """A task is what its first step says was asked for."""
    expected = []
    for step in _first_steps(books):
        asked = step["detail"]
        columns = {
            "task_id": step["task_id"],
            "kind": asked.get("kind"),
            "to_address": asked.get("to"),
            "subject_id": asked.get("subject"),
            "calldata": _digest(asked.get("calldata")),
            "requested_at": step["at"],
        }
        expected.append(ExpectedRow(columns=columns, source=f"{TABLE} {STEPS.key(step)}"))
    return matched("chain_task", ["task_id"], expected, books["chain_task"], unfounded=_unasked)


def _digest(text: object) -> bytes | None:
    """The hash that a step states; None for what is none, which is said with the step."""
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return None


def _unasked(row: Row) -> list[Difference]:
    """A task whose first step is gone."""
    return [missing(TABLE, f"{row['task_id']}/1", f"chain_task {row['task_id']}")]


def _first_steps(books: Books) -> list[Row]:
    return [row for row in books[TABLE] if row["step"] == 1]


def _steps(books: Books) -> list[Difference]:
    known = {row["task_id"] for row in books["chain_task"]}
    known |= {row["task_id"] for row in _first_steps(books)}
    steps: dict[str, list[Row]] = {task_id: [] for task_id in sorted(known)}
    differences: list[Difference] = []
    for row in sorted(books[TABLE], key=lambda row: (row["task_id"], row["step"])):
        if row["task_id"] in steps:
            steps[row["task_id"]].append(row)
        else:
            differences.append(unexpected(TABLE, STEPS.key(row)))
    for task_id, rows in steps.items():
        differences += STEPS.differences(task_id, rows)
    return differences


def _attempts(books: Books) -> AttemptTable:
    calls = {
        row["task_id"]: (row["call"], bytes.fromhex(row["to_address"][2:]))
        for row in books["chain_task"]
    }
    return AttemptTable(name="chain_task_attempt", steps=TABLE, owner="task_id", calls=calls)


def _status_proofs(books: Books) -> list[Difference]:
    """Each final step that names a proof has it, and it is of the batch of the document."""
    tasks = {row["task_id"]: row for row in books["chain_task"]}
    batch_of = _batches_by_hash(books)
    expected, steps = [], {STEPS.key(row) for row in books[TABLE]}
    for step in books[TABLE]:
        if step["state"] != "final" or "proof" not in step["detail"]:
            continue
        digest = _digest(step["detail"]["proof"])
        columns = {
            "task_id": step["task_id"],
            "step": step["step"],
            "status": digest,
            "sha256": digest,
            "stored_at": step["at"],
        }
        task = tasks.get(step["task_id"])
        batch_no = None if task is None else batch_of.get(task["call"][4:36])
        if batch_no is not None:
            columns["batch_no"] = batch_no
        expected.append(ExpectedRow(columns=columns, source=f"{TABLE} {STEPS.key(step)}"))

    def without_step(row: Row) -> list[Difference] | None:
        key = STEPS.key(row)
        return None if key in steps else [missing(TABLE, key, f"status_proof {key}")]

    found = books["status_proof"]
    keys = ["task_id", "step"]
    differences = matched("status_proof", keys, expected, found, unfounded=without_step)
    for row in found:
        if row["status"] == row["sha256"]:
            differences += _kept_status(row)
    return differences


def _kept_status(row: Row) -> Iterator[Difference]:
    """The text is canonical, and the header of its block hashes to its hash."""
    status = json.loads(row["text"])
    if canonical(status) != row["text"]:
        yield changed("status_proof", STEPS.key(row), "status", row["text"], canonical(status))
    yield from kept_block("status_proof", STEPS.key(row), "status", status["asOfBlock"])


def _batches_by_hash(books: Books) -> dict[bytes, int]:
    """Number of the batch by target hash, as the log entries say."""
    found = {}
    for row in books["batch_entry"]:
        try:
            said = json.loads(row["entry"])
            found[bytes.fromhex(said["targetHash"])] = said["batch"]
        except (ValueError, KeyError, TypeError):
            continue  # said with the entry
    return found


def _revocations(books: Books, journal: Journal) -> Iterator[Difference]:
    """A revocation names a document of the journal, and a successor that takes its place."""
    for task in books["chain_task"]:
        call = task["call"]
        if task["kind"] != "revoke" or call[:4] != REVOKE_SELECTOR:
            continue
        target, reason, successor = call[4:36], int.from_bytes(call[36:68]), call[68:100]
        if target not in journal.by_hash and target not in journal.damaged:
            yield missing("journal", target.hex(), f"chain_task {task['task_id']}")
        if task["subject_id"] != target.hex():
            yield broken(
                "chain_task", task["task_id"], "subject_id", task["subject_id"], target.hex()
            )
        follower = journal.by_hash.get(successor)
        if reason == SUPERSEDED and follower is not None and follower.supersedes != target:
            expected = "a document that supersedes it"
            yield broken("chain_task", task["task_id"], "calldata", successor, expected)


def tasks_on_chain(books: Books, chain: Chain) -> Iterator[Difference]:
    """What is said to be on the chain stands in a block that the chain has, and is revoked."""
    latest: dict[str, Row] = {}
    for row in sorted(books[TABLE], key=lambda row: int(row["step"])):
        latest[row["task_id"]] = row
    for task in books["chain_task"]:
        step = latest.get(task["task_id"])
        if step is None or step["state"] not in ON_CHAIN:
            continue
        number, block_hash = step["detail"].get("block"), step["detail"].get("block_hash")
        known = chain.block_hash(int(number))
        if known is None or known.hex() != block_hash:
            yield broken(TABLE, STEPS.key(step), "detail", f"block_hash {block_hash}", known)
        if task["kind"] == "revoke" and not chain.is_revoked(task["call"][4:36]):
            target = task["call"][4:36].hex()
            yield missing("chain", f"revoked {target}", f"chain_task {task['task_id']}")
