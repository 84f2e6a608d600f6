import pytest

from service.proof.hashing import checksum_address, keccak256, sha256


def test_keccak_is_the_one_of_ethereum_not_sha3() -> None:
    assert keccak256(b"").hex() == (
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )


def test_sha256_of_nothing() -> None:
    assert sha256(b"").hex().startswith("e3b0c442")


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_addresses_carry_the_checksum_of_eip_55(address: str) -> None:
    assert checksum_address(bytes.fromhex(address[2:])) == address
