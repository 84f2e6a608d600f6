"""The offline bundle ``.ferrotrace.json``: a document with everything that proves it.

The values here mirror the file member by member (ledger.md, section 9; docs/bundle.md).
``bundle_reader`` reads a file into them, ``bundle_writer`` makes a file of them. Nothing in a
bundle is trusted: ``verify`` holds every member against a proof or a trusted source.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.proof.document import WrappedDocument
from service.proof.promise import InclusionPromise
from service.proof.qbft import BlockSeals

FORMAT_VERSION = 1
FILE_SUFFIX = ".ferrotrace.json"


class FinalityKind(StrEnum):
    """How the exporter saw the anchor's block settle; a claim, the verifier forms its own view."""

    TRUSTED_HASH = "trusted-hash"
    K_BLOCKS = "k-blocks"
    FINALIZED = "finalized"
    QBFT_SEALS = "qbft-seals"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPart:
    """The wrapped document as it stands in the file, with its signature decoded."""

    wrapped: WrappedDocument
    target_hash: bytes
    proof: tuple[bytes, ...]
    merkle_root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """The log's entry of a document; ``seq`` is its zero-based place, ``batch`` the anchor."""

    kind: str
    seq: int
    target_hash: bytes
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """Size and root of the log at one moment."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConsistency:
    """Proof that the bundle's log head is the beginning of a newer one."""

    head: LogHead
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPart:
    """The entry and its inclusion in the log of the anchored size."""

    entry: LogEntry
    index: int
    head: LogHead
    proof: tuple[bytes, ...]
    consistency: LogConsistency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPart:
    """A block: number, hash and header in RLP; ``seals`` where validators signed it."""

    number: int
    hash: bytes
    header_rlp: bytes
    seals: BlockSeals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorPart:
    """The transaction that anchored the batch, with the receipt under its block's root.

    ``log_index`` counts inside this receipt, not inside the block. ``address`` has 20 bytes.
    """

    chain_id: int
    address: bytes
    seq: int
    old_size: int
    new_size: int
    head: bytes
    batch_root: bytes
    tx_hash: bytes
    tx_index: int
    log_index: int
    block: BlockPart
    receipt: bytes
    receipt_proof: tuple[bytes, ...]
    finality: FinalityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageProof:
    """One storage word of the registry with its proof; ``key`` only for mappings."""

    name: str
    key: bytes | None
    slot: bytes
    value: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPart:
    """State of the registry as of one block: account and storage proofs."""

    block: BlockPart
    account_proof: tuple[bytes, ...]
    storage_hash: bytes
    code_hash: bytes
    storage: tuple[StorageProof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPart:
    """What the issuer's domain said in DNS when the bundle was made."""

    location: str
    records: tuple[str, ...]
    queried_at: datetime
    dnssec: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEpochPart:
    """The document that states a signing key, and its entry under the same head as ``log``."""

    document: DocumentPart
    entry: LogEntry
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A whole bundle; ``status`` needs ``anchor``, ``key_epoch`` needs ``log``.

    In the file the key epoch stands inside ``identity``.
    """

    document: DocumentPart
    log: LogPart | None = None
    anchor: AnchorPart | None = None
    status: StatusPart | None = None
    identity: IdentityPart | None = None
    key_epoch: KeyEpochPart | None = None
    promise: InclusionPromise | None = None
