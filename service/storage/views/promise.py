"""The receipt of a weighing or a ticket: signed, to be signed, or missed; and if it was kept."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from service.proof.header import decode_header
from service.proof.promise import InclusionPromise, compact_promises
from service.storage import batches
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.promise import promise_of
from service.storage.tables import ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """``state`` is signed, pending or missed; only a signed one has the members that may be None.

    ``anchored_at`` is the time of the block that holds the document, None before that is final.
    ``text`` is the receipt as a code carries it.
    """

    target_hash: str
    state: str
    recorded_at: datetime
    include_by: datetime | None
    key_id: str | None
    signature: str | None
    text: str | None
    anchored_at: datetime | None

    def fulfilment(self, now: datetime) -> str:
        """What became of a signed promise: kept, late, waiting or broken."""
        include_by = self.include_by or self.recorded_at
        if self.anchored_at is not None:
            return "kept" if self.anchored_at <= include_by else "late"
        return "waiting" if now <= include_by else "broken"


def promise(tx: Tx, target_hash: bytes) -> PromiseView | None:
    """The receipt of the document; None where there is no such document."""
    document, row = entry_by_hash(tx, target_hash), promise_of(tx, target_hash)
    if document is None:
        return None
    anchored_at = _anchored_at(tx, target_hash)
    if row is None or row.include_by is None or row.signature is None:
        return PromiseView(
            target_hash=target_hash.hex(),
            state="pending" if row is None else "missed",
            recorded_at=document.recorded_at,
            include_by=None,
            key_id=None,
            signature=None,
            text=None,
            anchored_at=anchored_at,
        )
    signed = InclusionPromise(
        target_hash=target_hash,
        recorded_at=int(document.recorded_at.timestamp()),
        include_by=int(row.include_by.timestamp()),
        signature=row.signature,
    )
    return PromiseView(
        target_hash=target_hash.hex(),
        state="signed",
        recorded_at=document.recorded_at,
        include_by=row.include_by,
        key_id=row.key_id,
        signature=f"0x{row.signature.hex()}",
        text=compact_promises([signed]),
        anchored_at=anchored_at,
    )


def promise_of_ticket(tx: Tx, ticket_no: str) -> PromiseView | None:
    """The receipt of a ticket as it was issued; a correction has none of its own."""
    query = select(ticket.c.target_hash).where(ticket.c.ticket_no == ticket_no)
    target_hash = tx.execute(query).scalar_one_or_none()
    return None if target_hash is None else promise(tx, target_hash)


def _anchored_at(tx: Tx, target_hash: bytes) -> datetime | None:
    place = batches.entry_of(tx, target_hash)
    proof = None if place is None else batches.anchor_proof_of(tx, place.batch_no)
    if proof is None:
        return None
    header = decode_header(bytes.fromhex(json.loads(proof.anchor)["block"]["headerRlp"][2:]))
    return datetime.fromtimestamp(header.timestamp, UTC)
