"""The code with which a seller answers: six digits that stand on one printed ticket alone.

What is stored is a slow, salted hash. A code belongs to a print, so that a reprint or a corrected
ticket brings another one, and each is good for one answer.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from service.domain.errors import ForbiddenError, RuleBrokenError, gettext_noop

SALT_BYTES = 16
HASH_BYTES = 32
DIGITS = 6
MOST_TRIES = 10
"""Wrong codes that a ticket takes before only a new print opens it again."""

_COST = {"n": 2**12, "r": 8, "p": 1}
"""Cost of scrypt (RFC 7914): some 15 ms and 4 MiB for each try."""

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}\Z")


class SellerCodeInvalidError(RuleBrokenError):
    """A text is no such code."""

    message = gettext_noop("The code beside the QR code has %(limit)s digits.")


class SellerCodeWrongError(ForbiddenError):
    """The code stands on no print of this ticket, or was used."""

    message = gettext_noop(
        "This code does not stand on the ticket as it is now, or it was used. %(limit)s tries are"
        " left; a new print has a new code."
    )


class SellerCodeClosedError(ForbiddenError):
    """Too many wrong codes."""

    message = gettext_noop("There were %(value)s wrong codes. Ask for a new print of the ticket.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerCode:
    """A new code: ``digits`` for the paper, ``salt`` and ``digest`` for the record."""

    digits: str
    salt: bytes
    digest: bytes


def new_seller_code(random: bytes) -> SellerCode:
    """A code from 24 random bytes: 8 for its digits, 16 for its salt."""
    number, salt = int.from_bytes(random[:8], "big"), random[8 : 8 + SALT_BYTES]
    digits = f"{number % 10**DIGITS:0{DIGITS}d}"
    return SellerCode(digits=digits, salt=salt, digest=seller_code_hash(digits, salt))


def seller_code_hash(digits: str, salt: bytes) -> bytes:
    """The 32 bytes that are stored of a code; raises ``SellerCodeInvalidError``."""
    require_code_form(digits)
    return hashlib.scrypt(digits.encode(), salt=salt, dklen=HASH_BYTES, **_COST)


def require_code_form(digits: str) -> None:
    """Return for six digits; raises ``SellerCodeInvalidError`` for anything else."""
    if not _CODE.match(digits):
        raise SellerCodeInvalidError(field="code", limit=DIGITS)


def is_seller_code(digits: str, *, salt: bytes, digest: bytes) -> bool:
    """Whether ``digits`` are those of which ``digest`` is stored."""
    return hmac.compare_digest(seller_code_hash(digits, salt), digest)
