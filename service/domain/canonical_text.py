"""The one text of a record, and its SHA-256: what a price list or a factor is known by."""

import json
from collections.abc import Mapping
from hashlib import sha256


def canonical_text(record: Mapping[str, object]) -> str:
    """``record`` as RFC 8785 JSON.

    For objects with ASCII keys, lists, text and whole numbers below 2^53, which is all that records
    of this package hold, Python's ``json`` with sorted keys writes exactly that form.
    """
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def record_sha256(record: Mapping[str, object]) -> str:
    """SHA-256 of the UTF-8 bytes of ``canonical_text(record)``, as 64 hex digits."""
    return sha256(canonical_text(record).encode()).hexdigest()
