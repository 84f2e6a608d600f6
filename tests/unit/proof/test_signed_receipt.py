"""The signed receipt: one spelling, one signature, and a QR code that a phone can read."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from service.proof.errors import FileShapeError
from service.proof.jcs import canonical_json
from service.proof.signed_receipt import (
    differing_members,
    is_signed_by,
    read_receipt,
    receipt_key_id,
    receipt_payload,
    receipt_text,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
RECORD: dict[str, Any] = {
    "ticket_no": "BASE01-E1-26-004217",
    "site_id": "BASE01",
    "issued_at": "2026-11-20T07:13:04Z",
    "gross_kg": 48_620,
    "tare_kg": 16_140,
    "net_kg": 32_480,
    "rejected_kg": 480,
    "accepted_kg": 32_000,
    "deducted_kg": 384,
    "settlement_kg": 31_616,
    "grade": "HRS101",
}
PAYLOAD = receipt_payload(RECORD, gross_hash="1a" * 32, tare_hash="2b" * 32)
TEXT = receipt_text("https://base.example", PAYLOAD, sign=KEY.sign, public_key=PUBLIC)
GOLDEN = (
    "https://base.example/t/BASE01-E1-26-004217#eyJhY2NlcHRlZF9rZyI6MzIwMDAsImRlZHVjd"
    "GVkX2tnIjozODQsImdyYWRlIjoiSFJTMTAxIiwiZ3Jvc3NfaGFzaCI6IjFhMWExYTFhMWExYTFhMWExY"
    "TFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWEiLCJncm9zc19rZyI6N"
    "Dg2MjAsImlzc3VlZF9hdCI6IjIwMjYtMTEtMjBUMDc6MTM6MDRaIiwibmV0X2tnIjozMjQ4MCwic2V0d"
    "GxlbWVudF9rZyI6MzE2MTYsInNpdGUiOiJCQVNFMDEiLCJ0YXJlX2hhc2giOiIyYjJiMmIyYjJiMmIyY"
    "jJiMmIyYjJiMmIyYjJiMmIyYjJiMmIyYjJiMmIyYjJiMmIyYjJiMmIyYjJiMmIyYjJiIiwidGFyZV9rZ"
    "yI6MTYxNDAsInRpY2tldF9ubyI6IkJBU0UwMS1FMS0yNi0wMDQyMTciLCJ2IjoxfQ.VsXdNSXVUZSU2A"
    "oQVaVV0OqUo6I4WA4NCq7aZ2UjzU3-UVxaW5o7KrzqLklw0vo5ZlR4y5JGMW_v3KPCUmukBg.56475aa"
    "7"
)


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_receipt_is_spelled_in_one_way() -> None:
    assert TEXT == GOLDEN


def test_a_receipt_tells_masses_and_hashes_and_who_signed() -> None:
    receipt = read_receipt(TEXT)
    assert receipt.members == PAYLOAD
    assert receipt.key_id == receipt_key_id(PUBLIC)
    assert is_signed_by(receipt, PUBLIC, verifies)
    assert read_receipt(TEXT.partition("#")[2]) == receipt
    assert differing_members(receipt, RECORD) == []


def test_a_receipt_fits_a_code_that_a_roll_of_80_mm_can_carry() -> None:
    code = segno.make(TEXT, error="l", micro=False)
    assert int(code.version) <= 17


def test_another_figure_and_another_key_are_found() -> None:
    receipt = read_receipt(TEXT)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert not is_signed_by(receipt, other, verifies)
    forged = canonical_json({**PAYLOAD, "net_kg": 32_481})
    parts = TEXT.partition("#")[2].split(".")
    changed = read_receipt(".".join((_encoded(forged), *parts[1:])))
    assert not is_signed_by(changed, PUBLIC, verifies)
    assert differing_members(changed, RECORD) == ["net_kg"]
    assert differing_members(receipt, {**RECORD, "site_id": "BASE02"}) == ["site"]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _with(change: Callable[[dict[str, Any]], Any]) -> str:
    members = dict(PAYLOAD)
    change(members)
    return f"{_encoded(canonical_json(members))}.{_encoded(bytes(64))}.00112233"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FT1.abc",
        TEXT + "0",
        TEXT[:-1],
        TEXT.partition("#")[2].replace(".", "!", 1),
        "A" * 2_001,
        f"{_encoded(b'no json')}.{_encoded(bytes(64))}.00112233",
        f"{_encoded(canonical_json(PAYLOAD) + b' ')}.{_encoded(bytes(64))}.00112233",
        f"{_encoded(canonical_json(PAYLOAD))}.{_encoded(bytes(63))}.00112233",
        f"{_encoded(canonical_json(PAYLOAD))}=.{_encoded(bytes(64))}.00112233",
        f"!{TEXT.partition('#')[2]}",
        _with(lambda members: members.update(v=2)),
        _with(lambda members: members.update(plate="辽EDEMO1")),
        _with(lambda members: members.pop("net_kg")),
        _with(lambda members: members.update(net_kg="1")),
        _with(lambda members: members.update(gross_hash="1A" * 32)),
        _with(lambda members: members.update(issued_at="2026-11-20 07:13")),
        _with(lambda members: members.update(grade=1)),
    ],
)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(FileShapeError):
        read_receipt(text)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(FileShapeError):
        read_receipt(text)
