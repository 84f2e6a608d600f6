"""The key under which a delivery stands in the lien registry.

``keccak256(abi.encode(keccak256("ferrotrace.delivery.v1"), purpose, deliveryId, deliverySecret))``:
who knows the delivery document computes it, and nobody else can tell which delivery a key means.
A correction repeats identifier and secret, so a corrected delivery keeps its key.
"""

from service.proof.hashing import keccak256

_TAG = keccak256(b"ferrotrace.delivery.v1")
_WORD_BYTES = 32
_HEAD_BYTES = 4 * _WORD_BYTES  # tag, place of the purpose, place of the identifier, secret


def lien_key(purpose: str, delivery_id: str, secret: bytes) -> bytes:
    """Key of a delivery, 32 bytes, for ``purpose`` ``lien`` or ``avoided-emissions``.

    ``secret`` is the delivery's own, 32 random bytes; raises ``ValueError`` for another length.
    """
    if len(secret) != _WORD_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes, expected {_WORD_BYTES}")
    purpose_tail, delivery_tail = _tail(purpose), _tail(delivery_id)
    head = [
        _TAG,
        _HEAD_BYTES.to_bytes(_WORD_BYTES),
        (_HEAD_BYTES + len(purpose_tail)).to_bytes(_WORD_BYTES),
        secret,
    ]
    return keccak256(b"".join([*head, purpose_tail, delivery_tail]))


def _tail(text: str) -> bytes:
    """A string in the ABI's dynamic part: its length in bytes, then UTF-8 filled to whole words."""
    raw = text.encode()
    return len(raw).to_bytes(_WORD_BYTES) + raw + bytes(-len(raw) % _WORD_BYTES)
