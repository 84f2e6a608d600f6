"""Plain ways to do the same, to measure against: the definitions, written down and recomputed."""

from collections.abc import Sequence
from hashlib import sha256


def plain_log_root(leaves: Sequence[bytes]) -> bytes:
    """Root of a log as RFC 9162 section 2.1.1 defines it, by recursion and nothing kept."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = plain_log_root(leaves[:middle]), plain_log_root(leaves[middle:])
    return sha256(b"\x01" + left + right).digest()


def plain_inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Inclusion proof as RFC 9162 section 2.1.3.1 defines it."""
    if len(leaves) == 1:
        return []
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if index < middle:
        below, sibling = plain_inclusion_proof(leaves[:middle], index), leaves[middle:]
    else:
        below, sibling = plain_inclusion_proof(leaves[middle:], index - middle), leaves[:middle]
    return [*below, plain_log_root(sibling)]
