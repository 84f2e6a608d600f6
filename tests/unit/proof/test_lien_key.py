import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from service.proof.lien_key import lien_key

SECRET = bytes(range(32))
TAG = keccak(text="ferrotrace.delivery.v1")


def test_key_of_a_delivery_is_the_golden_one() -> None:
    key = lien_key("lien", "D-2026-000001", SECRET)
    assert key.hex() == "6c856ca6d8a2df1e99de168f32a5eddde52b31369f52ed70637686699069ea18"


@given(
    purpose=st.text(max_size=70),
    delivery_id=st.text(max_size=70),
    secret=st.binary(min_size=32, max_size=32),
)
def test_key_is_the_hash_of_what_the_abi_encodes(
    purpose: str, delivery_id: str, secret: bytes
) -> None:
    encoded = encode(
        ["bytes32", "string", "string", "bytes32"], [TAG, purpose, delivery_id, secret]
    )
    assert lien_key(purpose, delivery_id, secret) == keccak(encoded)


def test_purpose_delivery_and_secret_each_make_another_key() -> None:
    keys = {
        lien_key("lien", "D-1", SECRET),
        lien_key("avoided-emissions", "D-1", SECRET),
        lien_key("lien", "D-2", SECRET),
        lien_key("lien", "D-1", bytes(32)),
        lien_key("lienD", "-1", SECRET),
    }
    assert len(keys) == 5


@pytest.mark.parametrize("length", [0, 31, 33])
def test_secret_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"has {length} bytes"):
        lien_key("lien", "D-1", bytes(length))
