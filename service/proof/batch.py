"""The batch tree: a sorted-pair keccak tree over target hashes (ledger.md, section 4).

OpenAttestation, OpenZeppelin's ``MerkleProof`` and ``SimpleMerkleTree`` verify the same proofs.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from service.proof.errors import DuplicateLeafError, LogProofError
from service.proof.hashing import keccak256

MAX_PROOF_LENGTH = 64
"""Longest proof that anything here accepts: a tree of 2^64 documents."""


class BatchTree:
    """All layers of one batch, leaves first, the root alone in the last."""

    __slots__ = ("_layers", "_position")

    def __init__(self, target_hashes: Iterable[bytes]) -> None:
        """Build the tree over ``target_hashes`` (32 bytes each, any order, at least one).

        Raises ``DuplicateLeafError`` where one stands twice and ``LogProofError`` for none.
        """
        leaves = sorted(target_hashes)
        if not leaves:
            raise LogProofError(value="batch without documents", limit=0)
        for first, second in pairwise(leaves):
            if first == second:
                raise DuplicateLeafError(value=first.hex())
        self._position = {leaf: index for index, leaf in enumerate(leaves)}
        self._layers = [leaves]
        while len(self._layers[-1]) > 1:
            self._layers.append(_next_layer(self._layers[-1]))

    @property
    def root(self) -> bytes:
        """The batch root, 32 bytes."""
        return self._layers[-1][0]

    def proof(self, target_hash: bytes) -> list[bytes]:
        """Siblings from the leaf up; layers in which the node was promoted are skipped.

        Raises ``LogProofError`` where ``target_hash`` is not in the batch.
        """
        if target_hash not in self._position:
            raise LogProofError(value=target_hash.hex(), limit=len(self._position))
        index = self._position[target_hash]
        siblings = []
        for layer in self._layers[:-1]:
            if index ^ 1 < len(layer):
                siblings.append(layer[index ^ 1])
            index //= 2
        return siblings

    def proofs(self) -> dict[bytes, list[bytes]]:
        """The proof of every document by its target hash: its sibling, then its parent's proof."""
        proofs: list[list[bytes]] = [[]]
        for layer in reversed(self._layers[:-1]):
            proofs = [
                [*layer[place ^ 1 : (place ^ 1) + 1], *proofs[place >> 1]]
                for place in range(len(layer))
            ]
        return dict(zip(self._layers[0], proofs, strict=True))


def folded_nodes(target_hash: bytes, proof: Sequence[bytes]) -> list[bytes]:
    """``target_hash``, then every node on the way up; the last is the root the proof leads to."""
    nodes = [target_hash]
    for sibling in proof:
        nodes.append(_pair(nodes[-1], sibling))
    return nodes


def _pair(one: bytes, other: bytes) -> bytes:
    return keccak256(one + other if one < other else other + one)


def _next_layer(layer: list[bytes]) -> list[bytes]:
    pairs = [_pair(layer[i], layer[i + 1]) for i in range(0, len(layer) - 1, 2)]
    return pairs + layer[len(pairs) * 2 :]
