"""Whose order the lien registry takes: signatures, nonces, roles, and what stands on the chain."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode

from service.chain.contract import (
    BANK_ROLE,
    encode_call,
    encode_lien_deployment,
    lien_registry_artifact,
    revert_name,
)
from service.chain.deploy import ZERO_ADDRESS
from service.chain.lien_order_file import SignedLienOrder
from service.chain.lien_orders import LienOrder, order_calldata, order_digest
from service.chain.liens import LienState
from service.chain.rpc import ChainRefusedError
from service.chain.signer import LocalSigner
from service.chain.values import Receipt, to_bytes, to_hex
from service.proof.hashing import keccak256
from tests.support.liens_on_chain import (
    HOUR_S,
    LiensOnChain,
    deployed_wallet,
    each_order,
    logs,
    pass_time,
    refusal,
)

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1
DAY_S = 86_400
FINANCED = 2


# --- orders


def test_order_is_good_once(liens: LiensOnChain) -> None:
    bank = liens.registry.bank.address
    reserve = liens.signed(liens.reserve())
    liens.send(liens.registry.stranger, reserve)
    cancel = liens.signed(liens.cancel())
    liens.send(liens.registry.stranger, cancel)
    assert liens.client.order_nonce(bank) == 2
    for spent in (reserve, cancel):
        assert liens.refusal(spent) == ("InvalidAccountNonce", bank, 2)


def test_orders_are_taken_in_the_order_of_their_nonces(liens: LiensOnChain) -> None:
    for order in each_order(liens, nonce=1):
        assert liens.refusal(order) == ("InvalidAccountNonce", order.bank, 0)


def test_refused_order_keeps_its_nonce_until_its_deadline(liens: LiensOnChain) -> None:
    other = liens.registry.other_bank.address
    liens.relayed(liens.reserve())
    refused = liens.signed(liens.reserve(other))
    assert not liens.send(liens.registry.stranger, refused).succeeded
    assert liens.client.order_nonce(other) == 0
    liens.relayed(liens.cancel())
    assert liens.send(liens.registry.stranger, refused).succeeded


def test_signature_of_anybody_else_is_refused(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    registry = liens.registry
    for signer in (registry.other_bank, registry.stranger, registry.admin, registry.anchorer):
        for order in each_order(liens):
            forged = liens.signed(order, signer.sign_digest)
            assert liens.refusal(forged) == ("InvalidOrderSignature", order.bank)


def changed_members(liens: LiensOnChain) -> list[tuple[LienOrder, LienOrder]]:
    """Orders as they were signed and as somebody would like to relay them."""
    later = liens.now_s + 2 * HOUR_S
    other_key = keccak256(b"another delivery")
    reserve, release = liens.reserve(), liens.release(1)
    return [
        (reserve, replace(reserve, expiry=later)),
        (reserve, replace(reserve, deadline=later)),
        (reserve, replace(reserve, delivery_key=other_key)),
        (release, replace(release, basis_points=10_000)),
        (release, replace(release, deadline=later)),
        (liens.finance(), liens.cancel()),
        (liens.cancel(), liens.finance()),
        (liens.finance(), liens.finance(delivery_key=other_key)),
    ]


def test_order_of_which_anything_was_changed_is_refused(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    for signed, relayed in changed_members(liens):
        calldata = order_calldata(relayed, liens.signed(signed).signature)
        assert refusal(liens.client, calldata) == ("InvalidOrderSignature", relayed.bank)


def test_order_for_another_chain_or_contract_is_refused(liens: LiensOnChain) -> None:
    order = liens.reserve()
    for chain_id, contract in ((1, liens.client.address), (1337, liens.registry.client.address)):
        digest = order_digest(order, chain_id=chain_id, contract=contract)
        calldata = order_calldata(order, liens.registry.bank.sign_digest(digest))
        assert refusal(liens.client, calldata) == ("InvalidOrderSignature", order.bank)


def malleable(signature: bytes) -> bytes:
    """The other signature of the same key over the same digest, with s in the upper half."""
    s = ORDER - int.from_bytes(signature[32:64])
    return signature[:32] + s.to_bytes(32) + bytes([27 + 28 - signature[64]])


def compact(signature: bytes) -> bytes:
    """The signature in the 64 bytes of ERC-2098."""
    high_bit = (signature[64] - 27) << 255
    return signature[:32] + (int.from_bytes(signature[32:64]) | high_bit).to_bytes(32)


@pytest.mark.parametrize(
    "bend",
    [
        malleable,
        compact,
        lambda _: b"",
        lambda _: bytes(65),
        lambda signature: signature + b"\0",
        lambda signature: signature[:64] + bytes([signature[64] - 27]),
        lambda signature: signature[:64] + bytes([signature[64] ^ 7]),
    ],
    ids=["high s", "compact", "none", "zeros", "too long", "v of 0 or 1", "other v"],
)
def test_signature_in_any_other_form_is_refused(liens: LiensOnChain, bend: Any) -> None:
    signed = liens.signed(liens.reserve())
    bent = replace(signed, signature=bend(signed.signature))
    assert liens.refusal(bent) == ("InvalidOrderSignature", liens.registry.bank.address)
    assert liens.send(liens.registry.stranger, signed).succeeded


def test_nobody_signs_for_the_zero_address(liens: LiensOnChain) -> None:
    order = liens.reserve(ZERO_ADDRESS)
    for signature in (b"", bytes(65), bytes(64) + b"\x1b"):
        calldata = order_calldata(order, signature)
        assert refusal(liens.client, calldata) == ("InvalidOrderSignature", ZERO_ADDRESS)


def test_anyone_relays_and_relaying_gives_no_right(liens: LiensOnChain) -> None:
    registry = liens.registry
    for relayer, order in (
        (registry.admin, liens.reserve()),
        (registry.anchorer, liens.finance(nonce=1)),
        (registry.stranger, liens.release(10_000, nonce=2)),
    ):
        assert liens.send(relayer, liens.signed(order)).succeeded
    assert liens.lien().bank == registry.bank.address


# --- roles


def unauthorised(account: str) -> tuple[Any, ...]:
    return ("AccessControlUnauthorizedAccount", account, BANK_ROLE)


def test_stranger_cannot_sit_on_a_key_seen_in_the_pool(liens: LiensOnChain) -> None:
    order = liens.reserve(liens.registry.stranger.address)
    assert liens.refusal(order) == unauthorised(order.bank)
    # Its relayer's role is not asked for, nor does one lend it.
    assert not liens.send(liens.registry.admin, liens.signed(order)).succeeded
    assert liens.lien().state is LienState.NONE


def test_administrator_and_operator_are_no_banks(liens: LiensOnChain) -> None:
    for signer in (liens.registry.admin, liens.registry.anchorer):
        order = liens.reserve(signer.address)
        signed = liens.signed(order, signer.sign_digest)
        assert liens.refusal(signed) == unauthorised(signer.address)


def test_administrator_and_operator_can_neither_release_nor_replace(liens: LiensOnChain) -> None:
    bank = liens.registry.bank.address
    liens.relayed(liens.reserve())
    liens.relayed(liens.finance())
    before = liens.lien()
    for signer in (liens.registry.admin, liens.registry.anchorer, liens.registry.revoker):
        for own in (liens.release(1, signer.address), liens.cancel(signer.address)):
            signed = liens.signed(own, signer.sign_digest)
            assert liens.refusal(signed)[0] in {"NotHolder", "WrongState"}
        for theirs in (liens.release(10_000), liens.cancel()):
            forged = liens.signed(theirs, signer.sign_digest)
            assert liens.refusal(forged) == ("InvalidOrderSignature", bank)
    assert role_change(liens, "grantRole", liens.registry.admin.address).succeeded
    replaced = liens.signed(
        liens.reserve(liens.registry.admin.address), liens.registry.admin.sign_digest
    )
    assert liens.refusal(replaced) == ("DeliveryTaken", liens.key, bank, FINANCED)
    assert liens.lien() == before


def role_change(liens: LiensOnChain, function: str, account: str) -> Receipt:
    calldata = encode_call(f"{function}(bytes32,address)", BANK_ROLE, account)
    transaction = liens.transaction(liens.registry.admin, calldata)
    liens.client.broadcast(transaction)
    return liens.registry.mined(transaction.tx_hash)


def test_bank_that_lost_its_role_still_moves_its_liens_and_makes_no_new_one(
    liens: LiensOnChain,
) -> None:
    bank = liens.registry.bank.address
    second = keccak256(b"a second delivery")
    liens.relayed(liens.reserve())
    liens.relayed(liens.reserve(delivery_key=second))
    assert role_change(liens, "revokeRole", bank).succeeded
    assert not liens.client.is_bank(bank)
    liens.relayed(liens.finance())
    liens.relayed(liens.release(10_000))
    liens.relayed(liens.cancel(delivery_key=second))
    refused = liens.refusal(liens.reserve(delivery_key=second))
    assert refused == unauthorised(bank)
    assert role_change(liens, "grantRole", bank).succeeded
    liens.relayed(liens.reserve(delivery_key=second))


def test_administrator_alone_names_banks(liens: LiensOnChain) -> None:
    for signer in (liens.registry.bank, liens.registry.anchorer, liens.registry.stranger):
        for function in ("grantRole", "revokeRole"):
            calldata = encode_call(f"{function}(bytes32,address)", BANK_ROLE, signer.address)
            call = {"from": signer.address, "to": liens.client.address, "data": to_hex(calldata)}
            with pytest.raises(ChainRefusedError) as refused:
                liens.client.rpc.call("eth_call", call, "latest")
            assert revert_name(refused.value.data) == "AccessControlUnauthorizedAccount"


def test_transfer_of_the_admin_role_waits_two_days(liens: LiensOnChain) -> None:
    registry = liens.registry
    begin = encode_call("beginDefaultAdminTransfer(address)", registry.stranger.address)
    transaction = liens.transaction(registry.admin, begin)
    liens.client.broadcast(transaction)
    assert registry.mined(transaction.tx_hash).succeeded
    accept = to_hex(encode_call("acceptDefaultAdminTransfer()"))
    call = {"from": registry.stranger.address, "to": liens.client.address, "data": accept}
    with pytest.raises(ChainRefusedError) as refused:
        liens.client.rpc.call("eth_call", call, "latest")
    assert revert_name(refused.value.data) == "AccessControlEnforcedDefaultAdminDelay"
    pass_time(liens, 2 * DAY_S + 1)
    assert liens.client.rpc.call("eth_call", call, "latest") == "0x"


def test_deployment_without_admin_is_refused(liens: LiensOnChain) -> None:
    code = to_hex(encode_lien_deployment(admin=ZERO_ADDRESS))
    call = {"from": liens.registry.admin.address, "data": code}
    with pytest.raises(ChainRefusedError) as refused:
        liens.client.rpc.call("eth_call", call, "latest")
    assert revert_name(refused.value.data) == "AccessControlInvalidDefaultAdmin"


# --- a bank that is a contract


def test_wallet_contract_orders_by_the_signature_of_its_owner_of_the_day(
    liens: LiensOnChain, tmp_path: Path
) -> None:
    owner, next_owner = liens.registry.other_bank, liens.registry.stranger
    wallet = deployed_wallet(liens, tmp_path, owner.address)
    assert role_change(liens, "grantRole", wallet).succeeded

    def ordered(order: LienOrder, signer: LocalSigner) -> SignedLienOrder:
        return liens.signed(order, signer.sign_digest)

    reserve = liens.reserve(wallet)
    forged = ordered(reserve, next_owner)
    assert liens.refusal(forged) == ("InvalidOrderSignature", wallet)
    assert liens.send(liens.registry.admin, ordered(reserve, owner)).succeeded
    assert liens.lien().bank == wallet
    assert liens.refusal(ordered(liens.finance(wallet), next_owner))[0] == "InvalidOrderSignature"
    finance = ordered(liens.finance(wallet), owner)
    handed = encode_call("handOver(address)", next_owner.address)
    call = liens.client.sign(
        liens.registry.admin,
        handed,
        nonce=liens.client.next_nonce(liens.registry.admin.address),
        gas_limit=100_000,
        fees=liens.transaction(liens.registry.admin, b"").fees,
        to=wallet,
    )
    liens.client.broadcast(call)
    assert liens.registry.mined(call.tx_hash).succeeded
    assert liens.refusal(finance) == ("InvalidOrderSignature", wallet)
    for order in (liens.finance(wallet), liens.release(10_000, wallet, nonce=2)):
        assert liens.send(liens.registry.admin, ordered(order, next_owner)).succeeded
    assert liens.lien().state is LienState.RELEASED


def test_contract_that_is_no_wallet_signs_nothing(liens: LiensOnChain) -> None:
    registry = liens.registry.client.address
    role_change(liens, "grantRole", registry)
    order = liens.reserve(registry)
    for signature in (b"", liens.registry.bank.sign_digest(bytes(32))):
        calldata = order_calldata(order, signature)
        assert refusal(liens.client, calldata) == ("InvalidOrderSignature", registry)


# --- what is on the chain


def test_calls_and_events_carry_key_bank_numbers_and_signature_alone(liens: LiensOnChain) -> None:
    bank = encode(["address"], [liens.registry.bank.address])
    for order in (
        liens.reserve(),
        liens.finance(nonce=1),
        liens.release(4_000, nonce=2),
        liens.release(6_000, nonce=3),
        liens.reserve(delivery_key=bytes(31) + b"\x01", nonce=4),
        liens.cancel(delivery_key=bytes(31) + b"\x01", nonce=5),
    ):
        signed = liens.signed(order)
        receipt = liens.send(liens.registry.stranger, signed)
        assert receipt.succeeded
        numbers = [order.nonce, order.deadline, getattr(order, "expiry", 0)]
        shares = [getattr(order, "basis_points", 0), liens.lien().released_bp]
        allowed = {order.delivery_key, bank, *(n.to_bytes(32) for n in (*numbers, *shares))}
        for topics, data in logs(liens, receipt):
            words = [to_bytes(topic) for topic in topics[1:]]
            words += [to_bytes(data)[at : at + 32] for at in range(0, len(to_bytes(data)), 32)]
            assert set(words) <= allowed
        calldata = signed.calldata
        head = [calldata[at : at + 32] for at in range(4, 4 + 32 * len(order.members), 32)]
        assert set(head) <= allowed
        tail = encode(["bytes"], [signed.signature])[32:]
        assert calldata[4 + 32 * (len(order.members) + 1) :] == tail


def test_interface_has_no_place_for_an_amount_or_a_name() -> None:
    own = {"reserve", "finance", "release", "cancel"}
    own |= {"LienReserved", "LienFinanced", "LienReleased", "LienCancelled"}
    parts = [item for item in lien_registry_artifact().abi if item.get("name") in own]
    assert len(parts) == len(own)
    assert {part["name"] for item in parts for part in item["inputs"]} == {
        "key",
        "bank",
        "expiry",
        "basisPoints",
        "releasedBp",
        "nonce",
        "deadline",
        "signature",
    }
    assert "string" not in {part["type"] for item in parts for part in item["inputs"]}
