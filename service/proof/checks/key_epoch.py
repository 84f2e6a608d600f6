"""The key epoch beside the identity: a document of its own, in the same log, stating one key.

Findings are those of ISSUER_IDENTITY: a key that the issuer does not state is nobody's.
"""

from typing import Any

from service.proof.batch import folded_nodes
from service.proof.bundle import DocumentPart, KeyEpochPart, LogPart
from service.proof.case import Case, product_kind
from service.proof.checks.inclusion import entry_is_included
from service.proof.checks.semantics import judge_record
from service.proof.document import document_data, hidden_hashes, target_hash
from service.proof.errors import FileShapeError, HeaderError, LeafFormatError
from service.proof.families import ISSUER_IDENTITY
from service.proof.header import decode_header
from service.proof.issuer import StatedIssuer, stated_issuer
from service.proof.key_epoch import KEY_EPOCH, KeyEpoch, KeyPurpose, read_key
from service.proof.shape import Part
from service.proof.verdict import Check, Status

INVALID_IDENTITY = 1
_BESIDE = ("public_key", "reason", "stated_at")


def stated_key(case: Case) -> KeyEpoch | Check | None:
    """The key that the bundle's key epoch proves, why it proves none, or None where there is none.

    An anchoring key must have been valid when the batch was anchored; of a promise key the promise
    says when.
    """
    epoch, log = case.bundle.key_epoch, case.bundle.log
    if epoch is None or log is None:
        return None
    if not _is_in_the_log(epoch, log):
        return _invalid("The key epoch is not in the log of this document.")
    data = _sealed_data(epoch.document)
    if data is None or not _is_by_the_issuer(data, case.stated):
        return _invalid("The key epoch is no document of this issuer.")
    key = _key(data)
    if key is None:
        return _invalid("The key epoch does not state a whole key.")
    anchored_at = _anchored_at(case)
    is_late = anchored_at is not None and not key.was_valid_at(anchored_at)
    if key.purpose is KeyPurpose.ANCHOR and is_late:
        return _invalid(f"The key {key.key_id} was not valid when the batch was anchored.")
    return key


def _is_in_the_log(epoch: KeyEpochPart, log: LogPart) -> bool:
    entry = epoch.entry
    stated = (KEY_EPOCH, epoch.index, epoch.document.target_hash)
    return (entry.kind, entry.seq, entry.target_hash) == stated and entry_is_included(
        entry, epoch.index, epoch.proof, log.head
    )


def _sealed_data(document: DocumentPart) -> dict[str, Any] | None:
    """The unsalted data, all of them, where they give the target hash and that the batch root."""
    if hidden_hashes(document.wrapped):
        return None  # what ends the key may be what is hidden
    try:
        data = document_data(document.wrapped)
    except LeafFormatError:
        return None
    computed = target_hash(document.wrapped["data"])
    root = folded_nodes(document.target_hash, document.proof)[-1]
    whole = (computed, root) == (document.target_hash.hex(), document.merkle_root)
    return data if whole else None


def _is_by_the_issuer(data: dict[str, Any], issuer: StatedIssuer | None) -> bool:
    own = stated_issuer(data)
    if own is None or issuer is None or product_kind(data) != KEY_EPOCH:
        return False
    return (own.store, own.location) == (issuer.store, issuer.location)


def _key(data: dict[str, Any]) -> KeyEpoch | None:
    if judge_record(KEY_EPOCH, data, partial=False).status is not Status.VALID:
        return None
    stated = {name: value for name, value in data["record"].items() if name not in _BESIDE}
    try:
        return read_key(Part(stated, "record", required=stated))
    except FileShapeError:
        return None


def _anchored_at(case: Case) -> int | None:
    """Time of the anchor's block, seconds since 1970; None where its header cannot be read."""
    try:
        anchor = case.bundle.anchor
        return decode_header(anchor.block.header_rlp).timestamp if anchor else None
    except HeaderError:
        return None


def _invalid(message: str) -> Check:
    return ISSUER_IDENTITY.invalid(INVALID_IDENTITY, message)
