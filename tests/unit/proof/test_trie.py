import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proof.errors import ProofError, TrieProofError
from service.proof.hashing import keccak256
from service.proof.rlp import RlpItem, encode_rlp
from service.proof.trie import EMPTY_ROOT, trie_value
from tests.unit.proof.made_chain import proof_nodes, trie_of

KEY = keccak256(b"key")
keys = st.binary(min_size=2, max_size=2)
values = st.binary(min_size=1, max_size=40)


@given(st.dictionaries(keys, values, min_size=1, max_size=40), keys)
def test_values_and_absences_are_proven(entries: dict[bytes, bytes], other: bytes) -> None:
    trie = trie_of(entries)
    for key in [*entries, other]:
        assert trie_value(trie.root_hash, key, proof_nodes(trie, key)) == entries.get(key)


@given(st.dictionaries(st.binary(min_size=1, max_size=3), values, min_size=1, max_size=20))
def test_keys_of_different_length_are_proven_too(entries: dict[bytes, bytes]) -> None:
    trie = trie_of(entries)
    for key in [*entries, b"\x00\x00\x00\x00"]:
        assert trie_value(trie.root_hash, key, proof_nodes(trie, key)) == entries.get(key)


@given(st.dictionaries(keys, values, min_size=2, max_size=20), st.data())
def test_a_changed_missing_or_further_node_is_refused(
    entries: dict[bytes, bytes], data: st.DataObject
) -> None:
    trie = trie_of(entries)
    key = data.draw(st.sampled_from(sorted(entries)))
    nodes = list(proof_nodes(trie, key))
    place = data.draw(st.integers(0, len(nodes) - 1))
    changed = bytes([nodes[place][0], nodes[place][1] ^ 1]) + nodes[place][2:]
    for spoilt in (
        [*nodes, b"\x80"],
        nodes[:place] + nodes[place + 1 :],
        [*nodes[:place], changed, *nodes[place + 1 :]],
    ):
        with pytest.raises(ProofError):
            trie_value(trie.root_hash, key, spoilt)


@pytest.mark.parametrize("nodes", [[], [b"\x80"]])
def test_an_empty_trie_holds_nothing(nodes: list[bytes]) -> None:
    assert trie_value(EMPTY_ROOT, KEY, nodes) is None


def test_an_empty_trie_has_no_nodes() -> None:
    with pytest.raises(TrieProofError, match="empty root"):
        trie_value(EMPTY_ROOT, KEY, [b"\xc0"])


PATH = b"\x20" + KEY


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (b"text", "neither"),
        ([b"", b"", b""], "neither"),
        ([[], b"value"], "path is malformed"),
        ([b"", b"value"], "path is malformed"),
        ([b"\x40" + KEY, b"value"], "path is malformed"),
        ([b"\x25" + KEY, b"value"], "path is malformed"),
        ([PATH, b""], "without a value"),
        ([PATH, []], "value is malformed"),
        ([b"\x00" + KEY[:3], b"short"], "no hash"),
        ([b"\x00" + KEY[:3], [b"", b"", b""]], "neither"),
    ],
)
def test_malformed_nodes_are_refused(node: RlpItem, why: str) -> None:
    raw = encode_rlp(node)
    with pytest.raises(TrieProofError, match=why):
        trie_value(keccak256(raw), KEY, [raw])


def test_a_leaf_above_the_end_of_the_key_is_an_absence() -> None:
    raw = encode_rlp([b"\x20" + KEY[:3], b"value"])
    assert trie_value(keccak256(raw), KEY, [raw]) is None


def test_a_path_that_leads_nowhere_is_an_absence() -> None:
    raw = encode_rlp([b"\x00" + KEY[:3], b""])
    assert trie_value(keccak256(raw), KEY, [raw]) is None
