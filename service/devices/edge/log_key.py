"""The key with which the edge unit signs its entries: Ed25519, in a file beside the store."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.devices.private_file import write_private
from service.domain.errors import FerrotraceError, gettext_noop

KEY_BYTES = 32


class LogKeyError(FerrotraceError):
    """The file of the log key holds no key."""

    message = gettext_noop("The log key %(value)s cannot be read: %(limit)s.")


def log_key_file(store: Path) -> Path:
    """Where the key of the store at ``store`` lies."""
    return store.with_name(store.name + ".logkey")


def log_key(store: Path) -> Ed25519PrivateKey:
    """The key of the store at ``store``, made (mode 0600) where there is none.

    Raises LogKeyError for a file that holds none: a new key would break with the entries signed so
    far, so none is made in its place.
    """
    path = log_key_file(store)
    if not path.exists():
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw().hex())
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise LogKeyError(field="logkey", value=path.name, limit=str(error)) from error


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The public half of ``key``, 32 bytes."""
    return key.public_key().public_bytes_raw()


def key_made_at(store: Path) -> datetime:
    """When the key of the store at ``store`` was written, to the second."""
    written = log_key_file(store).stat().st_mtime_ns
    return datetime.fromtimestamp(written // 10**9, tz=UTC)
