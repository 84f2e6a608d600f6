import pytest

from service.domain.seller_code import (
    SellerCodeInvalidError,
    is_seller_code,
    new_seller_code,
    seller_code_hash,
)

RANDOM = bytes(range(24))


def test_a_code_is_six_digits_and_its_record_a_salted_hash() -> None:
    code = new_seller_code(RANDOM)
    assert code.digits == f"{0x0001020304050607 % 1_000_000:06d}"
    assert code.salt == RANDOM[8:]
    assert code.digest.hex() == "9b550f08c13c9c7156ff01d4aa240626cf4f5421bdbb179f7173f527213f6ebc"
    assert is_seller_code(code.digits, salt=code.salt, digest=code.digest)
    assert not is_seller_code("000000", salt=code.salt, digest=code.digest)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\n"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(SellerCodeInvalidError):
        seller_code_hash(text, RANDOM)
