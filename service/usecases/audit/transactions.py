"""The attempts to anchor: raw transactions taken apart and held against batches and steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.proof.hashing import keccak256
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing
from service.usecases.audit.log import RebuiltLog
from service.usecases.audit.matching import Row

TABLE = "anchor_attempt"
SELECTOR = bytes.fromhex("eed96158")
"""``anchor(bytes32,uint64,bytes32,bytes32[])`` (ledger.md, section 6.1)."""

TYPE_2 = 2
FIELDS_OF_TYPE_2 = 12
WORD = 32
SHORT_STRING, LONG_STRING, SHORT_LIST, LONG_LIST = 0x80, 0xB8, 0xC0, 0xF8


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What a signed EIP-1559 transaction says; fees in wei per gas."""

    chain_id: int
    nonce: int
    priority_fee_wei: int
    max_fee_wei: int
    to: bytes
    calldata: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the transactions must go."""

    chain_id: int
    address: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTable:
    """Where one sort of work keeps its transactions, the steps that name them, and the calls that
    they must make: calldata and address (None: not known) by owner."""

    name: str
    steps: str
    owner: str
    calls: Mapping[Any, tuple[bytes, bytes | None]]


def audit_attempts(
    books: Books, rebuilt: RebuiltLog, destination: Destination | None
) -> list[Difference]:
    """Differences of ``anchor_attempt``; the destination is compared where it is known."""
    to = None if destination is None else destination.address
    table = AttemptTable(
        name=TABLE,
        steps="batch_transition",
        owner="batch_no",
        calls={no: (anchor_call(batch), to) for no, batch in rebuilt.batches.items()},
    )
    return attempts_of(books, table, destination)


def attempts_of(
    books: Books, table: AttemptTable, destination: Destination | None
) -> list[Difference]:
    """Differences of the transactions of one sort of work."""
    submitted: dict[bytes, tuple[Any, datetime]] = {}
    for step in sorted(books[table.steps], key=lambda row: (row[table.owner], row["step"])):
        if step["state"] == "submitted" and "tx" in step["detail"]:
            tx_hash = bytes.fromhex(step["detail"]["tx"])
            submitted.setdefault(tx_hash, (step[table.owner], step["at"]))
    differences: list[Difference] = []
    there: set[bytes] = set()
    for row in books[table.name]:
        computed = keccak256(row["raw"])
        there |= {computed, row["tx_hash"]}
        differences += _of_attempt(row, computed, submitted, table, destination)
    return differences + [
        missing(table.name, tx_hash.hex(), f"{table.steps} of {table.owner} {owner}")
        for tx_hash, (owner, _) in submitted.items()
        if tx_hash not in there
    ]


def _of_attempt(
    row: Row,
    computed: bytes,
    submitted: Mapping[bytes, tuple[Any, datetime]],
    table: AttemptTable,
    destination: Destination | None,
) -> Iterator[Difference]:
    key = row["tx_hash"].hex()
    if computed != row["tx_hash"] and computed not in submitted:
        yield changed(table.name, key, "raw", f"hash {computed.hex()}", f"hash {key}")
        return
    transaction = read_transaction(row["raw"])
    wanted: dict[str, Any] = {
        "tx_hash": computed,
        "nonce": transaction.nonce,
        "max_fee_wei": transaction.max_fee_wei,
        "priority_fee_wei": transaction.priority_fee_wei,
    }
    if computed in submitted:
        wanted[table.owner], wanted["signed_at"] = submitted[computed]
    else:
        yield missing(table.steps, f"{row[table.owner]}/submitted", f"{table.name} {key}")
    for column, value in wanted.items():
        if row[column] != value:
            yield changed(table.name, key, column, row[column], value)
    call = table.calls.get(wanted.get(table.owner, row[table.owner]))
    if call is not None and transaction.calldata != call[0]:
        yield broken(table.name, key, "raw", transaction.calldata, call[0])
    if call is not None and call[1] is not None and transaction.to != call[1]:
        yield broken(table.name, key, "raw", transaction.to, call[1])
    if destination is not None and transaction.chain_id != destination.chain_id:
        yield broken(table.name, key, "raw", transaction.chain_id, destination.chain_id)


def anchor_call(batch: Row) -> bytes:
    """Calldata that anchors the batch: four words of head, then the proof with its length."""
    proof = bytes(batch["consistency_proof"])
    words = (
        batch["batch_root"],
        int(batch["new_size"]).to_bytes(WORD),
        batch["head"],
        (4 * WORD).to_bytes(WORD),
        (len(proof) // WORD).to_bytes(WORD),
        proof,
    )
    return SELECTOR + b"".join(words)


def read_transaction(raw: bytes) -> Transaction:
    """The fields of a signed EIP-1559 transaction; raises ``ValueError`` for anything else."""
    if raw[0] != TYPE_2:
        raise ValueError(f"transaction of type {raw[0]}")
    fields, rest = _rlp(raw[1:])
    if not isinstance(fields, list) or len(fields) != FIELDS_OF_TYPE_2 or rest:
        raise ValueError("no transaction of 12 fields")
    chain_id, nonce, priority_fee, max_fee, _gas, to, _value, calldata = fields[:8]
    return Transaction(
        chain_id=int.from_bytes(chain_id),
        nonce=int.from_bytes(nonce),
        priority_fee_wei=int.from_bytes(priority_fee),
        max_fee_wei=int.from_bytes(max_fee),
        to=to,
        calldata=calldata,
    )


def _rlp(data: bytes) -> tuple[Any, bytes]:
    """The first RLP item of ``data`` (yellow paper, appendix B), and what follows it."""
    first = data[0]
    if first < SHORT_STRING:
        return data[:1], data[1:]
    base = SHORT_LIST if first >= SHORT_LIST else SHORT_STRING
    long = LONG_LIST if first >= SHORT_LIST else LONG_STRING
    start, length = 1, first - base
    if first >= long:
        start += first - long + 1
        length = int.from_bytes(data[1:start])
    payload, rest = data[start : start + length], data[start + length :]
    if len(payload) != length:
        raise ValueError("the item is cut short")
    if base == SHORT_STRING:
        return payload, rest
    items = []
    while payload:
        item, payload = _rlp(payload)
        items.append(item)
    return items, rest
