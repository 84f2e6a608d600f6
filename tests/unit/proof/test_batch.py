import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proof.batch import BatchTree, folded_nodes
from service.proof.errors import DuplicateLeafError, LogProofError
from service.proof.hashing import keccak256


def slow_root(leaves: list[bytes]) -> bytes:
    """The rule of the reference, word for word."""
    layer = sorted(leaves)
    while len(layer) > 1:
        pairs = [layer[i : i + 2] for i in range(0, len(layer), 2)]
        layer = [p[0] if len(p) == 1 else keccak256(min(p) + max(p)) for p in pairs]
    return layer[0]


@pytest.mark.parametrize("size", range(1, 71))
def test_every_proof_of_every_small_batch_leads_to_the_root(size: int) -> None:
    leaves = [keccak256(b"%d" % n) for n in range(size)]
    tree = BatchTree(reversed(leaves))
    assert tree.root == slow_root(leaves)
    for leaf in leaves:
        assert folded_nodes(leaf, tree.proof(leaf))[-1] == tree.root
    assert tree.proofs() == {leaf: tree.proof(leaf) for leaf in leaves}


@given(st.sets(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_changed_sibling_leads_elsewhere(leaves: set[bytes], data: st.DataObject) -> None:
    tree = BatchTree(leaves)
    leaf = data.draw(st.sampled_from(sorted(leaves)))
    proof = tree.proof(leaf)
    assert folded_nodes(leaf, [*proof, bytes(32)])[-1] != tree.root
    for place, sibling in enumerate(proof):
        wrong = [*proof[:place], bytes([sibling[0] ^ 1]) + sibling[1:], *proof[place + 1 :]]
        assert folded_nodes(leaf, wrong)[-1] != tree.root


def test_one_document_is_its_own_root() -> None:
    leaf = keccak256(b"x")
    assert BatchTree([leaf]).root == leaf
    assert BatchTree([leaf]).proof(leaf) == []


def test_a_document_stands_in_a_batch_once() -> None:
    with pytest.raises(DuplicateLeafError):
        BatchTree([bytes(32), bytes(32)])


def test_a_batch_is_never_empty_and_proves_nothing_foreign() -> None:
    with pytest.raises(LogProofError):
        BatchTree([])
    with pytest.raises(LogProofError):
        BatchTree([bytes(32)]).proof(b"\x01" * 32)
