"""The signed receipt: a base's promise that a document will be in the log within a set time.

The promise is typed data (EIP-712) that names nothing but the document's hash and two instants, so
that it can stand in a QR code, be kept by a driver and be checked years later against the log.
A promise that was not kept is a proof of omission (ledger.md, section 18).
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from service.proof.hashing import keccak256
from service.proof.shape import HASH_BYTES, refuse
from service.proof.signature import SIGNATURE_BYTES

DEFAULT_MERGE_DELAY_S = 600
"""How long after it was recorded a document may take into the log, by default."""

COMPACT_PREFIX = "FT1."
COMPACT_BYTES = 107
_COMPACT_VERSION = 1
_RECORDED_BYTES = 5
_DELAY_BYTES = 4
_MOST_PROMISES = 16

_DOMAIN_TYPE = keccak256(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_PROMISE_TYPE = keccak256(
    b"InclusionPromise(bytes32 targetHash,uint64 recordedAt,uint64 includeBy)"
)
_NAME = keccak256(b"Ferrotrace")
_VERSION = keccak256(b"1")


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionPromise:
    """``target_hash`` (32 bytes), stored at ``recorded_at``, is in the log by ``include_by``.

    Both instants are seconds since 1970. ``signature`` is r ‖ s ‖ v, 65 bytes; empty before the
    promise is signed.
    """

    target_hash: bytes
    recorded_at: int
    include_by: int
    signature: bytes = b""


def promise_digest(promise: InclusionPromise, chain_id: int, registry: bytes) -> bytes:
    """The 32 bytes that the base's key signs, for the registry (20 bytes) on its chain."""
    domain = keccak256(
        _DOMAIN_TYPE + _NAME + _VERSION + _word(chain_id) + registry.rjust(HASH_BYTES, b"\0")
    )
    struct = keccak256(
        _PROMISE_TYPE + promise.target_hash + _word(promise.recorded_at) + _word(promise.include_by)
    )
    return keccak256(b"\x19\x01" + domain + struct)


def compact_promises(promises: Iterable[InclusionPromise]) -> str:
    """Signed promises as the text of a QR code: ``FT1.`` and one part for each, joined by dots."""
    return COMPACT_PREFIX + ".".join(map(_compact, promises))


def read_promises(text: str) -> list[InclusionPromise]:
    """The promises of such a text, which may follow a ``#``; raises ``FileShapeError``."""
    compact = text.strip().rpartition("#")[2]
    if not compact.startswith(COMPACT_PREFIX):
        refuse("promise", f"a text that begins with {COMPACT_PREFIX} was expected")
    parts = compact.removeprefix(COMPACT_PREFIX).split(".")
    if len(parts) > _MOST_PROMISES:
        refuse("promise", f"at most {_MOST_PROMISES} promises were expected")
    return [_promise(part) for part in parts]


def promise_of(target_hash: bytes, promises: Iterable[InclusionPromise]) -> InclusionPromise:
    """The one of ``promises`` that is for this document; raises ``FileShapeError``."""
    found = next((each for each in promises if each.target_hash == target_hash), None)
    if found is None:
        refuse("promise", "none of the promises is for this document")
    return found


def _compact(promise: InclusionPromise) -> str:
    raw = b"".join(
        (
            bytes((_COMPACT_VERSION,)),
            promise.target_hash,
            promise.recorded_at.to_bytes(_RECORDED_BYTES, "big"),
            (promise.include_by - promise.recorded_at).to_bytes(_DELAY_BYTES, "big"),
            promise.signature,
        )
    )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _promise(part: str) -> InclusionPromise:
    raw = _bytes_of(part)
    if len(raw) != COMPACT_BYTES:
        refuse("promise", f"{len(raw)} bytes, expected {COMPACT_BYTES}")
    if raw[0] != _COMPACT_VERSION:
        refuse("promise", f"only version {_COMPACT_VERSION} is read")
    recorded_from = 1 + HASH_BYTES
    delay_from = recorded_from + _RECORDED_BYTES
    recorded_at = int.from_bytes(raw[recorded_from:delay_from], "big")
    delay_s = int.from_bytes(raw[delay_from:-SIGNATURE_BYTES], "big")
    return InclusionPromise(
        target_hash=raw[1:recorded_from],
        recorded_at=recorded_at,
        include_by=recorded_at + delay_s,
        signature=raw[-SIGNATURE_BYTES:],
    )


def _bytes_of(part: str) -> bytes:
    """Bytes of base64url without padding, spelled in the one way that encodes them."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        refuse("promise", "base64url without padding was expected")
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != part:
        refuse("promise", "base64url without padding was expected")
    return raw


def _word(value: int) -> bytes:
    return value.to_bytes(HASH_BYTES, "big")
