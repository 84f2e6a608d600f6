"""A block header as the bytes whose keccak-256 is the block hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rlp
from eth_utils.crypto import keccak

from service.chain.values import to_bytes, to_hex
from service.domain.errors import UnavailableError, gettext_noop
from service.proof.qbft import BlockSeals

# In the order of the list; the second half came with later forks and is absent before them.
_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"),
    *("logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"),
    *("mixHash", "nonce"),
)
_FORK_FIELDS = (
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"),
    *("parentBeaconBlockRoot", "requestsHash"),
)
_INTEGERS = {
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
    *("baseFeePerGas", "blobGasUsed", "excessBlobGas"),
}


class HeaderHashError(UnavailableError):
    """The header that a node shows does not hash to the block hash it shows."""

    message = gettext_noop("The header of block %(number)s hashes to %(value)s, not to %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenBlock:
    """A block whose header was checked against its hash, with the roots that proofs lead to."""

    number: int
    block_hash: bytes
    header_rlp: bytes
    state_root: bytes
    receipts_root: bytes
    seals: BlockSeals | None = None

    def to_json(self) -> dict[str, Any]:
        part: dict[str, Any] = {
            "number": self.number,
            "hash": to_hex(self.block_hash),
            "headerRlp": to_hex(self.header_rlp),
        }
        if self.seals:
            signatures = [to_hex(seal) for seal in self.seals.signatures]
            part["seals"] = {"round": self.seals.round, "signatures": signatures}
        return part


def header_rlp(block: Mapping[str, Any]) -> bytes:
    """RLP of the header of a block as JSON-RPC gives it, all fork fields that it has included."""
    fork_fields = (name for name in _FORK_FIELDS if block.get(name) is not None)
    return bytes(rlp.encode([_field(name, block[name]) for name in (*_FIELDS, *fork_fields)]))


def proven_block(block: Mapping[str, Any]) -> ProvenBlock:
    """The block with the header bytes that hash to its hash.

    Raises ``HeaderHashError`` where neither the header nor its form without seals does.
    """
    encoded = header_rlp(block)
    block_hash = to_bytes(block["hash"])
    number = int(block["number"], 16)
    seals = None
    if keccak(encoded) != block_hash:
        extra_data, seals = _unsealed(to_bytes(block["extraData"]))
        encoded = header_rlp({**block, "extraData": to_hex(extra_data)})
    if keccak(encoded) != block_hash:
        raise HeaderHashError(number=number, value=to_hex(keccak(encoded)), limit=block["hash"])
    return ProvenBlock(
        number=number,
        block_hash=block_hash,
        header_rlp=encoded,
        state_root=to_bytes(block["stateRoot"]),
        receipts_root=to_bytes(block["receiptsRoot"]),
        seals=seals,
    )


def integer_bytes(value: int) -> bytes:
    """Big-endian bytes without leading zeros; 0 is the empty string."""
    return value.to_bytes((value.bit_length() + 7) // 8)


def _unsealed(extra_data: bytes) -> tuple[bytes, BlockSeals | None]:
    """QBFT extra data as it is hashed, round 0 and no seals, and the seals; other data as it is.

    The list is [vanity, validators, vote, round, seals] (Besu, ``BftBlockHashing``).
    """
    try:
        vanity, validators, vote, agreed_in, seals = rlp.decode(extra_data)
    except (rlp.exceptions.DecodingError, ValueError):
        return extra_data, None
    hashed = bytes(rlp.encode([vanity, validators, vote, b"", []]))
    return hashed, BlockSeals(round=int.from_bytes(agreed_in, "big"), signatures=tuple(seals))


def _field(name: str, value: str) -> bytes:
    return integer_bytes(int(value, 16)) if name in _INTEGERS else to_bytes(value)
