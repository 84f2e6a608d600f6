"""Signing keys of an issuer and the time in which each was valid (ledger.md, section 14).

They are known from the trust file, or from a ``key-epoch`` document that stands in the log.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.proof.hashing import checksum_address
from service.proof.shape import Part, format_time, refuse

KEY_EPOCH = "key-epoch"
REQUIRED = ("key_id", "purpose", "address", "valid_from")
OPTIONAL = ("site_id", "valid_to")


class KeyPurpose(StrEnum):
    """What a key signs: promises of inclusion, or the transactions that anchor batches."""

    PROMISE = "promise"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEpoch:
    """A key (its ``address``, 20 bytes) and when it was valid, UTC; ``valid_to`` None: still.

    ``site_id`` names the base that a promise key belongs to, None for a key of the whole issuer.
    """

    key_id: str
    purpose: KeyPurpose
    address: bytes
    valid_from: datetime
    valid_to: datetime | None = None
    site_id: str | None = None

    def was_valid_at(self, time_s: int) -> bool:
        """Whether the key was valid at ``time_s`` (seconds since 1970); both ends included."""
        first_s = int(self.valid_from.timestamp())
        return first_s <= time_s and (
            self.valid_to is None or time_s <= int(self.valid_to.timestamp())
        )


def read_key(part: Part) -> KeyEpoch:
    """The key that the members of ``part`` state; raises ``FileShapeError``."""
    purpose = part.text("purpose")
    if purpose not in tuple(KeyPurpose):
        refuse(part.path("purpose"), f"one of {', '.join(KeyPurpose)} was expected")
    return KeyEpoch(
        key_id=part.text("key_id"),
        purpose=KeyPurpose(purpose),
        address=part.address("address"),
        valid_from=part.time("valid_from"),
        valid_to=None if part.get("valid_to") is None else part.time("valid_to"),
        site_id=None if part.get("site_id") is None else part.text("site_id"),
    )


def key_json(key: KeyEpoch) -> dict[str, str]:
    """The members that ``read_key`` reads."""
    part = {
        "key_id": key.key_id,
        "purpose": key.purpose.value,
        "address": checksum_address(key.address),
        "valid_from": format_time(key.valid_from),
    }
    if key.site_id is not None:
        part["site_id"] = key.site_id
    if key.valid_to is not None:
        part["valid_to"] = format_time(key.valid_to)
    return part
