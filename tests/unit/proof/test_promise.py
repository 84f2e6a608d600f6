import base64
import builtins
import sys
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from service.proof.errors import FileShapeError
from service.proof.promise import (
    InclusionPromise,
    compact_promises,
    promise_digest,
    read_promises,
)
from service.proof.signature import CanNotRecoverError, recover_address

KEY = bytes.fromhex("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")
SIGNER = "2c7536e3605d9c16a7a3d7b1898e529396a65c23"
REGISTRY = bytes.fromhex("5fbdb2315678afecb367f032d93f642f64180aa3")
PROMISE = InclusionPromise(
    target_hash=bytes.fromhex("724b52d0fb659b3842c628f0df16c0705982988897bd424c8d947b298e60c145"),
    recorded_at=1_772_331_330,
    include_by=1_772_331_930,
    signature=bytes.fromhex(
        "77073a514dbe5fcecbb52b2c1ef73b195248f645946de11836f0a10d8d24ffcf"
        "57d7bb6af299f08a4da95754de4fc8f6b8f934b9d7b853080c3aad838cc7b1ad1b"
    ),
)
DIGEST = "83b9cb046cfac2df7367eda97b3ee7b95d3e9bcbfa49d40745fa3a89ea23e57f"
COMPACT = (
    "FT1.AXJLUtD7ZZs4QsYo8N8WwHBZgpiIl71CTI2UeymOYMFFAGmjoUIAAAJYdwc6UU2-X87LtSssHvc7GVJI9kWUbeEY"
    "NvChDY0k_89X17tq8pnwik2pV1TeT8j2uPk0ude4UwgMOq2DjMexrRs"
)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def typed_data(promise: InclusionPromise) -> dict[str, Any]:
    """The promise as every wallet and signer takes it (EIP-712)."""
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "InclusionPromise": [
                {"name": "targetHash", "type": "bytes32"},
                {"name": "recordedAt", "type": "uint64"},
                {"name": "includeBy", "type": "uint64"},
            ],
        },
        "primaryType": "InclusionPromise",
        "domain": {
            "name": "Ferrotrace",
            "version": "1",
            "chainId": 1337,
            "verifyingContract": f"0x{REGISTRY.hex()}",
        },
        "message": {
            "targetHash": promise.target_hash,
            "recordedAt": promise.recorded_at,
            "includeBy": promise.include_by,
        },
    }


def test_the_digest_is_the_golden_one() -> None:
    assert promise_digest(PROMISE, 1337, REGISTRY).hex() == DIGEST


def test_another_implementation_of_typed_data_signs_the_same_bytes() -> None:
    signed = Account.sign_message(encode_typed_data(full_message=typed_data(PROMISE)), KEY)
    assert bytes(signed.message_hash).hex() == DIGEST
    assert bytes(signed.signature) == PROMISE.signature


def test_the_signer_is_recovered() -> None:
    assert recover_address(bytes.fromhex(DIGEST), PROMISE.signature) == bytes.fromhex(SIGNER)


@pytest.mark.parametrize(
    "changed",
    [
        replace(PROMISE, target_hash=bytes(32)),
        replace(PROMISE, recorded_at=PROMISE.recorded_at + 1),
        replace(PROMISE, include_by=PROMISE.include_by + 1),
    ],
)
def test_a_changed_promise_is_signed_by_somebody_else(changed: InclusionPromise) -> None:
    signer = recover_address(promise_digest(changed, 1337, REGISTRY), changed.signature)
    assert signer != bytes.fromhex(SIGNER)


def test_another_chain_or_registry_is_signed_by_somebody_else() -> None:
    for digest in (
        promise_digest(PROMISE, 1338, REGISTRY),
        promise_digest(PROMISE, 1337, bytes(20)),
    ):
        assert recover_address(digest, PROMISE.signature) != bytes.fromhex(SIGNER)


def high_s() -> bytes:
    """The other spelling of the same signature, which the chain refuses."""
    s = ORDER - int.from_bytes(PROMISE.signature[32:64], "big")
    return PROMISE.signature[:32] + s.to_bytes(32, "big") + b"\x1c"


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        PROMISE.signature[:64],
        PROMISE.signature + b"\x1b",
        PROMISE.signature[:64] + b"\x00",
        PROMISE.signature[:64] + b"\x1d",
        bytes(64) + b"\x1b",
        b"\xff" * 32 + PROMISE.signature[32:],
        high_s(),
    ],
)
def test_what_no_key_can_have_signed_has_no_signer(signature: bytes) -> None:
    assert recover_address(bytes.fromhex(DIGEST), signature) is None


def test_without_the_package_nothing_is_said_of_the_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    importing = builtins.__import__

    def refusing(name: str, *rest: Any) -> Any:
        if name.startswith("eth_keys"):
            raise ImportError(name)
        return importing(name, *rest)

    for name in [name for name in sys.modules if name.startswith("eth_keys")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(CanNotRecoverError):
        recover_address(bytes.fromhex(DIGEST), PROMISE.signature)


def test_the_text_of_a_code_is_the_golden_one() -> None:
    assert compact_promises([PROMISE]) == COMPACT


@pytest.mark.parametrize("before", ["", "https://base.example/t/S1-BASE01-20260301-0001#", " "])
def test_a_promise_is_read_from_its_text_alone_or_behind_an_address(before: str) -> None:
    assert read_promises(before + COMPACT) == [PROMISE]


@given(
    st.lists(
        st.builds(
            lambda target_hash, recorded_at, delay_s, signature: InclusionPromise(
                target_hash=target_hash,
                recorded_at=recorded_at,
                include_by=recorded_at + delay_s,
                signature=signature,
            ),
            st.binary(min_size=32, max_size=32),
            st.integers(min_value=0, max_value=2**40 - 1),
            st.integers(min_value=0, max_value=2**32 - 1),
            st.binary(min_size=65, max_size=65),
        ),
        min_size=1,
        max_size=16,
    )
)
def test_promises_come_back_from_their_text(promises: list[InclusionPromise]) -> None:
    assert read_promises(compact_promises(promises)) == promises


def other_version() -> str:
    raw = base64.urlsafe_b64decode(COMPACT.removeprefix("FT1.") + "=")
    return base64.urlsafe_b64encode(b"\x02" + raw[1:]).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FT1.",
        "FT2." + COMPACT.removeprefix("FT1."),
        COMPACT[:-1],
        COMPACT[:-4],
        COMPACT + "AAAA",
        COMPACT + "=",
        COMPACT[:-1] + "t",
        COMPACT + ".",
        COMPACT.replace("_", "/"),
        COMPACT[:-1] + "磅",
        "FT1." + other_version(),
        "FT1." + ".".join([COMPACT.removeprefix("FT1.")] * 17),
    ],
)
def test_a_text_that_breaks_the_format_is_refused(text: str) -> None:
    with pytest.raises(FileShapeError):
        read_promises(text)
