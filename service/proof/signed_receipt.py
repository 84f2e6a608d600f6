"""The signed receipt on a printed ticket: the masses as the scale's own program signed them.

It stands in the ticket's QR code, so that it can be checked where nothing but the paper and the
public key of the scale is at hand. It names no person and no plate. The form is

    ADDRESS/t/TICKET_NO#PAYLOAD.SIGNATURE.KEY_ID

with the payload in JCS (RFC 8785) and the Ed25519 signature (RFC 8032) over those bytes, both in
base64url without padding; the key id is the first eight hex digits of the key's SHA-256. Signing
and verifying are handed in, since this package knows hash functions alone.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.proof.errors import FileShapeError
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json
from service.proof.shape import Part, parse_hash, refuse
from service.proof.strict_json import parse_json

RECEIPT_VERSION = 1
SIGNATURE_BYTES = 64
PUBLIC_KEY_BYTES = 32
KEY_ID_DIGITS = 8
LONGEST_TEXT = 2_000

MASSES = ("gross_kg", "tare_kg", "net_kg", "accepted_kg", "deducted_kg", "settlement_kg")
_TEXTS = ("ticket_no", "site", "grade")
_HASHES = ("gross_hash", "tare_hash")
_KEY_ID = re.compile(rf"[0-9a-f]{{{KEY_ID_DIGITS}}}\Z")

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether public key (32 bytes) and signature (64 bytes) go with the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedReceipt:
    """A receipt as read: its members, the bytes that were signed, and by which key."""

    members: Mapping[str, Any]
    payload: bytes
    signature: bytes
    key_id: str


def receipt_payload(
    record: Mapping[str, Any], *, gross_hash: str, tare_hash: str
) -> dict[str, Any]:
    """The members of a receipt from a ticket's record and the hashes of its two weighings."""
    return {
        "v": RECEIPT_VERSION,
        "ticket_no": record["ticket_no"],
        "site": record["site_id"],
        "issued_at": record["issued_at"],
        **{name: record[name] for name in MASSES},
        "grade": record["grade"],
        "gross_hash": gross_hash,
        "tare_hash": tare_hash,
    }


def receipt_text(
    address: str, payload: Mapping[str, Any], *, sign: Callable[[bytes], bytes], public_key: bytes
) -> str:
    """The text of the QR code; ``address`` is that of the service, without a slash at its end."""
    signed = canonical_json(payload)
    parts = (_encoded(signed), _encoded(sign(signed)), receipt_key_id(public_key))
    return f"{address}/t/{payload['ticket_no']}#{'.'.join(parts)}"


def receipt_key_id(public_key: bytes) -> str:
    """The name of a public key (32 bytes): the first eight hex digits of its SHA-256."""
    return sha256(public_key).hex()[:KEY_ID_DIGITS]


def read_receipt(text: str) -> SignedReceipt:
    """The receipt in ``text``, the whole address or what stands behind its ``#``.

    Raises ``FileShapeError`` for anything that ``receipt_text`` does not write.
    """
    if len(text) > LONGEST_TEXT:
        refuse("receipt", f"at most {LONGEST_TEXT} characters were expected")
    parts = text.strip().rpartition("#")[2].split(".")
    if len(parts) != 3:  # noqa: PLR2004 - payload, signature, key
        refuse("receipt", "payload, signature and key, joined by dots, were expected")
    payload, signature = _decoded(parts[0]), _decoded(parts[1])
    if len(signature) != SIGNATURE_BYTES:
        refuse("receipt", f"a signature of {SIGNATURE_BYTES} bytes was expected")
    if not _KEY_ID.match(parts[2]):
        refuse("receipt", f"a key of {KEY_ID_DIGITS} hex digits was expected")
    members = _members(payload)
    return SignedReceipt(members=members, payload=payload, signature=signature, key_id=parts[2])


def is_signed_by(receipt: SignedReceipt, public_key: bytes, verify: Verify) -> bool:
    """Whether the key (32 bytes) that the receipt names signed it."""
    return receipt.key_id == receipt_key_id(public_key) and verify(
        public_key, receipt.signature, receipt.payload
    )


def differing_members(receipt: SignedReceipt, record: Mapping[str, Any]) -> list[str]:
    """The members that a ticket's record states otherwise than the receipt, in order of name."""
    stated = {**record, "site": record.get("site_id")}
    named = ("ticket_no", "site", "issued_at", "grade", *MASSES)
    return sorted(name for name in named if receipt.members[name] != stated.get(name))


def _members(payload: bytes) -> Mapping[str, Any]:
    """The members in ``payload``, which is spelled in the one way that JCS allows."""
    value = parse_json(payload)
    members = Part(value, "receipt", required=("v", "issued_at", *_TEXTS, *MASSES, *_HASHES))
    if members.uint("v") != RECEIPT_VERSION:
        refuse("receipt.v", f"only version {RECEIPT_VERSION} is read")
    members.time("issued_at")
    for name in _TEXTS:
        members.text(name)
    for name in MASSES:
        members.uint(name)
    for name in _HASHES:
        parse_hash(members.get(name), members.path(name))
    if canonical_json(value) != payload:
        refuse("receipt", "the canonical spelling (RFC 8785) was expected")
    return members.members


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decoded(part: str) -> bytes:
    """Bytes of base64url without padding, spelled in the one way that encodes them."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or _encoded(raw) != part:
        raise FileShapeError(field="receipt", limit="receipt: base64url without padding")
    return raw
