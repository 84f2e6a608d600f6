from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proof import log
from service.proof.errors import LogProofError
from service.proof.log import (
    EMPTY_ROOT,
    LogTree,
    consistency_holds,
    entry_bytes,
    inclusion_holds,
    leaf_hash,
    node_hash,
)

LARGEST = 70
LEAVES = [leaf_hash(b"%d" % n) for n in range(LARGEST)]
TREE = LogTree(LEAVES)


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*slow_path(index, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), slow_root(leaves[:k])]


def slow_subproof(first: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if first == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if first <= k:
        return [*slow_subproof(first, leaves[:k], whole=whole), slow_root(leaves[k:])]
    return [*slow_subproof(first - k, leaves[k:], whole=False), slow_root(leaves[:k])]


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_roots_and_inclusion_proofs_of_every_size_are_those_of_the_standard(size: int) -> None:
    root = TREE.root(size)
    assert root == slow_root(LEAVES[:size])
    for index in range(size):
        proof = TREE.inclusion_proof(index, size)
        assert proof == slow_path(index, LEAVES[:size])
        assert inclusion_holds(leaf=LEAVES[index], index=index, size=size, proof=proof, root=root)


@pytest.mark.parametrize("second", range(1, LARGEST + 1))
def test_consistency_proofs_of_every_pair_are_those_of_the_standard(second: int) -> None:
    for first in range(1, second + 1):
        proof = TREE.consistency_proof(first, second)
        assert proof == slow_subproof(first, LEAVES[:second], whole=True)
        assert consistency_holds(
            first=first,
            second=second,
            first_root=TREE.root(first),
            second_root=TREE.root(second),
            proof=proof,
        )


def included(index: int, size: int, proof: list[bytes]) -> bool:
    leaf = LEAVES[min(index, size - 1)]
    return inclusion_holds(leaf=leaf, index=index, size=size, proof=proof, root=TREE.root(size))


@given(st.integers(1, LARGEST), st.integers(1, LARGEST), st.data())
def test_spoilt_proofs_never_hold(one: int, other: int, data: st.DataObject) -> None:
    first, second = sorted((one, other))
    roots = {"first_root": TREE.root(first), "second_root": TREE.root(second)}
    proof = TREE.consistency_proof(first, second)
    for spoilt in ([*proof, bytes(32)], [bytes(32), *proof], proof[:-1] if proof else [bytes(32)]):
        assert not consistency_holds(first=first, second=second, proof=spoilt, **roots)
    index = data.draw(st.integers(0, second - 1))
    path = TREE.inclusion_proof(index, second)
    for spoilt in ([*path, bytes(32)], [bytes(32), *path], path[1:] if path else [bytes(32)]):
        assert not included(index, second, spoilt)
    assert not included(second, second, path)


def test_a_head_that_grew_needs_a_proof() -> None:
    roots = {"first_root": TREE.root(2), "second_root": TREE.root(3)}
    assert not consistency_holds(first=2, second=3, proof=[], **roots)
    assert consistency_holds(first=2, second=3, proof=TREE.consistency_proof(2, 3), **roots)


def test_heads_of_size_zero_and_larger_first_heads_are_refused() -> None:
    roots = {"first_root": EMPTY_ROOT, "second_root": TREE.root(3)}
    assert not consistency_holds(first=0, second=3, proof=[], **roots)
    assert not consistency_holds(first=4, second=3, proof=[], **roots)
    assert not consistency_holds(first=2, second=3, proof=[bytes(32)] * 65, **roots)


@pytest.mark.parametrize("size", [-1, LARGEST + 1])
def test_sizes_outside_the_log_are_refused(size: int) -> None:
    with pytest.raises(LogProofError):
        TREE.root(size)


def test_places_outside_the_log_are_refused() -> None:
    with pytest.raises(LogProofError):
        TREE.inclusion_proof(LARGEST)
    with pytest.raises(LogProofError):
        TREE.consistency_proof(0)
    assert TREE.size == LARGEST
    assert TREE.root() == TREE.root(LARGEST)


def test_entries_are_canonical() -> None:
    raw = entry_bytes(kind="weighing", seq=0, target_hash="ab", batch=1)
    assert raw == b'{"batch":1,"seq":0,"targetHash":"ab","type":"weighing","v":1}'


def test_a_proof_costs_a_few_hashes_however_long_the_log_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = LogTree([leaf_hash(b"%d" % n) for n in range(100_000)])
    hashes = count()

    def counted(left: bytes, right: bytes) -> bytes:
        next(hashes)
        return node_hash(left, right)

    monkeypatch.setattr(log, "node_hash", counted)
    assert len(tree.consistency_proof(77_777)) <= 18
    assert all(len(tree.inclusion_proof(n)) <= 17 for n in range(0, 100_000, 1000))
    assert next(hashes) < 101 * 17
