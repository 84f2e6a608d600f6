"""Evidence documents: OpenAttestation v2 wrapped documents (ledger.md, section 3).

``{version, data (salted), signature{type, targetHash, proof[], merkleRoot}, privacy?}``. Hashes are
64 hex digits without ``0x``. The dictionaries here are the JSON of the format, nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from service.proof.errors import LeafFormatError
from service.proof.hashing import keccak256
from service.proof.leaves import SaltSource, field_hash, flattened, leaf_value, salted

SCHEMA_URL = "https://schema.openattestation.com/2.0/schema.json"
SIGNATURE_TYPE = "SHA3MerkleProof"

WrappedDocument: TypeAlias = dict[str, Any]


def wrap(data: Mapping[str, Any], salt: SaltSource) -> WrappedDocument:
    """The wrapped document of ``data``, a batch of one until ``with_proof`` places it in its own.

    ``salt`` returns a fresh UUID v4 text for each leaf. Raises ``DocumentValueError`` for values
    that may not stand in a document.
    """
    return wrap_salted(salted(data, salt))


def wrap_salted(salted_data: Mapping[str, Any]) -> WrappedDocument:
    """The wrapped document of data whose leaves are salted already."""
    digest = target_hash(salted_data)
    return {
        "version": SCHEMA_URL,
        "data": salted_data,
        "signature": {
            "type": SIGNATURE_TYPE,
            "targetHash": digest,
            "proof": [],
            "merkleRoot": digest,
        },
    }


def with_proof(
    wrapped: WrappedDocument, *, proof: Sequence[bytes], merkle_root: bytes
) -> WrappedDocument:
    """``wrapped`` placed in a batch: ``proof`` bottom up (32 bytes each) and the batch root."""
    place = {"proof": [sibling.hex() for sibling in proof], "merkleRoot": merkle_root.hex()}
    return {**wrapped, "signature": {**wrapped["signature"], **place}}


def target_hash(salted_data: Mapping[str, Any], hidden: Iterable[str] = ()) -> str:
    """Keccak-256 over the sorted leaf hashes of ``salted_data`` and those ``hidden``, as hex."""
    hashes = sorted([field_hash(path, leaf) for path, leaf in flattened(salted_data)] + [*hidden])
    text = '","'.join(hashes)
    return keccak256(f'["{text}"]'.encode()).hex()


def hidden_hashes(wrapped: WrappedDocument) -> list[str]:
    """Leaf hashes of the hidden fields; empty where everything is visible."""
    privacy = wrapped.get("privacy", {})
    return list(privacy.get("obfuscatedData", []))


def document_data(wrapped: WrappedDocument) -> dict[str, Any]:
    """The data of ``wrapped`` without salts.

    Raises ``LeafFormatError`` for a leaf that is not ``uuid4:type:value``.
    """
    return {key: _unsalted(member, key) for key, member in wrapped["data"].items()}


def unsalted_paths(wrapped: WrappedDocument) -> list[str]:
    """Paths of the leaves that are not ``uuid4:type:value``; a product document has none."""
    paths = []
    for path, leaf in flattened(wrapped["data"]):
        try:
            _unsalted(leaf, path)
        except LeafFormatError:
            paths.append(path)
    return paths


def _unsalted(node: Any, path: str) -> Any:
    if isinstance(node, dict):
        return {key: _unsalted(member, f"{path}.{key}") for key, member in node.items()}
    if isinstance(node, list):
        return [_unsalted(member, f"{path}.{index}") for index, member in enumerate(node)]
    return leaf_value(node, path)
