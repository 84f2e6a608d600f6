"""What each kind of node says to a raw transaction, and what it means."""

import pytest

from service.chain.fees import Fees
from service.chain.registry import (
    InsufficientFundsError,
    NonceTooLowError,
    RegistryClient,
    UnderpricedError,
)
from service.chain.rpc import ChainRefusedError
from service.chain.signer import LocalSigner, SignedTransaction, UnsignedTransaction
from tests.support.json_rpc import RpcFault, fake_node

ADDRESS = "0x" + "11" * 20
SIGNER = LocalSigner("0x" + "a5" * 32)


def signed(fee: int = 10) -> SignedTransaction:
    return SIGNER.sign(
        UnsignedTransaction(
            chain_id=1337,
            nonce=7,
            to=ADDRESS,
            calldata=b"\x01",
            gas_limit=50_000,
            fees=Fees(max_fee_wei_per_gas=fee, max_priority_fee_wei_per_gas=1),
        )
    )


def broadcast(message: str, *, known_hash: bytes | None = None) -> None:
    known = None if known_hash is None else {"hash": "0x" + known_hash.hex()}
    answers = {
        "eth_sendRawTransaction": RpcFault(code=-32000, message=message),
        "eth_getTransactionByHash": known,
    }
    with fake_node(answers) as node, RegistryClient([node.url], ADDRESS) as client:
        client.broadcast(signed())


def test_signature_is_the_same_every_time() -> None:
    assert signed() == signed()
    assert signed().tx_hash != signed(fee=11).tx_hash


def test_key_is_in_no_text_of_the_signer() -> None:
    assert "a5a5" not in repr(SIGNER)


@pytest.mark.parametrize(
    "message",
    ["already known", "transaction already imported", "Known transaction", "AlreadyKnown"],
)
def test_known_transaction_is_a_success(message: str) -> None:
    broadcast(message)


@pytest.mark.parametrize("message", ["nonce too low", "replacement transaction underpriced"])
def test_transaction_that_the_node_has_is_a_success_whatever_it_says(message: str) -> None:
    broadcast(message, known_hash=signed().tx_hash)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("nonce too low: next nonce 9, tx nonce 7", NonceTooLowError),
        ("Nonce too low", NonceTooLowError),
        ("replacement transaction underpriced", UnderpricedError),
        ("transaction underpriced", UnderpricedError),
        ("max fee per gas less than block base fee", UnderpricedError),
        ("insufficient funds for gas * price + value", InsufficientFundsError),
        ("Upfront cost exceeds account balance", InsufficientFundsError),
        ("transaction type not supported", ChainRefusedError),
    ],
)
def test_refusal_is_told_apart(message: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        broadcast(message)
    with pytest.raises(error):
        broadcast(message, known_hash=bytes(32))
