"""An entry of an edge unit, opened: hashed anew, and cut down to what can be compared.

Written from the description of the entries' form (docs/api.md), apart from the code that takes
them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.proof.hashing import sha256
from service.usecases.audit.trees import canonical

LARGE = ("frames", "curve")
"""Members of a capture that are not kept in memory; its own hashes bind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEntry:
    """``computed`` is what the bytes hash to; ``is_canonical`` says that they have the one form."""

    content: Mapping[str, Any]
    computed: bytes
    is_canonical: bool

    @property
    def body(self) -> Mapping[str, Any]:
        """What was done."""
        body: Mapping[str, Any] = self.content["body"]
        return body

    @property
    def at(self) -> datetime:
        """When it was done, by the unit's clock."""
        return datetime.fromisoformat(self.content["at"])

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the key (Ed25519, 32 bytes) signed the hash of these bytes."""
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(bytes.fromhex(self.content["signature"]), self.computed)
        except (InvalidSignature, ValueError):
            return False
        return True


def opened_entry(envelope: bytes) -> OpenedEntry | None:
    """The entry; None where the bytes are none."""
    try:
        content = json.loads(envelope)
        hashed = {key: content[key] for key in content if key not in {"hash", "signature"}}
        computed = sha256(canonical(hashed))
        is_canonical = canonical(content) == bytes(envelope)
        capture = content["body"].get("capture", {})
        for name in LARGE:
            capture.pop(name, None)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None
    return OpenedEntry(content=content, computed=computed, is_canonical=is_canonical)
