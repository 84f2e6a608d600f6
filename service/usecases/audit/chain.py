"""What the contract says, held against the batches."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal
from service.usecases.audit.log import RebuiltLog
from service.usecases.audit.matching import Row
from service.usecases.audit.run import Stage, Tells, silent

TABLE = "batch"
ON_CHAIN = ("mined", "confirmed", "final")


class Head(Protocol):
    """State of the log in the contract at a block."""

    @property
    def size(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def head(self) -> bytes: ...
    @property
    def block_number(self) -> int: ...


class Advance(Protocol):
    """One anchor call, as its event tells it."""

    @property
    def seq(self) -> int: ...
    @property
    def old_size(self) -> int: ...
    @property
    def new_size(self) -> int: ...
    @property
    def head(self) -> bytes: ...
    @property
    def batch_root(self) -> bytes: ...
    @property
    def tx_hash(self) -> bytes: ...
    @property
    def block_number(self) -> int: ...
    @property
    def block_hash(self) -> bytes: ...


class Chain(Protocol):
    """What an audit asks of the registry and its chain.

    Every method raises an error of the product's tree where the chain cannot tell.
    """

    @property
    def address(self) -> str: ...
    def chain_id(self) -> int: ...
    def log_head(self) -> Head: ...
    def head_advanced(self, *, from_block: int) -> Iterable[Advance]: ...
    def is_issued(self, root: bytes) -> bool: ...
    def is_revoked(self, node: bytes) -> bool: ...
    def block_hash(self, number: int) -> bytes | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The chain as it was before the books were read: what it held then, the books must know."""

    chain_id: int
    address: bytes
    head: Head


def sight_of(chain: Chain) -> Sight:
    """Look at the chain; call it before the books are read."""
    return Sight(
        chain_id=chain.chain_id(),
        address=bytes.fromhex(chain.address.removeprefix("0x")),
        head=chain.log_head(),
    )


def audit_chain(
    books: Books,
    journal: Journal,
    rebuilt: RebuiltLog,
    chain: Chain,
    sight: Sight,
    tells: Tells = silent,
) -> list[Difference]:
    """Differences between the contract and the batches.

    Anchor calls made after ``sight`` are left to the next audit: the worker goes on meanwhile.
    """
    events = {event.seq: event for event in chain.head_advanced(from_block=0)}
    differences = [
        *_issuers(journal, sight),
        *_state(rebuilt, sight),
        *_status_blocks(books, chain),
    ]
    states = _latest_states(books)
    every = sorted(events.keys() | rebuilt.batches.keys())
    for done, seq in enumerate(every, start=1):
        tells(Stage.CHAIN, done, len(every))
        event, batch = events.get(seq), rebuilt.batches.get(seq)
        if event is None:
            claimed = states.get(seq)
            if claimed is not None and claimed["state"] in ON_CHAIN:
                differences.append(missing("chain", f"HeadAdvanced {seq}", f"batch {seq}"))
        elif batch is not None:
            differences += _compared(seq, batch, event, states.get(seq))
            if not chain.is_issued(event.batch_root):
                root = event.batch_root.hex()
                differences.append(missing("chain", f"issued {root}", f"batch {seq}"))
        elif event.block_number <= sight.head.block_number:
            differences.append(missing(TABLE, str(seq), f"HeadAdvanced {seq} on the chain"))
    return differences


def _latest_states(books: Books) -> dict[int, Row]:
    latest: dict[int, Row] = {}
    for row in sorted(books["batch_transition"], key=lambda row: int(row["step"])):
        latest[row["batch_no"]] = row
    return latest


def _compared(seq: int, batch: Row, event: Advance, latest: Row | None) -> Iterator[Difference]:
    said: dict[str, tuple[Any, Any]] = {
        "old_size": (batch["old_size"], event.old_size),
        "new_size": (batch["new_size"], event.new_size),
        "batch_root": (batch["batch_root"], event.batch_root),
        "head": (batch["head"], event.head),
    }
    for column, (found, expected) in said.items():
        if found != expected:
            yield broken(TABLE, str(seq), column, found, expected)
    if latest is None or latest["state"] not in ON_CHAIN:
        return
    place = {
        "tx": event.tx_hash.hex(),
        "block": event.block_number,
        "block_hash": event.block_hash.hex(),
    }
    for name, value in place.items():
        stored = latest["detail"].get(name)
        if stored != value:
            key = f"{seq}/{latest['step']}"
            yield broken("batch_transition", key, "detail", f"{name} {stored}", value)


def _state(rebuilt: RebuiltLog, sight: Sight) -> Iterator[Difference]:
    """The head that the contract holds is the head of the batch with its size."""
    if not sight.head.size:
        return
    batch = rebuilt.batches.get(sight.head.seq)
    if batch is None:
        return  # said with the event
    held = {"new_size": sight.head.size, "head": sight.head.head}
    for column, value in held.items():
        if batch[column] != value:
            yield broken(TABLE, str(sight.head.seq), column, batch[column], value)


def _issuers(journal: Journal, sight: Sight) -> Iterator[Difference]:
    """Documents name the registry in which they are anchored."""
    for document in journal.documents:
        store = document.data["issuers"][0]["documentStore"]
        if store.lower() != f"0x{sight.address.hex()}":
            address = f"0x{sight.address.hex()}"
            yield broken("journal", document.name, "document", f"documentStore {store}", address)


def _status_blocks(books: Books, chain: Chain) -> Iterator[Difference]:
    """The newest kept status of a batch is of a block that the chain still has."""
    of_batches = {row["batch_no"]: row for row in sorted(books["anchor_proof"], key=_step)}
    of_tasks = {row["task_id"]: row for row in sorted(books["status_proof"], key=_step)}
    kept = [("anchor_proof", no, row, row["status"]) for no, row in of_batches.items()]
    kept += [("status_proof", task_id, row, row["text"]) for task_id, row in of_tasks.items()]
    for table, owner, row, text in kept:
        block = json.loads(text)["asOfBlock"]
        known = chain.block_hash(int(block["number"]))
        if known is None or f"0x{known.hex()}" != block["hash"]:
            yield broken(table, f"{owner}/{row['step']}", "status", block["hash"], known)


def _step(row: Row) -> int:
    return int(row["step"])
