"""The keys with which a site promises: encrypted keystores (Web3, version 3) in one folder.

The name of a keystore is geth's, ``UTC--<made at>--<address>``, so that names are in the order in
which the keys were made. The newest signs. The one before it is kept for what was stored while it
was the newest and is still without a promise; older ones are destroyed.
"""

import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json
from eth_keys.datatypes import PrivateKey

from service.devices.private_file import write_private
from service.domain.errors import ConflictError, FerrotraceError, NotFoundError, gettext_noop

KEPT_KEYS = 2
_NAME = re.compile(r"UTC--(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)\.\d{9}Z--[0-9a-f]{40}")
_TIME = "%Y-%m-%dT%H-%M-%S"
_FIRST_V = 27


class KeystoreError(FerrotraceError):
    """A keystore that cannot be opened."""

    message = gettext_noop("The keystore %(value)s cannot be opened: %(limit)s.")


class KeyReplacedError(ConflictError):
    """The key that is to be replaced is not the one that signs."""

    message = gettext_noop("The key %(value)s does not sign here; %(limit)s does.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKey:
    """A key that signs what is recorded from ``made_at`` (seconds since 1970) on.

    ``address`` is 0x and 40 hex digits with their checksum, ``public_key`` 65 bytes from 0x04.
    """

    address: str
    public_key: bytes
    made_at: int
    _private: PrivateKey = field(repr=False)

    def sign(self, digest: bytes) -> bytes:
        """Signature r ‖ s ‖ v over 32 bytes, v 27 or 28: the same bytes give the same one."""
        signature = self._private.sign_msg_hash(digest)
        return bytes(signature.to_bytes()[:64]) + bytes((_FIRST_V + signature.v,))


class KeyRing:
    """The keys in ``folder``, opened with the password in ``password_file``.

    Where there are none, the first is made, and with it the password where there is none either.
    Raises KeystoreError.
    """

    def __init__(self, folder: Path, password_file: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not password_file.exists() and not self._files():
            write_private(password_file, secrets.token_hex(32))
        self._password = _password(password_file)
        self._keys = [self._opened(path) for path in self._files()[-KEPT_KEYS:]]
        if not self._keys:
            self._make()

    @property
    def newest(self) -> PromiseKey:
        """The key that signs what is recorded now."""
        return self._keys[-1]

    def at(self, recorded_at: int) -> PromiseKey:
        """The key that signed at that time (seconds since 1970); raises NotFoundError."""
        for key in reversed(self._keys):
            if key.made_at <= recorded_at:
                return key
        raise NotFoundError(field="recordedAt", what="promise key", key=str(recorded_at))

    def replace(self, address: str) -> PromiseKey:
        """Make the key that signs from now on in place of ``address``; asked again, the same one.

        Raises KeyReplacedError where another one signs.
        """
        with self._lock:
            addresses = [key.address for key in self._keys]
            if address == addresses[-1]:
                self._make()
            elif address not in addresses:
                raise KeyReplacedError(field="replaces", value=address, limit=addresses[-1])
            return self.newest

    def _make(self) -> None:
        private = PrivateKey(secrets.token_bytes(32))
        keystore = create_keyfile_json(private.to_bytes(), self._password)
        now = datetime.now(UTC)
        address = private.public_key.to_canonical_address().hex()
        name = f"UTC--{now.strftime(_TIME)}.{now.microsecond:06d}000Z--{address}"
        write_private(self._folder / name, json.dumps(keystore))
        self._keys = [*self._keys, _key(private, name)][-KEPT_KEYS:]
        for path in self._files()[:-KEPT_KEYS]:
            path.unlink()

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def _opened(self, path: Path) -> PromiseKey:
        try:
            keystore = json.loads(path.read_text("utf-8"))
            private = PrivateKey(decode_keyfile_json(keystore, self._password))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeystoreError(field="keys", value=path.name, limit=str(error)) from error
        return _key(private, path.name)


def _key(private: PrivateKey, name: str) -> PromiseKey:
    stamp = _NAME.fullmatch(name)
    assert stamp is not None  # noqa: S101 # only such files are keystores
    made_at = datetime.strptime(stamp[1], _TIME).replace(tzinfo=UTC)
    return PromiseKey(
        address=private.public_key.to_checksum_address(),
        public_key=b"\x04" + private.public_key.to_bytes(),
        made_at=int(made_at.timestamp()),
        _private=private,
    )


def _password(path: Path) -> bytes:
    try:
        return path.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise KeystoreError(field="password", value=path.name, limit=str(error)) from error
