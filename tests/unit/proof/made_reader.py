"""A chain reader that answers from values, with the interface of the one over JSON-RPC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.proof.errors import ChainSilentError
from tests.unit.proof.documents import LIEN_REGISTRY, REGISTRY
from tests.unit.proof.made_chain import CHAIN_ID, CODE_HASH, Truck


@dataclass(frozen=True, slots=True)
class MadeBlock:
    number: int
    time_s: int


@dataclass(frozen=True, slots=True)
class MadeHead:
    size: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReader:
    """What the chain says; ``silent`` makes every question go unanswered."""

    head: MadeHead
    hashes: Mapping[int, bytes] = field(default_factory=dict)
    address: str = REGISTRY
    chain: int = CHAIN_ID
    code: bytes = CODE_HASH
    issued: bool = True
    revoked: frozenset[bytes] = frozenset()
    latest: MadeBlock | None = MadeBlock(20, 1_772_340_000)
    final: MadeBlock | None = MadeBlock(18, 1_772_339_000)
    silent: bool = False
    issue_times: Mapping[bytes, int] = field(default_factory=dict)
    lien_bank: str | None = None
    lien_registry_answers: bool = True

    def chain_id(self) -> int:
        if self.silent:
            raise ChainSilentError
        return self.chain

    def block(self, which: str) -> MadeBlock | None:
        return {"latest": self.latest, "finalized": self.final}[which]

    def block_hash(self, number: int) -> bytes | None:
        return self.hashes.get(number)

    def code_hash(self, address: str) -> bytes:
        assert address == REGISTRY
        return self.code

    def is_issued(self, root: bytes) -> bool:
        assert len(root) == 32
        return self.issued

    def is_revoked(self, node: bytes) -> bool:
        return node in self.revoked

    def log_head(self) -> MadeHead:
        return self.head

    def issued_at(self, root: bytes) -> int | None:
        return self.issue_times.get(root)

    def lien_holder(self, lien_registry: str, key: bytes) -> str | None:
        assert lien_registry == LIEN_REGISTRY
        assert len(key) == 32
        if not self.lien_registry_answers:
            raise ChainSilentError
        return self.lien_bank


def reader_of(truck: Truck, **changed: object) -> MadeReader:
    """A reader of the chain that anchored ``truck``, with ``changed`` answers."""
    answers: dict[str, object] = {
        "head": MadeHead(truck.later_head.size, truck.later_head.root),
        "hashes": dict(truck.trust.known_blocks[CHAIN_ID]),
    }
    return MadeReader(**{**answers, **changed})  # type: ignore[arg-type]
