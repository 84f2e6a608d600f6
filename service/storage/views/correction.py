"""The versions of a ticket or a delivery note, side by side."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.correction import standing_record
from service.proof.document import document_data
from service.storage import correction as corrections
from service.storage.db import Tx
from service.storage.delivery import delivery_by_id
from service.storage.journal import entry_by_hash
from service.storage.ticket import ticket_by_no


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """One version, counted from 1; ``reason`` and ``by`` are those of the correction that made it.

    ``stands`` tells the one that counts.
    """

    version: int
    document_id: str
    record: dict[str, Any]
    reason: str
    at: datetime
    by: str
    target_hash: str
    stands: bool


def ticket_versions(tx: Tx, ticket_no: str) -> list[DocumentVersion]:
    """Every version of a ticket, the first one first; empty where there is no such ticket."""
    first = ticket_by_no(tx, ticket_no)
    if first is None:
        return []
    return list(_versions(tx, first.first_hash, corrections.corrections_of_ticket(tx, ticket_no)))


def delivery_versions(tx: Tx, delivery_id: str) -> list[DocumentVersion]:
    """Every version of a delivery note, the first one first; empty where there is none."""
    first = delivery_by_id(tx, delivery_id)
    if first is None:
        return []
    return list(
        _versions(tx, first.first_hash, corrections.corrections_of_delivery(tx, delivery_id))
    )


def _versions(
    tx: Tx, first_hash: bytes, made: list[corrections.CorrectionRow]
) -> Iterator[DocumentVersion]:
    by_hash = {row.target_hash: row for row in made}
    hashes = [first_hash, *by_hash]
    for version, target_hash in enumerate(hashes, 1):
        entry = entry_by_hash(tx, target_hash)
        assert entry is not None  # noqa: S101 # a foreign key holds it
        record = standing_record(document_data(json.loads(entry.document)))
        row = by_hash.get(target_hash)
        yield DocumentVersion(
            version=version,
            document_id=entry.document_id,
            record=record,
            reason="" if row is None else row.reason,
            at=entry.recorded_at,
            by=record.get("operator_id", "") if row is None else row.corrected_by,
            target_hash=target_hash.hex(),
            stands=target_hash == hashes[-1],
        )
