"""The published log: heads that can no longer change, and the entries under them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select

from service.proof.header import decode_header
from service.storage.db import Tx
from service.storage.tables import anchor_proof, batch, batch_entry, batch_transition

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHeadRow:
    """A final head: the anchor call that brought it and the block in which it stands.

    ``proof`` is the consistency proof from the head before, as the contract got it; ``time`` is
    the block's own.
    """

    seq: int
    old_size: int
    new_size: int
    head: bytes
    batch_root: bytes
    proof: tuple[bytes, ...]
    chain_id: int
    block: int
    time: datetime
    tx: bytes


_later = batch_transition.alias("later")
_FINAL: Select[Any] = (
    select(
        batch.c.batch_no,
        batch.c.old_size,
        batch.c.new_size,
        batch.c.head,
        batch.c.batch_root,
        batch.c.consistency_proof,
        anchor_proof.c.anchor,
    )
    .join(batch_transition, batch_transition.c.batch_no == batch.c.batch_no)
    .join(
        anchor_proof,
        (anchor_proof.c.batch_no == batch_transition.c.batch_no)
        & (anchor_proof.c.step == batch_transition.c.step),
    )
    .where(
        batch_transition.c.state == "final",
        ~exists().where(
            _later.c.batch_no == batch_transition.c.batch_no,
            _later.c.step > batch_transition.c.step,
        ),
    )
    .order_by(batch.c.batch_no.desc())
)


def log_heads(tx: Tx, *, limit: int, before: int | None = None) -> list[LogHeadRow]:
    """Final heads, newest first; those with a ``seq`` below ``before`` where it is given."""
    query = _FINAL if before is None else _FINAL.where(batch.c.batch_no < before)
    return [_head(row) for row in tx.execute(query.limit(limit))]


def log_entries(tx: Tx, start: int, end: int) -> list[bytes]:
    """The exact bytes of the entries from ``start`` to before ``end``, in log order."""
    query = (
        select(batch_entry.c.entry)
        .where(batch_entry.c.leaf_index >= start, batch_entry.c.leaf_index < end)
        .order_by(batch_entry.c.leaf_index)
    )
    return list(tx.execute(query).scalars())


def _head(row: Row[Any]) -> LogHeadRow:
    anchor = json.loads(row.anchor)
    header = decode_header(bytes.fromhex(anchor["block"]["headerRlp"].removeprefix("0x")))
    proof = row.consistency_proof
    return LogHeadRow(
        seq=row.batch_no,
        old_size=row.old_size,
        new_size=row.new_size,
        head=row.head,
        batch_root=row.batch_root,
        proof=tuple(proof[i : i + _HASH_BYTES] for i in range(0, len(proof), _HASH_BYTES)),
        chain_id=anchor["chainId"],
        block=header.number,
        time=datetime.fromtimestamp(header.timestamp, UTC),
        tx=bytes.fromhex(anchor["txHash"].removeprefix("0x")),
    )
