"""PINs: kept as scrypt hashes (RFC 7914), locked after too many wrong ones."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.errors import ForbiddenError, RuleBrokenError, gettext_noop

MOST_WRONG = 5
LOCKED_FOR = timedelta(minutes=5)
_PIN = re.compile(r"[0-9]{4,8}")
COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class PinFormError(RuleBrokenError):
    """A PIN of another form."""

    message = gettext_noop("A PIN has %(limit)s digits.")


class PinWrongError(ForbiddenError):
    """The PIN, the tablet or its signature is not the one enrolled; which is not said."""

    message = gettext_noop("Name, PIN and tablet do not belong together.")


class PinLockedError(ForbiddenError):
    """Too many wrong PINs."""

    message = gettext_noop("Too many wrong PINs. Wait until %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinState:
    """Salt and hash of a PIN (hex), the wrong ones since the last right one, and the lock."""

    salt: str
    hash: str
    wrong: int = 0
    locked_until: datetime | None = None


def new_pin(pin: str) -> PinState:
    """``pin`` as it is kept; raises PinFormError."""
    if not _PIN.fullmatch(pin):
        raise PinFormError(field="pin", limit="4–8")
    salt = secrets.token_bytes(16)
    return PinState(salt=salt.hex(), hash=_hashed(pin, salt))


def tried(state: PinState, pin: str, now: datetime) -> tuple[PinState, bool]:
    """The state after ``pin`` was tried, and whether it is the right one.

    Raises PinLockedError while the lock holds; then nothing is tried.
    """
    if state.locked_until is not None and now < state.locked_until:
        until = state.locked_until.astimezone().strftime("%H:%M:%S")
        raise PinLockedError(field="pin", limit=until)
    if hmac.compare_digest(_hashed(pin, bytes.fromhex(state.salt)), state.hash):
        return PinState(salt=state.salt, hash=state.hash), True
    wrong = state.wrong + 1
    is_locked = wrong >= MOST_WRONG
    return (
        PinState(
            salt=state.salt,
            hash=state.hash,
            wrong=0 if is_locked else wrong,
            locked_until=now + LOCKED_FOR if is_locked else None,
        ),
        False,
    )


def _hashed(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt, **COST).hex()
