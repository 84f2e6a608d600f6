"""Canonical JSON (RFC 8785) of the few values that log entries and bundles are made of.

Strings, integers, booleans, null, lists and objects with ASCII keys: for these Python's ``json``
with sorted keys writes exactly the canonical bytes. Everything else is refused, not approximated.
"""

import json

from service.proof.errors import CanonicalJsonError

LARGEST_INTEGER = 2**53 - 1
"""Largest magnitude that every JSON reader keeps exact (RFC 8785, section 3.2.2.3)."""


def canonical_json(value: object) -> bytes:
    """UTF-8 bytes of ``value`` in the form of RFC 8785.

    Raises ``CanonicalJsonError`` for floats, integers beyond ±(2^53 − 1), keys that are not ASCII
    text, lone surrogates and any other type.
    """
    _refuse_unfit(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CanonicalJsonError(value="text", limit="lone surrogates have no UTF-8 form") from None


def _refuse_unfit(value: object) -> None:
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise CanonicalJsonError(value=repr(key), limit="keys are ASCII text")
            _refuse_unfit(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_unfit(member)
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise CanonicalJsonError(value=value, limit="integers reach to ±(2^53 - 1)")
    elif value is not None and not isinstance(value, str):
        raise CanonicalJsonError(value=repr(value), limit="only text, integers, lists and objects")
