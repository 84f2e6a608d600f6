"""Orders of a lien: what is signed, what is sent, and the file that carries both."""

import json
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from service.chain.lien_order_file import SignedLienOrder, order_json, read_order
from service.chain.lien_orders import (
    CancelOrder,
    FinanceOrder,
    LienOrder,
    ReleaseOrder,
    ReserveOrder,
    order_calldata,
    order_digest,
    typed_data,
)
from service.proof.errors import FileShapeError

BANK = Account.from_key("0x" + "c1" * 32)
CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
KEY = keccak(text="a delivery")
WHEN = {"nonce": 3, "deadline": 1_800_000_000}
ORDERS: list[LienOrder] = [
    ReserveOrder(delivery_key=KEY, bank=BANK.address, expiry=1_900_000_000, **WHEN),
    FinanceOrder(delivery_key=KEY, bank=BANK.address, **WHEN),
    ReleaseOrder(delivery_key=KEY, bank=BANK.address, basis_points=2_500, **WHEN),
    CancelOrder(delivery_key=KEY, bank=BANK.address, **WHEN),
]
each_order = pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.kind)


def signed(order: LienOrder, key: Any = BANK) -> SignedLienOrder:
    digest = order_digest(order, chain_id=1337, contract=CONTRACT)
    signature = bytes(key.unsafe_sign_hash(digest).signature)
    return SignedLienOrder(order=order, signature=signature, chain_id=1337, contract=CONTRACT)


@each_order
def test_digest_is_that_of_the_typed_data_as_a_wallet_computes_it(order: LienOrder) -> None:
    message = encode_typed_data(full_message=typed_data(order, chain_id=1337, contract=CONTRACT))
    expected = keccak(b"\x19" + message.version + message.header + message.body)
    assert order_digest(order, chain_id=1337, contract=CONTRACT) == expected


GOLDEN = {
    "reserve": "69bcd919655f100985f934fff5ed5125f0ae9b90eeccc1af0b1bdf02166371b1",
    "finance": "cf72470535ff23e9a92a16711f249fbb772dfbfe13a5e5eb4e46efc79ad77c08",
    "release": "dbd1dcbe3c95baafe1a2ecf663a53b2b478209cf6911dbdbece1ec4b3d42ddf9",
    "cancel": "dee26b2962724791befb271076734751470bc4937ce7f3594b09681bbd1720fb",
}


@each_order
def test_digest_of_each_kind_is_the_golden_one(order: LienOrder) -> None:
    assert order_digest(order, chain_id=1337, contract=CONTRACT).hex() == GOLDEN[order.kind]


def test_every_member_chain_and_contract_change_the_digest() -> None:
    members = {
        "delivery_key": KEY,
        "bank": BANK.address,
        "basis_points": 1,
        "nonce": 1,
        "deadline": 1,
    }
    changed: dict[str, Any] = {
        "delivery_key": bytes(32),
        "bank": CONTRACT,
        "basis_points": 2,
        "nonce": 2,
        "deadline": 2,
    }
    digests = {
        order_digest(ReleaseOrder(**{**members, name: value}), chain_id=1337, contract=CONTRACT)
        for name, value in changed.items()
    }
    order = ReleaseOrder(**members)
    digests |= {
        order_digest(order, chain_id=1337, contract=CONTRACT),
        order_digest(order, chain_id=1, contract=CONTRACT),
        order_digest(order, chain_id=1337, contract=BANK.address),
    }
    assert len(digests) == 8


@each_order
def test_calldata_is_made_of_the_order_and_its_signature_alone(order: LienOrder) -> None:
    signature = bytes(range(65))
    calldata = order_calldata(order, signature)
    head = len(order.members) + 1  # the members and the place of the signature
    words = [calldata[4 + 32 * index : 36 + 32 * index] for index in range(head + 4)]
    assert len(calldata) == 4 + 32 * (head + 4)
    assert words[0] == KEY
    assert words[1][12:].hex() == BANK.address[2:].lower()
    assert int.from_bytes(words[head - 2]) == WHEN["deadline"]
    assert int.from_bytes(words[head]) == 65
    assert b"".join(words[head + 1 :]) == signature + bytes(31)


@each_order
def test_file_of_an_order_is_read_as_it_was_written(order: LienOrder) -> None:
    given = signed(order)
    raw = json.dumps(order_json(given)).encode()
    assert read_order(raw) == given
    assert read_order(raw).is_signed_by_bank()


def test_file_of_an_order_is_the_golden_one() -> None:
    assert order_json(signed(ORDERS[0])) == {
        "v": 1,
        "kind": "reserve",
        "chain_id": 1337,
        "contract": CONTRACT,
        "delivery_key": KEY.hex(),
        "bank": BANK.address,
        "expiry": 1_900_000_000,
        "nonce": 3,
        "deadline": 1_800_000_000,
        "signature": "0xc434d19e2eacb4619dadc5770786d95b3c5b9c91200ab1a7c67c4521eee0070f288e8a"
        "bbcd4e02eff03c19737c31bceff32f13b8bc3bf1f59fda790ebe218a251c",
    }


def test_another_key_or_another_order_is_not_the_banks_signature() -> None:
    stranger = signed(ORDERS[0], Account.from_key("0x" + "c2" * 32))
    assert not stranger.is_signed_by_bank()
    moved = SignedLienOrder(
        order=ORDERS[1], signature=signed(ORDERS[3]).signature, chain_id=1337, contract=CONTRACT
    )
    assert not moved.is_signed_by_bank()
    short = SignedLienOrder(order=ORDERS[1], signature=b"", chain_id=1337, contract=CONTRACT)
    assert not short.is_signed_by_bank()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"v": 2}, "order.v"),
        ({"kind": "pledge"}, "order.kind"),
        ({"kind": ["release"]}, "order.kind"),
        ({"amount_fen": 1}, "order.amount_fen"),
        ({"nonce": -1}, "order.nonce"),
        ({"nonce": "3"}, "order.nonce"),
        ({"basis_points": 10_001}, "at most 10000"),
        ({"bank": BANK.address.lower()}, "EIP-55"),
        ({"contract": "0x12"}, "order.contract"),
        ({"delivery_key": "0x" + KEY.hex()}, "order.delivery_key"),
        ({"signature": "0X00"}, "order.signature"),
    ],
)
def test_file_that_is_no_order_is_refused(changed: dict[str, Any], told: str) -> None:
    content = {**order_json(signed(ORDERS[2])), **changed}
    with pytest.raises(FileShapeError, match=told):
        read_order(json.dumps(content).encode())


@pytest.mark.parametrize("raw", [b"", b"[]", b"1", b'{"kind": "cancel"}'])
def test_file_without_an_order_is_refused(raw: bytes) -> None:
    with pytest.raises(FileShapeError):
        read_order(raw)
