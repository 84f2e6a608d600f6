"""The audit's own trees against published examples and against the writers' trees."""

from hypothesis import given
from hypothesis import strategies as st

from service.proof import batch, log
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json
from service.usecases.audit.trees import Log, batch_root, canonical

RFC_6962_ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
] + [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
RFC_6962_HEAD = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
"""Inputs and root of the public test vectors of Certificate Transparency."""


def test_the_head_of_the_published_log() -> None:
    head = Log(RFC_6962_ENTRIES).head(8)
    assert head is not None
    assert head.hex() == RFC_6962_HEAD


def test_a_log_has_no_head_beyond_its_end_and_an_empty_one_the_hash_of_nothing() -> None:
    assert Log([b"a"]).head(2) is None
    assert Log([]).head(0) == sha256(b"")


@given(st.integers(1, 40), st.data())
def test_heads_and_proofs_are_those_of_the_writer(size: int, data: st.DataObject) -> None:
    entries = [bytes([number]) for number in range(size)]
    old = data.draw(st.integers(0, size))
    written, own = log.LogTree([log.leaf_hash(entry) for entry in entries]), Log(entries)
    assert own.head(old) == written.root(old)
    expected = written.consistency_proof(old) if old else []
    assert own.consistency(old, size) == expected


@given(st.sets(st.binary(min_size=32, max_size=32), min_size=1, max_size=20))
def test_batch_roots_are_those_of_the_writer(hashes: set[bytes]) -> None:
    assert batch_root(hashes) == batch.BatchTree(hashes).root


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
)


@given(VALUES)
def test_canonical_text_is_that_of_the_writer(value: object) -> None:
    try:
        expected = canonical_json(value)
    except ValueError:
        return
    assert canonical(value) == expected
