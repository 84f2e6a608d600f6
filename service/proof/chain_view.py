"""What a live chain may be asked, and all its answers, fetched before the checks begin.

The checks themselves ask nobody: they read the answers, so one silence means the same to each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from service.domain.errors import UnavailableError
from service.proof.bundle import LogHead
from service.proof.hashing import checksum_address


class ChainBlock(Protocol):
    """A block as a reader gives it: its number and its time in seconds since 1970 (UTC)."""

    @property
    def number(self) -> int:
        """Height."""

    @property
    def time_s(self) -> int:
        """Timestamp."""


class RegistryHead(Protocol):
    """The registry's log head: number of entries and root (32 bytes)."""

    @property
    def size(self) -> int:
        """Number of entries."""

    @property
    def head(self) -> bytes:
        """Root."""


class ChainReader(Protocol):
    """Read-only view of the registry at ``address`` (``service.chain.reader`` has one).

    Every method raises ``UnavailableError`` where no endpoint answers.
    """

    @property
    def address(self) -> str:
        """The registry that is read."""

    def chain_id(self) -> int:
        """Id of the chain."""

    def block(self, which: str) -> ChainBlock | None:
        """The block of a tag (``latest``, ``finalized``)."""

    def block_hash(self, number: int) -> bytes | None:
        """Hash of the canonical block at a height, None where there is none."""

    def code_hash(self, address: str) -> bytes:
        """Keccak-256 of the runtime code at ``address``."""

    def is_issued(self, root: bytes) -> bool:
        """Whether the batch root was issued."""

    def is_revoked(self, node: bytes) -> bool:
        """Whether this very hash was revoked."""

    def log_head(self) -> RegistryHead:
        """Size and root of the log."""

    def issued_at(self, root: bytes) -> int | None:
        """When the batch root was issued, seconds since 1970 (UTC), or None."""

    def lien_holder(self, lien_registry: str, key: bytes) -> str | None:
        """Address (EIP-55) of the bank that holds the key in the lien registry, None for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainAnswers:
    """Everything one verification wanted to know of the chain, at about one moment."""

    block: int
    time_s: int
    final_block: int | None
    block_hashes: dict[int, bytes | None]
    code_hash: bytes
    issued: bool
    revoked: frozenset[bytes]
    head: LogHead
    lien_holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LienQuestion:
    """Which bank holds ``key`` (32 bytes) in the lien registry (20 bytes)."""

    lien_registry: bytes
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What to ask: for the registry (20 bytes) on ``chain_id``, of a root, of nodes, of heights."""

    chain_id: int
    registry: bytes
    root: bytes
    nodes: tuple[bytes, ...]
    heights: tuple[int, ...]
    lien: LienQuestion | None = None


def ask_chain(chain: ChainReader | None, questions: Questions) -> ChainAnswers | None:
    """The answers, or None where there is no reader, it is silent, or it reads another registry."""
    if chain is None:
        return None
    address = checksum_address(questions.registry)
    try:
        if chain.address.lower() != address.lower() or chain.chain_id() != questions.chain_id:
            return None
        latest, final, head = chain.block("latest"), chain.block("finalized"), chain.log_head()
        if latest is None:
            return None
        return ChainAnswers(
            block=latest.number,
            time_s=latest.time_s,
            final_block=None if final is None else final.number,
            block_hashes={height: chain.block_hash(height) for height in questions.heights},
            code_hash=chain.code_hash(address),
            issued=chain.is_issued(questions.root),
            revoked=_revoked(chain, questions.nodes),
            head=LogHead(size=head.size, root=head.head),
            lien_holder=_lien_holder(chain, questions.lien),
        )
    except UnavailableError:
        return None


def _revoked(chain: ChainReader, nodes: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(node for node in nodes if chain.is_revoked(node))


def _lien_holder(chain: ChainReader, lien: LienQuestion | None) -> str | None:
    """None also where the lien registry cannot be read: the evidence does not hang on it."""
    if lien is None:
        return None
    try:
        return chain.lien_holder(checksum_address(lien.lien_registry), lien.key)
    except UnavailableError:
        return None
