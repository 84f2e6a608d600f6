import pytest
import rlp as reference
from hypothesis import given
from hypothesis import strategies as st

from service.proof.errors import RlpError
from service.proof.rlp import (
    RlpItem,
    decode_fixed,
    decode_rlp,
    decode_rlp_list,
    decode_uint,
    encode_rlp,
    encode_uint,
)

items: st.SearchStrategy[RlpItem] = st.recursive(
    st.binary(max_size=80), lambda inner: st.lists(inner, max_size=5), max_leaves=12
)


@given(items)
def test_the_bytes_are_those_of_the_reference_library(item: RlpItem) -> None:
    raw = encode_rlp(item)
    assert raw == reference.encode(item)
    assert decode_rlp(raw) == item


@given(st.binary(max_size=40))
def test_what_is_read_has_one_spelling(raw: bytes) -> None:
    try:
        item = decode_rlp(raw)
    except RlpError:
        return
    assert encode_rlp(item) == raw


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "too early"),
        ("80ff", "after the end"),
        ("8101", "single byte"),
        ("83aabb", "too early"),
        ("b801ff", "shortest"),
        ("b90037" + "00" * 55, "shortest"),
        ("b838" + "00" * 55, "too early"),
        ("b9", "shortest"),
        ("c281", "too early"),
        ("c38201", "too early"),
        ("c28180c0", "after the end"),
        ("c281" + "80", ""),
        ("c0" * 2, "after the end"),
    ],
)
def test_other_spellings_are_refused(raw: str, why: str) -> None:
    if not why:
        assert decode_rlp(bytes.fromhex(raw)) == [b"\x80"]
        return
    with pytest.raises(RlpError, match=why):
        decode_rlp(bytes.fromhex(raw))


def test_a_member_may_not_reach_beyond_its_list() -> None:
    with pytest.raises(RlpError, match="beyond"):
        decode_rlp(bytes.fromhex("c482aabb83") + b"abc")


def test_depth_is_limited() -> None:
    nested: RlpItem = b""
    for _ in range(20):
        nested = [nested]
    with pytest.raises(RlpError, match="nested"):
        decode_rlp(encode_rlp(nested))


@pytest.mark.parametrize("item", [[], b"\x00", b"\x00\x01", b"\x01" * 9])
def test_integers_have_no_leading_zeros_and_fit(item: RlpItem) -> None:
    with pytest.raises(RlpError):
        decode_uint(item, max_bytes=8)


def test_integers_are_read() -> None:
    assert [decode_uint(encode_uint(number)) for number in (0, 1, 255, 2**255)] == [
        0,
        1,
        255,
        2**255,
    ]


def test_items_of_another_kind_are_refused() -> None:
    with pytest.raises(RlpError):
        decode_fixed(b"123", 4)
    with pytest.raises(RlpError):
        decode_fixed([], 0)
    with pytest.raises(RlpError):
        decode_rlp_list(b"\x80")
