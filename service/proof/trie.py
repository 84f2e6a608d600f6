"""Merkle-Patricia proofs: a value under a root, or its absence (Ethereum Yellow Paper, app. D)."""

from collections.abc import Sequence
from functools import lru_cache

from service.proof.errors import TrieProofError
from service.proof.hashing import keccak256
from service.proof.rlp import RlpItem, decode_rlp, encode_rlp

EMPTY_ROOT = keccak256(encode_rlp(b""))
_BRANCH, _PAIR = 17, 2
_HASH_LENGTH = 32
_HIGHEST_FLAG = 3  # bit 0: odd number of nibbles, bit 1: a leaf


def trie_value(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes | None:
    """The value that ``nodes`` (RLP, root first) prove for ``key``, or None: proven absent.

    Raises ``TrieProofError`` where a node does not hash to what its parent says, is malformed, is
    missing, or is left over: one statement has one proof. ``RlpError`` for bytes that are no RLP.
    """
    if root == EMPTY_ROOT:
        if [bytes(node) for node in nodes] not in ([], [b"\x80"]):
            raise TrieProofError(limit="nodes under an empty root")
        return None
    rest = list(nodes)
    value = _walk(root, _nibbles(key), rest)
    if rest:
        raise TrieProofError(limit=f"{len(rest)} nodes left over")
    return value


def _walk(root: bytes, path: list[int], rest: list[bytes]) -> bytes | None:
    reference: RlpItem = root
    while True:
        node = _resolve(reference, rest)
        if len(node) == _BRANCH:
            if not path:
                return _value(node[16])
            reference, path = node[path[0]], path[1:]
        else:
            steps, is_leaf = _compact(node[0])
            if path[: len(steps)] != steps:
                return None
            path = path[len(steps) :]
            if is_leaf:
                return _leaf_value(node[1]) if not path else None
            reference = node[1]
        if reference == b"":
            return None


def _resolve(reference: RlpItem, rest: list[bytes]) -> list[RlpItem]:
    """The node a parent names: by hash, the next of the proof, or itself where it is short."""
    node = reference
    if isinstance(reference, bytes):
        if len(reference) != _HASH_LENGTH:
            raise TrieProofError(limit="a node is named by no hash")
        if not rest:
            raise TrieProofError(limit="a node is missing")
        digest, node = _read(rest.pop(0))
        if digest != reference:
            raise TrieProofError(limit="a node does not hash to what its parent says")
    if not isinstance(node, list) or len(node) not in (_BRANCH, _PAIR):
        raise TrieProofError(limit="a node is neither branch nor path")
    return node


@lru_cache(maxsize=256)
def _read(raw: bytes) -> tuple[bytes, RlpItem]:
    """Hash and content of a node; the upper nodes of a trie return in every proof under it."""
    return keccak256(raw), decode_rlp(raw)


def _compact(item: RlpItem) -> tuple[list[int], bool]:
    """Nibbles of a hex-prefix path, and whether it ends in a leaf (Yellow Paper, app. C)."""
    if not isinstance(item, bytes) or not item:
        raise TrieProofError(limit="a path is malformed")
    flag, nibbles = item[0] >> 4, _nibbles(item)
    if flag > _HIGHEST_FLAG or (not flag & 1 and nibbles[1]):
        raise TrieProofError(limit="a path is malformed")
    return nibbles[1 if flag & 1 else 2 :], bool(flag & 2)


def _leaf_value(item: RlpItem) -> bytes:
    value = _value(item)
    if value is None:
        raise TrieProofError(limit="a leaf without a value")
    return value


def _value(item: RlpItem) -> bytes | None:
    if not isinstance(item, bytes):
        raise TrieProofError(limit="a value is malformed")
    return item or None


def _nibbles(data: bytes) -> list[int]:
    return [nibble for byte in data for nibble in (byte >> 4, byte & 15)]
