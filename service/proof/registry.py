"""The registry contract as a verifier sees it: storage slots and the DNS record that names it.

The slots are those of the published storage layout (ledger.md, section 6.4); they hold for the
runtime code whose hash the trust file names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.proof.hashing import checksum_address, keccak256

_NUMBERS = {
    "size_seq": 4,
    "head": 5,
    "issuedAt": 6,
    "revokedAt": 7,
    "revokeReason": 8,
    "supersededBy": 9,
}
SLOT_NAMES = frozenset(_NUMBERS)
_UINT64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySlot:
    """One storage word: its ``name``, the ``key`` of a mapping (32 bytes), its ``slot``."""

    name: str
    key: bytes | None
    slot: bytes


def registry_slot(name: str, key: bytes | None = None) -> RegistrySlot:
    """The slot of the variable ``name``; of a mapping, keccak-256 of key and slot number."""
    number = _NUMBERS[name].to_bytes(32, "big")
    return RegistrySlot(name=name, key=key, slot=number if key is None else keccak256(key + number))


def slots_of_document(nodes: Sequence[bytes]) -> list[RegistrySlot]:
    """Every slot that tells the state of a document, in the order of a bundle.

    ``nodes`` are ``folded_nodes``: the target hash first, the batch root last. A revoked node
    revokes everything beneath it, so each of them is asked for.
    """
    target_hash, root = nodes[0], nodes[-1]
    return [
        registry_slot("size_seq"),
        registry_slot("head"),
        registry_slot("issuedAt", root),
        *(registry_slot("revokedAt", node) for node in nodes),
        registry_slot("revokeReason", target_hash),
        registry_slot("supersededBy", target_hash),
    ]


def split_size_seq(word: int) -> tuple[int, int]:
    """Log size and number of anchors from the word ``size_seq`` (size in the low 8 bytes)."""
    return word & _UINT64, word >> 64


def dns_record(chain_id: int, registry: bytes) -> str:
    """The DNS TXT record by which an issuer's domain names its registry (section 7.2)."""
    return f"openatts net=ethereum netId={chain_id} addr={checksum_address(registry)}"
