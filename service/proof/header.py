"""Block headers: the fields that evidence rests on, and the hash that names the block."""

from dataclasses import dataclass

from service.proof.errors import HeaderError, RlpError
from service.proof.hashing import keccak256
from service.proof.rlp import decode_fixed, decode_rlp_list, decode_uint

_FEWEST_FIELDS, _MOST_FIELDS = 15, 32
_PARENT, _STATE, _RECEIPTS, _NUMBER, _TIME = 0, 3, 5, 8, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockHeader:
    """A decoded header: hashes of 32 bytes, ``timestamp`` in seconds since 1970 (UTC)."""

    hash: bytes
    number: int
    timestamp: int
    parent_hash: bytes
    state_root: bytes
    receipts_root: bytes


def decode_header(raw: bytes) -> BlockHeader:
    """The header that ``raw`` (RLP) encodes, of any hard fork (ledger.md, section 9).

    Raises ``HeaderError``. Whether the chain knows this block is another question.
    """
    try:
        fields = decode_rlp_list(raw)
        if not _FEWEST_FIELDS <= len(fields) <= _MOST_FIELDS:
            raise HeaderError(limit=f"{len(fields)} fields")
        return BlockHeader(
            hash=keccak256(raw),
            number=decode_uint(fields[_NUMBER], max_bytes=8),
            timestamp=decode_uint(fields[_TIME], max_bytes=8),
            parent_hash=decode_fixed(fields[_PARENT], 32),
            state_root=decode_fixed(fields[_STATE], 32),
            receipts_root=decode_fixed(fields[_RECEIPTS], 32),
        )
    except RlpError as error:
        raise HeaderError(limit=str(error)) from None
