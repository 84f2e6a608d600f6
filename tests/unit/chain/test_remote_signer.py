"""What a signing service answers is taken apart: only the very transaction asked for is sent."""

from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from service.chain.fees import Fees
from service.chain.remote_signer import (
    RemoteSigner,
    SignedOtherwiseError,
    SignerAccountError,
    SignerUnavailableError,
)
from service.chain.signer import LocalSigner, UnsignedTransaction
from tests.support.signing_service import Refusal, SigningService, serving

RAW_KEY = "0x" + "a2" * 32
KEY = LocalSigner(RAW_KEY)
OTHER = LocalSigner("0x" + "a3" * 32)
ASKED = UnsignedTransaction(
    chain_id=1337,
    nonce=7,
    to=OTHER.address,
    calldata=b"\x01\x02",
    gas_limit=100_000,
    fees=Fees(max_fee_wei_per_gas=3_000, max_priority_fee_wei_per_gas=1_000),
)


def test_it_gets_the_very_bytes_that_the_key_itself_would_sign() -> None:
    service = SigningService(key=RAW_KEY)
    with serving(service) as url:
        signer = RemoteSigner(url)
        signed = signer.sign(ASKED)
    assert signer.address == KEY.address
    assert signed == KEY.sign(ASKED)
    assert signed.tx_hash == keccak(signed.raw)
    assert service.asked[0]["nonce"] == "0x7"


def test_an_answer_as_nodes_give_it_is_understood_too() -> None:
    with serving(SigningService(key=RAW_KEY, answer=lambda raw: {"raw": raw, "tx": {}})) as url:
        assert RemoteSigner(url).sign(ASKED) == KEY.sign(ASKED)


def test_a_contract_is_created_without_an_address() -> None:
    creation = replace(ASKED, to=None)
    with serving(SigningService(key=RAW_KEY)) as url:
        assert RemoteSigner(url, address=KEY.address).sign(creation) == KEY.sign(creation)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("nonce", {"nonce": 8}),
        ("to", {"to": KEY.address}),
        ("data", {"calldata": b"\x01\x03"}),
        ("gas", {"gas_limit": 100_001}),
        (
            "maxFeePerGas",
            {"fees": Fees(max_fee_wei_per_gas=9**9, max_priority_fee_wei_per_gas=1_000)},
        ),
        (
            "maxPriorityFeePerGas",
            {"fees": Fees(max_fee_wei_per_gas=3_000, max_priority_fee_wei_per_gas=2_000)},
        ),
    ],
)
def test_a_transaction_that_was_not_asked_for_is_not_taken(name: str, change: Any) -> None:
    with (
        serving(SigningService(key=RAW_KEY, twist=lambda asked: replace(asked, **change))) as url,
        pytest.raises(SignedOtherwiseError, match=f"signed {name} "),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_service_that_is_set_to_another_chain_is_found_out() -> None:
    with (
        serving(SigningService(key=RAW_KEY, chain_id=1)) as url,
        pytest.raises(SignedOtherwiseError, match="signed chainId 1, asked for was 1337"),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_signature_of_another_account_is_not_taken() -> None:
    with (
        serving(SigningService(key=RAW_KEY, signs_with=OTHER)) as url,
        pytest.raises(SignedOtherwiseError, match=f"signed from {OTHER.address}"),
    ):
        RemoteSigner(url).sign(ASKED)


@pytest.mark.parametrize("raw", ["0x", "0x01c0", "0x02", "0x02c0", "0x02ff"])
def test_what_is_no_transaction_of_type_two_is_not_taken(raw: str) -> None:
    with (
        serving(SigningService(key=RAW_KEY, answer=lambda _raw: raw)) as url,
        pytest.raises(SignedOtherwiseError, match="signed type"),
    ):
        RemoteSigner(url).sign(ASKED)


def test_of_several_accounts_one_must_be_named() -> None:
    with serving(SigningService(key=RAW_KEY, others=(OTHER,))) as url:
        with pytest.raises(SignerAccountError):
            _ = RemoteSigner(url).address
        assert RemoteSigner(url, address=KEY.address.lower()).address == KEY.address


@pytest.mark.parametrize("result", [Refusal("locked"), None])
def test_a_service_that_refuses_leaves_it_open(result: Any) -> None:
    with (
        serving(SigningService(key=RAW_KEY, answer=lambda _raw: result)) as url,
        pytest.raises(SignerUnavailableError),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_service_that_does_not_answer_leaves_it_open() -> None:
    with pytest.raises(SignerUnavailableError, match="eth_accounts"):
        _ = RemoteSigner("http://127.0.0.1:9", timeout_s=3).address
