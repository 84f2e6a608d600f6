"""Signing keys of an issuer and the time in which each was valid (ledger.md, section 14)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
