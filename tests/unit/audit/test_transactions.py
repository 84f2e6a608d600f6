"""Raw transactions taken apart by the audit's own hand."""

import pytest

from service.chain.fees import Fees
from service.chain.registry import anchor_calldata
from service.chain.signer import LocalSigner, UnsignedTransaction
from service.usecases.audit.transactions import anchor_call, read_transaction

ROOT, HEAD = b"\x11" * 32, b"\x22" * 32


def batch(proof: list[bytes]) -> dict[str, object]:
    return {
        "batch_root": ROOT,
        "new_size": 7,
        "head": HEAD,
        "consistency_proof": b"".join(proof),
    }


def signed(calldata: bytes, nonce: int = 300) -> bytes:
    transaction = UnsignedTransaction(
        chain_id=1337,
        nonce=nonce,
        to="0x" + "11" * 20,
        calldata=calldata,
        gas_limit=200_000,
        fees=Fees(max_fee_wei_per_gas=2_000_000_000, max_priority_fee_wei_per_gas=5),
    )
    return LocalSigner("0x" + "a2" * 32).sign(transaction).raw


@pytest.mark.parametrize("length", [0, 1, 9])
def test_the_call_is_the_one_that_the_client_encodes(length: int) -> None:
    proof = [bytes([number]) * 32 for number in range(length)]
    expected = anchor_calldata(batch_root=ROOT, new_size=7, new_head=HEAD, proof=proof)
    assert anchor_call(batch(proof)) == expected


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 300])
def test_the_fields_of_a_signed_transaction_are_read(nonce: int) -> None:
    calldata = anchor_call(batch([HEAD] * 3))
    read = read_transaction(signed(calldata, nonce))
    assert (read.chain_id, read.nonce) == (1337, nonce)
    assert (read.max_fee_wei, read.priority_fee_wei) == (2_000_000_000, 5)
    assert read.to == b"\x11" * 20
    assert read.calldata == calldata


@pytest.mark.parametrize(
    "raw", [b"\x01\xc0", b"\x02\xc0", b"\x02\x05", signed(b"")[:-1], signed(b"") + b"\x00"]
)
def test_anything_else_is_no_transaction(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"transaction|short"):
        read_transaction(raw)
