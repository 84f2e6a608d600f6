"""Finality: contract state agrees, the block can no longer change, and the proofs are kept."""

from collections.abc import Mapping
from typing import Any

from service.chain.proofs import StatusProof, anchor_proof, status_proofs
from service.proof.batch import BatchTree, folded_nodes
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json
from service.storage import batches
from service.storage.batches import BatchRow, TransitionRow
from service.storage.db import Tx
from service.usecases.anchorage import (
    Anchorage,
    fail,
    is_canonical,
    is_final,
    move,
    send_back,
)
from service.usecases.ports import Deps


def confirm(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Contract state agrees and the block is canonical."""
    if not is_canonical(now_in, anchorage):
        return send_back(batch, {"block_hash": now_in.detail["block_hash"]}, deps)
    if anchorage.registry.issued_at(batch.batch_root) is None:
        return fail(batch, deps, "mined, but the contract does not hold the batch root")
    place = {name: now_in.detail[name] for name in ("tx", "block", "block_hash")}
    return move(batch, "confirmed", place, deps)


def finalise(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The block cannot change any more: keep the proofs while the node can still give them."""
    if not is_canonical(now_in, anchorage):
        return send_back(batch, {"block_hash": now_in.detail["block_hash"]}, deps)
    registry = anchorage.registry
    if not is_final(now_in.detail["block"], anchorage):
        if registry.is_local():
            registry.mine_empty_blocks(2)
            return True
        return False
    anchored = anchor_proof(
        registry,
        bytes.fromhex(now_in.detail["tx"]),
        finality={"kind": anchorage.finality.kind},
    )
    with deps.db.transaction() as tx:
        leaves = batches.leaves_of(tx, batch.batch_no)
    tree = BatchTree(leaves)
    status = status_proofs(registry, [folded_nodes(leaf, tree.proof(leaf)) for leaf in leaves])
    _store_final(batch, now_in, anchored.to_json(), joined_status(status), deps)
    return True


def joined_status(parts: list[StatusProof]) -> dict[str, Any]:
    """The status of a whole batch: the documents share the block, the account and many slots."""
    storage = {entry["slot"]: entry for part in parts for entry in part.to_json()["storage"]}
    return {**parts[0].to_json(), "storage": [storage[slot] for slot in sorted(storage)]}


def _store_final(
    batch: BatchRow,
    now_in: TransitionRow,
    anchor: Mapping[str, Any],
    status: Mapping[str, Any],
    deps: Deps,
) -> None:
    now = deps.now()
    anchor_bytes, status_bytes = canonical_json(dict(anchor)), canonical_json(dict(status))
    digest = sha256(anchor_bytes + status_bytes)
    place = {name: now_in.detail[name] for name in ("tx", "block", "block_hash")}
    with deps.db.transaction() as tx:
        if _is_still(tx, now_in):
            final = batches.add_transition(
                tx, batch.batch_no, "final", {**place, "proof": digest.hex()}, at=now
            )
            batches.add_anchor_proof(
                tx,
                batches.AnchorProofRow(
                    batch_no=batch.batch_no,
                    step=final.step,
                    anchor=anchor_bytes,
                    status=status_bytes,
                    sha256=digest,
                    stored_at=now,
                ),
            )


def _is_still(tx: Tx, now_in: TransitionRow) -> bool:
    state = batches.state_of(tx, now_in.batch_no)
    return state is not None and state.step == now_in.step
