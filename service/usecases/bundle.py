"""What leaves the house as proof: bundles and the trust file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.errors import NotFoundError
from service.proof.batch import BatchTree, folded_nodes
from service.proof.document import with_proof
from service.proof.hashing import checksum_address
from service.proof.header import decode_header
from service.proof.jcs import canonical_json
from service.proof.log import LogTree, leaf_hash
from service.proof.registry import slots_of_document
from service.proof.shape import format_unix_time
from service.storage import batches
from service.storage.chain_task import status_proofs, status_proofs_of
from service.storage.db import Tx
from service.storage.journal import JournalRow, entry_by_hash
from service.usecases.bundle_identity import identity_part, promise_part, trusted_keys
from service.usecases.ports import Deps, Issuer


def bundle(target_hash: str, deps: Deps) -> bytes:
    """The bundle of a document with every proof that exists by now.

    Who may have it is decided by who may read the document: see ``views.document``.
    """
    with deps.db.transaction() as tx:
        entry = entry_by_hash(tx, _hash(target_hash))
        if entry is None:
            raise NotFoundError(field="target_hash", what="document", key=target_hash[:64])
        return _bundle(tx, entry, deps.issuer)


def _bundle(tx: Tx, entry: JournalRow, issuer: Issuer) -> bytes:
    wrapped = json.loads(entry.document)
    promise = promise_part(tx, entry.target_hash)
    promised = {} if promise is None else {"promise": promise}
    place = batches.entry_of(tx, entry.target_hash)
    if place is None:
        return canonical_json({"v": 1, "document": wrapped, **promised})
    batch = batches.batch_by_no(tx, place.batch_no)
    assert batch is not None  # noqa: S101 # a foreign key holds it
    tree = BatchTree(batches.leaves_of(tx, place.batch_no))
    path = tree.proof(entry.target_hash)
    log = LogTree([leaf_hash(stored) for stored in batches.all_entries(tx)])
    parts: dict[str, Any] = {
        "v": 1,
        **promised,
        "document": with_proof(wrapped, proof=path, merkle_root=tree.root),
        "log": {
            "entry": json.loads(place.entry),
            "index": place.leaf_index,
            "size": batch.new_size,
            "root": log.root(batch.new_size).hex(),
            "proof": [node.hex() for node in log.inclusion_proof(place.leaf_index, batch.new_size)],
        },
    }
    newest = _newest_final(tx)
    if newest is not None and newest.new_size > batch.new_size:
        parts["log"]["consistency"] = _continued(log, batch.new_size, newest.new_size)
    proof = batches.anchor_proof_of(tx, place.batch_no)
    if proof is not None:
        parts["anchor"] = json.loads(proof.anchor)
        nodes = folded_nodes(entry.target_hash, path)
        parts["status"] = _status_of(_newest_status(tx, proof), nodes)
    identity = identity_part(
        tx,
        entry.target_hash,
        log=log,
        size=batch.new_size,
        anchored_at=None if proof is None else _anchored_at(proof),
        issuer=issuer,
    )
    if identity is not None:
        parts["identity"] = identity
    return canonical_json(parts)


def _continued(log: LogTree, size: int, newer_size: int) -> dict[str, Any]:
    """The newer head, and the proof that the log of ``size`` is its beginning."""
    return {
        "size": newer_size,
        "root": log.root(newer_size).hex(),
        "proof": [node.hex() for node in log.consistency_proof(size, newer_size)],
    }


def _newest_status(tx: Tx, proof: batches.AnchorProofRow) -> dict[str, Any]:
    """The status of a batch as of the latest block for which it was kept: a revocation in the
    batch leaves a newer one."""
    kept = [proof.status, *(row.status for row in status_proofs_of(tx, proof.batch_no))]
    return max(map(json.loads, kept), key=lambda status: int(status["asOfBlock"]["number"]))


def _status_of(status: Mapping[str, Any], nodes: list[bytes]) -> dict[str, Any]:
    """The part of a batch's status that is about one document, word by word in its order."""
    words = {word["slot"]: word for word in status["storage"]}
    slots = [f"0x{wanted.slot.hex()}" for wanted in slots_of_document(tuple(nodes))]
    return {**status, "storage": [words[slot] for slot in slots]}


def _newest_final(tx: Tx) -> batches.BatchRow | None:
    """The newest batch whose anchor cannot change any more: its head may be remembered."""
    final = [int(step.owner) for step in batches.states(tx, among=("final",))]
    return batches.batch_by_no(tx, final[-1]) if final else None


def trust_content(
    deps: Deps, *, chain_id: int, code_hash: bytes, validators: Sequence[str] = ()
) -> dict[str, Any]:
    """The trust file as JSON values; written by the worker whenever a batch becomes final.

    ``validators`` are the accounts (``0x…``) that seal the blocks of a QBFT chain.
    """
    registry = _checksummed(deps.issuer.document_store)
    with deps.db.transaction() as tx:
        proofs = batches.anchor_proofs(tx)
        revoked = status_proofs(tx)
        newest = _newest_final(tx)
        last = newest and batches.anchor_proof_of(tx, newest.batch_no)
        keys = trusted_keys(tx)
    blocks: dict[str, str] = {}
    kept = [json.loads(proof.anchor)["block"] for proof in proofs]
    statuses = [proof.status for proof in proofs] + [proof.status for proof in revoked]
    kept += [json.loads(status)["asOfBlock"] for status in statuses]
    for block in kept:
        blocks[str(block["number"])] = block["hash"]
    issuer: dict[str, Any] = {
        "name": deps.issuer.name,
        "location": deps.issuer.location,
        "chain_id": chain_id,
        "registry": registry,
        "code_hash": f"0x{code_hash.hex()}",
        "dns_txt": f"openatts net=ethereum netId={chain_id} addr={registry}",
    }
    if newest is not None:
        issuer["head"] = {"size": newest.new_size, "root": newest.head.hex()}
        if last:
            issuer["head"]["time"] = format_unix_time(_anchored_at(last))
    if keys:
        issuer["keys"] = keys
    if deps.lien_registry:
        issuer["lien_registry"] = _checksummed(deps.lien_registry)
    content = {"v": 1, "issuers": [issuer], "known_blocks": {str(chain_id): blocks}}
    if validators:
        content["qbft_validators"] = {str(chain_id): list(validators)}
    return content


def _checksummed(address: str) -> str:
    return checksum_address(bytes.fromhex(address.removeprefix("0x")))


def _anchored_at(proof: batches.AnchorProofRow) -> int:
    """Time of the block in which the head became the newest, seconds since 1970."""
    header = decode_header(bytes.fromhex(json.loads(proof.anchor)["block"]["headerRlp"][2:]))
    return header.timestamp


def _hash(target_hash: str) -> bytes:
    try:
        return bytes.fromhex(target_hash)
    except ValueError:
        return b""
