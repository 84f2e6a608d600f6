"""What anchoring works with: the registry, its account, and the steps of a batch as rows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.chain.registry import RegistryClient
from service.chain.signer import LocalSigner
from service.chain.values import LogHead
from service.storage import batches
from service.storage.batches import BatchRow, TransitionRow
from service.usecases.ports import Deps
from service.usecases.sealing import AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalityPolicy:
    """When an anchor counts as final: the node's ``finalized`` tag, or ``k_blocks`` on top."""

    kind: str = "finalized"
    k_blocks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchorage:
    """The registry, the account that writes to it, and how patient and rich that account is."""

    registry: RegistryClient
    signer: LocalSigner
    finality: FinalityPolicy = FinalityPolicy()
    max_cost_wei: int = 10**17
    seal_after: timedelta = AT_ONCE
    rebroadcast_after: timedelta = timedelta(seconds=15)
    bump_after: timedelta = timedelta(seconds=60)


def holds(head: LogHead, batch: BatchRow) -> bool:
    return head.size == batch.new_size and head.head == batch.head


def is_canonical(now_in: TransitionRow, anchorage: Anchorage) -> bool:
    block = anchorage.registry.block(int(now_in.detail["block"]))
    return block is not None and block.block_hash.hex() == now_in.detail["block_hash"]


def is_final(block_number: int, anchorage: Anchorage) -> bool:
    tag = "latest" if anchorage.finality.kind == "k-blocks" else "finalized"
    block = anchorage.registry.block(tag)
    return block is not None and block.number - anchorage.finality.k_blocks >= block_number


def send_back(batch: BatchRow, detail: dict[str, Any], deps: Deps) -> bool:
    return move(batch, "reorged", detail, deps)


def fail(batch: BatchRow, deps: Deps, reason: str) -> bool:
    return move(batch, "failed", {"reason": reason}, deps)


def move(batch: BatchRow, state: str, detail: dict[str, Any], deps: Deps) -> bool:
    with deps.db.transaction() as tx:
        batches.add_transition(tx, batch.batch_no, state, detail, at=deps.now())
    return True
