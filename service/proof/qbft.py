"""Seals of a QBFT chain: two thirds of its validators signed the block, so it is final at once.

The extra data of a header are ``[vanity, validators, vote, round, seals]``. The block's hash is
taken with round 0 and no seals, which is the form that a bundle carries; a validator signs the hash
of the header with the round and no seals (Besu, ``BftBlockHashing``, ``QbftExtraDataCodec``).
"""

from collections.abc import Collection
from dataclasses import dataclass

from service.proof.errors import RlpError
from service.proof.hashing import keccak256
from service.proof.rlp import RlpItem, decode_rlp_list, encode_rlp, encode_uint
from service.proof.signature import recover_address

_EXTRA_DATA = 12
_EXTRA_FIELDS = 5
_ROUND = 3
_SEAL_V, _FIRST_V = (0, 1), 27


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSeals:
    """The ``round`` in which a block was agreed, and who sealed it: r ‖ s ‖ v, v 0 or 1."""

    round: int
    signatures: tuple[bytes, ...]


def is_sealed(header_rlp: bytes, seals: BlockSeals | None, validators: Collection[bytes]) -> bool:
    """Whether two thirds of ``validators`` (20 bytes each) sealed the header, each counted once.

    False without seals, without validators, and for a header of another kind of chain. Raises
    ``CanNotRecoverError`` where signatures cannot be checked.
    """
    digest = _sealed_digest(header_rlp, seals.round) if seals and validators else None
    if seals is None or digest is None:
        return False
    signers = {recover_address(digest, _as_of_chain(seal)) for seal in seals.signatures}
    return 3 * len(signers & set(validators)) >= 2 * len(set(validators))


def _sealed_digest(header_rlp: bytes, agreed_in: int) -> bytes | None:
    """What the validators signed, None where the extra data are not those of QBFT."""
    try:
        fields = decode_rlp_list(header_rlp)
        extra = fields[_EXTRA_DATA]
        agreed = decode_rlp_list(extra if isinstance(extra, bytes) else b"")
    except RlpError:
        return None
    if len(agreed) != _EXTRA_FIELDS:
        return None
    with_round: list[RlpItem] = [*agreed[:_ROUND], encode_uint(agreed_in), []]
    fields[_EXTRA_DATA] = encode_rlp(with_round)
    return keccak256(encode_rlp(fields))


def _as_of_chain(seal: bytes) -> bytes:
    """The seal with v 27 or 28; one whose v is neither 0 nor 1 comes out as nobody's."""
    return seal[:-1] + bytes([seal[-1] + _FIRST_V if seal[-1] in _SEAL_V else 0])
