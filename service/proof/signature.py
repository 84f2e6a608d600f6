"""Who signed: the Ethereum address behind a signature over 32 bytes.

Recovery needs the package ``eth_keys``, the only one here beside the hash library, and only for
this: a verifier without it says that the signature was not checked.
"""

from service.domain.errors import UnavailableError, gettext_noop

SIGNATURE_BYTES = 65
ADDRESS_BYTES = 20

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_LARGEST_S = _ORDER // 2
_FIRST_V = 27


class CanNotRecoverError(UnavailableError):
    """The package that recovers signers is not installed: nothing is said of the signature."""

    message = gettext_noop("Signatures cannot be checked here: the package eth-keys is missing.")


def recover_address(digest: bytes, signature: bytes) -> bytes | None:
    """Address (20 bytes) that signed ``digest`` (32 bytes), None where no key can have done so.

    ``signature`` is r ‖ s ‖ v, 65 bytes, v 27 or 28; an s above half the order is nobody's, as on
    chain (EIP-2). Raises ``CanNotRecoverError``.
    """
    if len(signature) != SIGNATURE_BYTES:
        return None
    s, v = int.from_bytes(signature[32:64], "big"), signature[64] - _FIRST_V
    if v not in (0, 1) or s > _LARGEST_S:
        return None
    try:
        from eth_keys.datatypes import Signature  # noqa: PLC0415 - may be absent
        from eth_keys.exceptions import BadSignature  # noqa: PLC0415
        from eth_utils.exceptions import ValidationError  # noqa: PLC0415 - comes with eth_keys
    except ImportError as error:
        raise CanNotRecoverError from error
    try:
        signed = Signature(signature[:64] + bytes((v,)))
        return signed.recover_public_key_from_msg_hash(digest).to_canonical_address()
    except (BadSignature, ValidationError):
        return None
