"""What the worker works with: the registry, its account, its patience and its purse."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from service.chain.quorum import Tag, is_settled
from service.chain.registry import RegistryClient
from service.chain.signer import Signer
from service.storage.trail import StepRow
from service.usecases.pace import Pace

FinalityKind = Literal["finalized", "k-blocks", "qbft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalityPolicy:
    """When a block counts as final.

    By the node's ``finalized`` tag, with ``k_blocks`` on top of it, or as soon as a chain with
    immediate finality (QBFT) has it.
    """

    kind: FinalityKind = "finalized"
    k_blocks: int = 0

    @classmethod
    def of(cls, text: str) -> "FinalityPolicy":
        """The policy that a setting names: ``finalized``, ``k-blocks:N`` or ``qbft``."""
        kind, _, depth = text.partition(":")
        if kind == "k-blocks":
            return cls(kind="k-blocks", k_blocks=int(depth))
        return cls(kind="qbft" if kind == "qbft" else "finalized")

    @property
    def tag(self) -> Tag:
        """The block from which is counted."""
        return "finalized" if self.kind == "finalized" else "latest"

    @property
    def depth(self) -> int:
        """Blocks that must lie on top of the one in question."""
        return self.k_blocks if self.kind == "k-blocks" else 0

    def stated(self) -> dict[str, Any]:
        """The object ``anchor.finality`` of a bundle."""
        match self.kind:
            case "k-blocks":
                return {"kind": "k-blocks", "k": self.k_blocks}
            case "qbft":
                return {"kind": "k-blocks", "k": 0}
            case _:
                return {"kind": "finalized"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchorage:
    """The registry, the account that writes to it, and how patient and rich that account is.

    ``max_cost_wei`` bounds one transaction; above it the offer waits unchanged.
    """

    registry: RegistryClient
    signer: Signer
    finality: FinalityPolicy = FinalityPolicy()
    max_cost_wei: int = 10**17
    pace: Pace = field(default_factory=Pace)
    rebroadcast_after: timedelta = timedelta(seconds=15)
    bump_after: timedelta = timedelta(seconds=60)

    def is_canonical(self, step: StepRow) -> bool:
        """Whether the chain still has the block of the step; all endpoints must agree."""
        known = self.registry.block_hash(int(step.detail["block"]))
        return known is not None and known.hex() == step.detail["block_hash"]

    def settled_block(self, step: StepRow) -> int:
        """Height of the newest block that can no longer change; ``step``, which is final, has one.

        What is kept of the contract's state is of this block: the latest one may be gone tomorrow.
        """
        tip = self.registry.block(self.finality.tag)
        settled = 0 if tip is None else tip.number - self.finality.depth
        return max(settled, int(step.detail["block"]))

    def is_final(self, step: StepRow) -> bool:
        """Whether the block of the step can no longer change, by a quorum of the endpoints."""
        return is_settled(
            self.registry.rpc,
            int(step.detail["block"]),
            bytes.fromhex(step.detail["block_hash"]),
            tag=self.finality.tag,
            blocks_on_top=self.finality.depth,
        )
