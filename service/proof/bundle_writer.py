"""Bundle files, made of their parts: canonical JSON that ``bundle_reader`` reads back the same."""

from collections.abc import Sequence
from typing import Any

from service.proof.bundle import (
    FORMAT_VERSION,
    AnchorPart,
    BlockPart,
    Bundle,
    IdentityPart,
    KeyEpochPart,
    LogEntry,
    LogPart,
    StatusPart,
    StorageProof,
)
from service.proof.bundle_reader import read_document
from service.proof.document import WrappedDocument
from service.proof.hashing import checksum_address
from service.proof.jcs import canonical_json
from service.proof.log import log_entry
from service.proof.promise import InclusionPromise
from service.proof.shape import format_time


def make_bundle(
    *,
    document: WrappedDocument,
    log: LogPart | None = None,
    anchor: AnchorPart | None = None,
    status: StatusPart | None = None,
    identity: IdentityPart | None = None,
    key_epoch: KeyEpochPart | None = None,
    promise: InclusionPromise | None = None,
) -> bytes:
    """The bundle file of a wrapped ``document`` and whatever proofs are at hand, canonical UTF-8.

    Raises ``FileShapeError`` where ``document`` is no wrapped document.
    """
    return bundle_bytes(
        Bundle(
            document=read_document(document),
            log=log,
            anchor=anchor,
            status=status,
            identity=identity,
            key_epoch=key_epoch,
            promise=promise,
        )
    )


def bundle_bytes(bundle: Bundle) -> bytes:
    """The file of ``bundle`` (RFC 8785); absent parts are left out."""
    parts: dict[str, Any] = {"v": FORMAT_VERSION, "document": bundle.document.wrapped}
    if bundle.log:
        parts["log"] = _log(bundle.log)
    if bundle.anchor:
        parts["anchor"] = _anchor(bundle.anchor)
    if bundle.status:
        parts["status"] = _status(bundle.status)
    identity = _identity(bundle.identity) if bundle.identity else {}
    if bundle.key_epoch:
        identity["keyEpoch"] = _key_epoch(bundle.key_epoch)
    if identity:
        parts["identity"] = identity
    if bundle.promise:
        parts["promise"] = _promise(bundle.promise)
    return canonical_json(parts)


def _entry(entry: LogEntry) -> dict[str, str | int]:
    return log_entry(
        kind=entry.kind, seq=entry.seq, target_hash=entry.target_hash.hex(), batch=entry.batch
    )


def _key_epoch(epoch: KeyEpochPart) -> dict[str, Any]:
    return {
        "document": epoch.document.wrapped,
        "log": {
            "entry": _entry(epoch.entry),
            "index": epoch.index,
            "proof": [sibling.hex() for sibling in epoch.proof],
        },
    }


def _promise(promise: InclusionPromise) -> dict[str, str | int]:
    return {
        "recordedAt": promise.recorded_at,
        "includeBy": promise.include_by,
        "signature": _evm(promise.signature),
    }


def _log(log: LogPart) -> dict[str, Any]:
    part: dict[str, Any] = {
        "entry": _entry(log.entry),
        "index": log.index,
        "size": log.head.size,
        "root": log.head.root.hex(),
        "proof": [sibling.hex() for sibling in log.proof],
    }
    if log.consistency:
        part["consistency"] = {
            "size": log.consistency.head.size,
            "root": log.consistency.head.root.hex(),
            "proof": [sibling.hex() for sibling in log.consistency.proof],
        }
    return part


def _block(block: BlockPart) -> dict[str, Any]:
    part: dict[str, Any] = {
        "number": block.number,
        "hash": _evm(block.hash),
        "headerRlp": _evm(block.header_rlp),
    }
    if block.seals:
        signatures = _nodes(block.seals.signatures)
        part["seals"] = {"round": block.seals.round, "signatures": signatures}
    return part


def _anchor(anchor: AnchorPart) -> dict[str, Any]:
    return {
        "chainId": anchor.chain_id,
        "address": checksum_address(anchor.address),
        "seq": anchor.seq,
        "oldSize": anchor.old_size,
        "newSize": anchor.new_size,
        "head": _evm(anchor.head),
        "batchRoot": _evm(anchor.batch_root),
        "txHash": _evm(anchor.tx_hash),
        "txIndex": anchor.tx_index,
        "logIndex": anchor.log_index,
        "block": _block(anchor.block),
        "receipt": _evm(anchor.receipt),
        "receiptProof": _nodes(anchor.receipt_proof),
        "finality": {"kind": anchor.finality.value},
    }


def _status(status: StatusPart) -> dict[str, Any]:
    return {
        "asOfBlock": _block(status.block),
        "accountProof": _nodes(status.account_proof),
        "storageHash": _evm(status.storage_hash),
        "codeHash": _evm(status.code_hash),
        "storage": [_storage(word) for word in status.storage],
    }


def _storage(word: StorageProof) -> dict[str, Any]:
    part: dict[str, Any] = {
        "name": word.name,
        "slot": _evm(word.slot),
        "value": hex(word.value),
        "proof": _nodes(word.proof),
    }
    if word.key is not None:
        part["key"] = _evm(word.key)
    return part


def _identity(identity: IdentityPart) -> dict[str, Any]:
    part: dict[str, Any] = {
        "location": identity.location,
        "records": list(identity.records),
        "queriedAt": format_time(identity.queried_at),
    }
    if identity.dnssec is not None:
        part["dnssec"] = identity.dnssec
    return part


def _evm(raw: bytes) -> str:
    return f"0x{raw.hex()}"


def _nodes(nodes: Sequence[bytes]) -> list[str]:
    return [_evm(node) for node in nodes]
