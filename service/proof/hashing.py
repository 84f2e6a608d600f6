"""The two hash functions of the evidence, and addresses as Ethereum writes them."""

import hashlib

from sha3 import keccak_256

_RAISING = "89abcdef"  # nibbles of the hash that raise the letter above them (EIP-55)


def keccak256(data: bytes) -> bytes:
    """Keccak-256 of ``data``, 32 bytes: documents, batch trees and everything of the chain."""
    digest: bytes = keccak_256(data).digest()
    return digest


def keccak256_hex(data: bytes) -> str:
    """Keccak-256 of ``data`` as 64 hex digits."""
    digits: str = keccak_256(data).hexdigest()
    return digits


def sha256(data: bytes) -> bytes:
    """SHA-256 of ``data``, 32 bytes: the log, photographs, factor sets."""
    return hashlib.sha256(data).digest()


def checksum_address(address: bytes) -> str:
    """``address`` (20 bytes) as ``0x`` and 40 hex digits in mixed case (EIP-55)."""
    digits = address.hex()
    mask = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if nibble in _RAISING else digit
        for digit, nibble in zip(digits, mask, strict=False)
    )
