"""What is brought onto the chain: a batch or a chain task, seen alike.

Both are a call of a contract with a trail of steps and attempts. What differs is how the contract
shows that it was done, and what is kept when it is final.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from service.chain.registry import RegistryClient
from service.chain.values import EventPlace
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.trail import Owner, StepRow, Trail
from service.usecases.anchorage import Anchorage
from service.usecases.ports import Deps

UNSENT = ("sealed", "requested", "reorged")
IN_FLIGHT = ("submitted",)
ON_CHAIN = ("mined", "confirmed", "final")


class Standing(StrEnum):
    """What the contract says of a piece of work, asked before it is sent and after."""

    OPEN = "open"
    DONE = "done"
    WAITING = "waiting"
    """Something else has to come first."""
    CONFLICT = "conflict"
    """It can never be done: the contract holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalProof:
    """What is kept of a final piece of work; ``digest`` goes into its last step."""

    parts: Mapping[str, bytes]
    digest: bytes


class ChainWork(Protocol):
    """One call of a contract that must come to be final exactly once."""

    @property
    def trail(self) -> Trail: ...

    @property
    def owner(self) -> Owner: ...

    @property
    def to(self) -> str:
        """Address of the contract."""
        ...

    def calldata(self, deps: Deps) -> bytes:
        """The call, made from what is stored; raises where the stored bytes do not bear it out."""
        ...

    def standing(self, registry: RegistryClient) -> Standing:
        """What the contract's state says."""
        ...

    def done_at(self, registry: RegistryClient) -> EventPlace | None:
        """Where the contract says that it was done, whoever sent it."""
        ...

    def is_held(self, registry: RegistryClient, now_in: StepRow) -> bool:
        """Whether the contract's state bears out what the receipt said."""
        ...

    def final_proof(self, anchorage: Anchorage, now_in: StepRow, deps: Deps) -> FinalProof | None:
        """What must be kept while the node can still give it."""
        ...

    def keep(self, tx: Tx, proof: FinalProof, final: StepRow) -> None:
        """Store the proof beside the final step."""
        ...


def move(trail: Trail, now_in: StepRow, state: str, detail: Mapping[str, Any], deps: Deps) -> bool:
    """Append a step, unless another process has gone on from ``now_in`` meanwhile."""
    with deps.db.transaction() as tx:
        if is_still(tx, trail, now_in):
            trail.add(tx, now_in.owner, state, dict(detail), at=deps.now())
    return True


def is_still(tx: Tx, trail: Trail, now_in: StepRow) -> bool:
    """Whether ``now_in`` is still the newest step; nobody else adds one before ``tx`` ends."""
    hold(tx, f"steps of {trail.owner} {now_in.owner}")
    newest = trail.last(tx, now_in.owner)
    return newest is not None and newest.step == now_in.step


def fail(trail: Trail, now_in: StepRow, reason: str, deps: Deps) -> bool:
    """Leave it to a person."""
    return move(trail, now_in, "failed", {"reason": reason}, deps)


def place_of(now_in: StepRow) -> dict[str, Any]:
    """Transaction and block of a step that is on the chain."""
    return {name: now_in.detail[name] for name in ("tx", "block", "block_hash")}
