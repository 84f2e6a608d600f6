"""Canonical text, the batch tree and the log, written a second time from their definitions.

The writers have their own; only the two hash functions are shared. Recursion follows the text of
RFC 9162 and of ledger.md, sections 4 and 5, word for word.
"""

import json
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring
from typing import Any

from service.proof.hashing import keccak256, sha256


def canonical(value: Any) -> bytes:
    """RFC 8785 text of JSON values without fractions and with ASCII keys."""
    return _canonical_text(value).encode()


def _canonical_text(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        members = [
            f"{encode_basestring(key)}:{_canonical_text(value[key])}" for key in sorted(value)
        ]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical_text, value)) + "]"
    return json.dumps(value)


def batch_root(target_hashes: Iterable[bytes]) -> bytes:
    """Root over the sorted hashes, at least one; a lone last node is carried up unchanged."""
    layer = sorted(target_hashes)
    while len(layer) > 1:
        pairs = [sorted(layer[i : i + 2]) for i in range(0, len(layer), 2)]
        layer = [keccak256(p[0] + p[1]) if len(p) == 2 else p[0] for p in pairs]  # noqa: PLR2004 # a pair
    return layer[0]


class Log:
    """MTH and PROOF of RFC 9162 over entry bytes; full subtrees are remembered."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        """Hash ``entries``, in log order."""
        self._leaves = [sha256(b"\x00" + entry) for entry in entries]
        self._full: dict[tuple[int, int], bytes] = {}

    def __len__(self) -> int:
        """Number of entries."""
        return len(self._leaves)

    def head(self, size: int) -> bytes | None:
        """MTH(D[0:size]), or None where the log has fewer entries."""
        if size > len(self._leaves):
            return None
        return self._mth(0, size) if size else sha256(b"")

    def consistency(self, old_size: int, new_size: int) -> list[bytes]:
        """PROOF(old_size, D[0:new_size]); nothing where the old log was empty."""
        return self._subproof(old_size, 0, new_size, is_whole=True) if old_size else []

    def _mth(self, start: int, end: int) -> bytes:
        width = end - start
        if width == 1:
            return self._leaves[start]
        known = self._full.get((start, end))
        if known is not None:
            return known
        middle = start + _largest_power_of_two_below(width)
        root = sha256(b"\x01" + self._mth(start, middle) + self._mth(middle, end))
        if width & (width - 1) == 0:
            self._full[start, end] = root
        return root

    def _subproof(self, m: int, start: int, end: int, *, is_whole: bool) -> list[bytes]:
        n = end - start
        if m == n:
            return [] if is_whole else [self._mth(start, end)]
        k = _largest_power_of_two_below(n)
        middle = start + k
        if m <= k:
            return [
                *self._subproof(m, start, middle, is_whole=is_whole),
                self._mth(middle, end),
            ]
        return [*self._subproof(m - k, middle, end, is_whole=False), self._mth(start, middle)]


def _largest_power_of_two_below(n: int) -> int:
    power = 1
    while power * 2 < n:
        power *= 2
    return power
