"""Keys of chain accounts in files: an encrypted keystore (Web3, version 3), or hexadecimal."""

import json
from collections.abc import Callable
from pathlib import Path

from eth_account import Account
from eth_utils.address import to_checksum_address

from service.chain.signer import LocalSigner
from service.domain.errors import RuleBrokenError, gettext_noop


class KeyFileError(RuleBrokenError):
    """A file that holds no key, or none under this password."""

    message = gettext_noop("The key file %(value)s cannot be used: %(limit)s.")


def new_keystore(password: str, *, key: str | None = None) -> str:
    """Text of the keystore of ``key`` or of a new one, encrypted with ``password``."""
    account = Account.create() if key is None else Account.from_key(key)
    return json.dumps(Account.encrypt(account.key, password))


def keystore_address(path: Path) -> str:
    """EIP-55 address of a keystore, which needs no password; raises ``KeyFileError``."""
    try:
        return str(to_checksum_address("0x" + json.loads(path.read_text("utf-8"))["address"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyFileError(value=path, limit=str(error)) from error


def signer_from_file(path: Path, password: Callable[[], str]) -> LocalSigner:
    """The key in the file: of a keystore under the ``password`` that is asked for, else as it is.

    Raises ``KeyFileError``; no text of the key is in it.
    """
    try:
        text = path.read_text("utf-8").strip()
        if text.startswith("{"):
            return LocalSigner("0x" + bytes(Account.decrypt(text, password())).hex())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyFileError(value=path, limit=str(error)) from error
    try:
        return LocalSigner(text)
    except ValueError as error:
        raise KeyFileError(value=path, limit="32 bytes in hexadecimal") from error
