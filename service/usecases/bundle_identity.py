"""Who vouches for a document in its bundle: the promise, the key that signed, the issuer's DNS."""

import json
from collections.abc import Iterable
from typing import Any

from service.domain.instants import utc_text
from service.proof.batch import BatchTree
from service.proof.document import with_proof
from service.proof.key_epoch import KeyEpoch, KeyPurpose, key_json
from service.proof.log import LogTree
from service.proof.registry import dns_record
from service.storage import batches, promise
from service.storage import key_epoch as key_epochs
from service.storage.db import Tx
from service.storage.dns_answer import last_dns_answer
from service.storage.journal import entry_by_hash
from service.storage.key_epoch import KeyEpochRow
from service.usecases.ports import Issuer


def promise_part(tx: Tx, target_hash: bytes) -> dict[str, Any] | None:
    """The signed promise of the document, None where there is none."""
    row = promise.promise_of(tx, target_hash)
    document = entry_by_hash(tx, target_hash)
    if row is None or row.include_by is None or row.signature is None or document is None:
        return None
    return {
        "recordedAt": int(document.recorded_at.timestamp()),
        "includeBy": int(row.include_by.timestamp()),
        "signature": f"0x{row.signature.hex()}",
    }


def identity_part(
    tx: Tx, target_hash: bytes, *, log: LogTree, size: int, anchored_at: int | None, issuer: Issuer
) -> dict[str, Any] | None:
    """The key epoch that stands in the log of ``size``, and what the issuer's DNS said last.

    The key is the one that signed the promise; without a promise the one that anchored at
    ``anchored_at``, seconds since 1970.
    """
    row = promise.promise_of(tx, target_hash)
    key_id = row.key_id if row else None
    key = _key_in_log(tx, key_id, anchored_at, size)
    part = _dns_snapshot(tx, issuer)
    if key is not None:
        part["keyEpoch"] = _key_epoch(tx, key, log, size)
    return part or None


def trusted_keys(tx: Tx) -> list[dict[str, str]]:
    """Every key that ever signed, with its time, as the trust file names it."""
    return [key_json(_key(row)) for row in key_epochs.epochs(tx)]


def _key_in_log(
    tx: Tx, key_id: str | None, anchored_at: int | None, size: int
) -> KeyEpochRow | None:
    """The last statement of the key among the first ``size`` entries of the log."""
    found = None
    for row in _stated_within(tx, size):
        if key_id is not None:
            is_meant = row.key_id == key_id
        else:
            is_meant = anchored_at is not None and _anchored(row, anchored_at)
        if is_meant:
            found = row
    return found


def _stated_within(tx: Tx, size: int) -> Iterable[KeyEpochRow]:
    for row in key_epochs.statements(tx):
        place = batches.entry_of(tx, row.target_hash)
        if place is not None and place.leaf_index < size:
            yield row


def _anchored(row: KeyEpochRow, anchored_at: int) -> bool:
    return row.purpose == KeyPurpose.ANCHOR and _key(row).was_valid_at(anchored_at)


def _key_epoch(tx: Tx, row: KeyEpochRow, log: LogTree, size: int) -> dict[str, Any]:
    document = entry_by_hash(tx, row.target_hash)
    place = batches.entry_of(tx, row.target_hash)
    assert document is not None  # noqa: S101 # foreign keys hold it
    assert place is not None  # noqa: S101
    tree = BatchTree(batches.leaves_of(tx, place.batch_no))
    wrapped = json.loads(document.document)
    return {
        "document": with_proof(wrapped, proof=tree.proof(row.target_hash), merkle_root=tree.root),
        "log": {
            "entry": json.loads(place.entry),
            "index": place.leaf_index,
            "proof": [node.hex() for node in log.inclusion_proof(place.leaf_index, size)],
        },
    }


def _dns_snapshot(tx: Tx, issuer: Issuer) -> dict[str, Any]:
    """The record by which the domain named the registry; nothing where it did not."""
    answer = last_dns_answer(tx, issuer.location)
    record = dns_record(issuer.chain_id, bytes.fromhex(issuer.document_store.removeprefix("0x")))
    if answer is None or record not in answer.records:
        return {}
    return {
        "location": answer.location,
        "records": [record],
        "queriedAt": utc_text(answer.queried_at),
        "dnssec": answer.dnssec,
    }


def _key(row: KeyEpochRow) -> KeyEpoch:
    return KeyEpoch(
        key_id=row.key_id,
        purpose=KeyPurpose(row.purpose),
        address=row.address,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        site_id=row.site_id,
    )
