"""Reading the parts of a bundle or trust file: closed objects, canonical hex, exact types."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NoReturn

from service.proof.errors import FileShapeError
from service.proof.hashing import checksum_address

_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_QUANTITY = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,63})")

HASH_BYTES = 32
MAX_NODE_BYTES = 64 * 1024
_LAST_SECOND = 253_402_300_799


class Part:
    """One JSON object of a file with its path, read member by member; unknown members refused."""

    __slots__ = ("_path", "members")

    def __init__(
        self,
        value: object,
        path: str,
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
    ) -> None:
        """Take ``value``, an object with every ``required`` member and no unnamed one.

        Raises ``FileShapeError``, as do all readers, naming the path of the offending member.
        """
        if not isinstance(value, dict):
            refuse(path, "an object was expected")
        for name in value.keys() - set(required) - set(optional):
            refuse(f"{path}.{name}", "this member is not part of the format")
        for name in set(required) - value.keys():
            refuse(f"{path}.{name}", "this member is missing")
        for name, member in value.items():
            if member is None:
                refuse(f"{path}.{name}", "null stands for nothing here; leave the member out")
        self.members: dict[str, Any] = value
        self._path = path

    def path(self, name: str) -> str:
        """Dotted path of the member ``name`` in the file."""
        return f"{self._path}.{name}"

    def get(self, name: str) -> Any:
        """The member as it stands, or None where it is absent."""
        return self.members.get(name)

    def text(self, name: str) -> str:
        """A string."""
        value = self.get(name)
        if not isinstance(value, str):
            self._refuse(name, "a text was expected")
        return value

    def uint(self, name: str) -> int:
        """An integer, zero or more."""
        value = self.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._refuse(name, "an integer of 0 or more was expected")
        return value

    def items(self, name: str, *, most: int) -> list[Any]:
        """A list of at most ``most`` members."""
        value = self.get(name)
        if not isinstance(value, list) or len(value) > most:
            self._refuse(name, f"a list of at most {most} members was expected")
        return value

    def hash(self, name: str) -> bytes:
        """32 bytes, written as 64 lower-case hex digits without ``0x``."""
        return parse_hash(self.get(name), self.path(name))

    def hashes(self, name: str, *, most: int) -> tuple[bytes, ...]:
        """A list of such hashes."""
        return tuple(parse_hash(item, self.path(name)) for item in self.items(name, most=most))

    def evm_bytes(self, name: str, *, length: int | None = None) -> bytes:
        """Bytes written as ``0x`` and lower-case hex, exactly ``length`` where given."""
        return parse_evm_bytes(self.get(name), self.path(name), length=length)

    def evm_nodes(self, name: str, *, most: int) -> tuple[bytes, ...]:
        """A list of such bytes."""
        path = self.path(name)
        return tuple(parse_evm_bytes(item, path) for item in self.items(name, most=most))

    def quantity(self, name: str) -> int:
        """An integer of at most 256 bits as ``0x`` hex without leading zeros."""
        value = self.text(name)
        if not _QUANTITY.fullmatch(value):
            self._refuse(name, "an integer in 0x hex without leading zeros was expected")
        return int(value, 16)

    def address(self, name: str) -> bytes:
        """An address of 20 bytes, written with its checksum (EIP-55)."""
        value = self.text(name)
        address = parse_evm_bytes(value.lower(), self.path(name), length=20)
        if checksum_address(address) != value:
            self._refuse(name, "the address does not carry its checksum (EIP-55)")
        return address

    def time(self, name: str) -> datetime:
        """An instant ``YYYY-MM-DDTHH:MM:SSZ``."""
        value = self.text(name)
        try:
            instant = datetime.strptime(value, _TIME_FORMAT).replace(tzinfo=UTC)
        except ValueError:
            self._refuse(name, "a time YYYY-MM-DDTHH:MM:SSZ was expected")
        if format_time(instant) != value:
            self._refuse(name, "a time YYYY-MM-DDTHH:MM:SSZ was expected")
        return instant

    def _refuse(self, name: str, limit: str) -> NoReturn:
        refuse(self.path(name), limit)


def format_time(instant: datetime) -> str:
    """``instant`` (UTC) as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return instant.strftime(_TIME_FORMAT)


def parse_hash(value: object, path: str) -> bytes:
    """32 bytes from 64 lower-case hex digits; raises ``FileShapeError``."""
    if not isinstance(value, str) or len(value) != 2 * HASH_BYTES or not _HEX.fullmatch(value):
        refuse(path, "64 lower-case hex digits were expected")
    return bytes.fromhex(value)


def parse_evm_bytes(value: object, path: str, *, length: int | None = None) -> bytes:
    """Bytes from ``0x`` and lower-case hex digits; raises ``FileShapeError``."""
    if not isinstance(value, str) or value[:2] != "0x" or not _HEX.fullmatch(value, 2):
        refuse(path, "0x and lower-case hex digits were expected")
    raw = bytes.fromhex(value[2:])
    if len(raw) > MAX_NODE_BYTES or length not in (None, len(raw)):
        refuse(path, f"{len(raw)} bytes, expected {length or f'at most {MAX_NODE_BYTES}'}")
    return raw


def refuse(path: str, limit: str) -> NoReturn:
    """Raise ``FileShapeError`` for the member at ``path``."""
    raise FileShapeError(field=path, limit=f"{path}: {limit}")


def format_unix_time(time_s: int) -> str:
    """Seconds since 1970 (UTC) as ``YYYY-MM-DDTHH:MM:SSZ``, at most the end of the year 9999."""
    return format_time(datetime.fromtimestamp(min(time_s, _LAST_SECOND), UTC))
