"""A batch on its way to the chain."""

from dataclasses import dataclass
from typing import Any

from service.chain.proofs import StatusProof, anchor_proof, status_proofs
from service.chain.registry import RegistryClient, anchor_calldata
from service.chain.values import EventPlace
from service.proof.batch import BatchTree, folded_nodes
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json
from service.proof.log import LogTree, leaf_hash
from service.storage import batches
from service.storage.batches import BatchRow
from service.storage.db import Tx
from service.storage.trail import BATCHES, Owner, StepRow, Trail
from service.usecases.anchorage import Anchorage
from service.usecases.chain_work import FinalProof, Standing
from service.usecases.ports import Deps
from service.usecases.sealing import LogBrokenError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWork:
    """One anchor call, final when the contract holds the batch's root for good."""

    batch: BatchRow
    to: str

    @property
    def trail(self) -> Trail:
        """Where batches leave their steps."""
        return BATCHES

    @property
    def owner(self) -> Owner:
        """The number of the batch."""
        return self.batch.batch_no

    def calldata(self, deps: Deps) -> bytes:
        """The anchor call; root, head and proof are made anew from the stored entries.

        Raises ``LogBrokenError`` where they are not those that were sealed.
        """
        batch = self.batch
        with deps.db.transaction() as tx:
            entries = batches.all_entries(tx)[: batch.new_size]
            leaves = batches.leaves_of(tx, batch.batch_no)
        log = LogTree([leaf_hash(entry) for entry in entries])
        _require_same(log.root(), batch.head)
        _require_same(BatchTree(leaves).root, batch.batch_root)
        proof = log.consistency_proof(batch.old_size) if batch.old_size else []
        _require_same(b"".join(proof), batch.consistency_proof)
        return anchor_calldata(
            batch_root=batch.batch_root, new_size=batch.new_size, new_head=batch.head, proof=proof
        )

    def standing(self, registry: RegistryClient) -> Standing:
        """Done when the root is issued; open while the contract stands where the batch begins."""
        head = registry.log_head()
        if registry.is_issued(self.batch.batch_root):
            return Standing.DONE
        if head.size == self.batch.old_size:
            return Standing.OPEN
        return Standing.WAITING if head.size < self.batch.old_size else Standing.CONFLICT

    def done_at(self, registry: RegistryClient) -> EventPlace | None:
        """Where the anchor call of this batch stands."""
        return registry.anchored(self.batch.batch_root)

    def is_held(self, registry: RegistryClient, now_in: StepRow) -> bool:  # noqa: ARG002 # its root tells
        """Whether the contract holds the root."""
        return registry.is_issued(self.batch.batch_root)

    def final_proof(self, anchorage: Anchorage, now_in: StepRow, deps: Deps) -> FinalProof:
        """The anchor call in its block, and the status of every document of the batch."""
        registry, tx_hash = anchorage.registry, bytes.fromhex(now_in.detail["tx"])
        anchored = anchor_proof(registry, tx_hash, finality=anchorage.finality.stated())
        anchor = canonical_json(anchored.to_json())
        at = anchorage.settled_block(now_in)
        status = batch_status(registry, self.batch.batch_no, at=at, deps=deps)
        digest = sha256(anchor + status)
        return FinalProof(parts={"anchor": anchor, "status": status}, digest=digest)

    def keep(self, tx: Tx, proof: FinalProof, final: StepRow) -> None:
        """Store both proofs."""
        row = batches.AnchorProofRow(
            batch_no=self.batch.batch_no,
            step=final.step,
            anchor=proof.parts["anchor"],
            status=proof.parts["status"],
            sha256=proof.digest,
            stored_at=final.at,
        )
        batches.add_anchor_proof(tx, row)


def batch_status(registry: RegistryClient, batch_no: int, *, at: int, deps: Deps) -> bytes:
    """What the contract held for every document of a batch at block ``at``, as canonical JSON."""
    with deps.db.transaction() as tx:
        leaves = batches.leaves_of(tx, batch_no)
    tree = BatchTree(leaves)
    paths = [folded_nodes(leaf, tree.proof(leaf)) for leaf in leaves]
    parts = status_proofs(registry, paths, at=at)
    return canonical_json(_joined(parts))


def _joined(parts: list[StatusProof]) -> dict[str, Any]:
    """One status of all: the documents share the block, the account and many slots."""
    storage = {entry["slot"]: entry for part in parts for entry in part.to_json()["storage"]}
    return {**parts[0].to_json(), "storage": [storage[slot] for slot in sorted(storage)]}


def _require_same(computed: bytes, stored: bytes) -> None:
    """Never publish what the stored bytes do not lead to."""
    if computed != stored:
        raise LogBrokenError(value=computed.hex(), limit=stored.hex())
