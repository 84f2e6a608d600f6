"""RLP as Ethereum hashes it, read strictly: one byte string has one meaning."""

from typing import TypeAlias

from service.proof.errors import RlpError

RlpItem: TypeAlias = "bytes | list[RlpItem]"

MAX_DEPTH = 16
_SHORT = 55
_TEXT, _LIST = 0x80, 0xC0  # first byte of an empty byte string, of an empty list


def decode_rlp(raw: bytes) -> RlpItem:
    """The one item that ``raw`` encodes.

    Raises ``RlpError`` for bytes left over or missing, for lengths or single bytes not written in
    their shortest form, and for nesting beyond ``MAX_DEPTH``.
    """
    item, end = _item(raw, 0, 0)
    if end != len(raw):
        raise RlpError(limit=f"{len(raw) - end} bytes after the end")
    return item


def decode_rlp_list(raw: bytes) -> list[RlpItem]:
    """The list that ``raw`` encodes; raises ``RlpError`` also where it is a byte string."""
    item = decode_rlp(raw)
    if not isinstance(item, list):
        raise RlpError(limit="a byte string in place of a list")
    return item


def encode_rlp(item: RlpItem) -> bytes:
    """The RLP of ``item``: keys of the receipt trie, embedded trie nodes."""
    if isinstance(item, list):
        body = b"".join(encode_rlp(member) for member in item)
        return _prefix(len(body), _LIST) + body
    if len(item) == 1 and item[0] < _TEXT:
        return item
    return _prefix(len(item), _TEXT) + item


def encode_uint(number: int) -> bytes:
    """``number`` big-endian without leading zeros; zero is the empty string."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def decode_uint(item: RlpItem, *, max_bytes: int = 32) -> int:
    """The integer that ``item`` holds, at most ``max_bytes`` long, without leading zeros."""
    if not isinstance(item, bytes) or len(item) > max_bytes or item[:1] == b"\x00":
        raise RlpError(limit=f"no integer of at most {max_bytes} bytes")
    return int.from_bytes(item, "big")


def decode_fixed(item: RlpItem, length: int) -> bytes:
    """``item`` where it is a byte string of exactly ``length`` bytes."""
    if not isinstance(item, bytes) or len(item) != length:
        raise RlpError(limit=f"no byte string of {length} bytes")
    return item


def _prefix(length: int, offset: int) -> bytes:
    if length <= _SHORT:
        return bytes([offset + length])
    size = encode_uint(length)
    return bytes([offset + _SHORT + len(size)]) + size


def _item(raw: bytes, start: int, depth: int) -> tuple[RlpItem, int]:
    if depth > MAX_DEPTH:
        raise RlpError(limit=f"nested deeper than {MAX_DEPTH} levels")
    if start >= len(raw):
        raise RlpError(limit="it ends too early")
    first = raw[start]
    if first < _TEXT:
        return raw[start : start + 1], start + 1
    if first < _LIST:
        body, end = _extent(raw, start, first - _TEXT)
        if end - body == 1 and raw[body] < _TEXT:
            raise RlpError(limit="a single byte written long")
        return raw[body:end], end
    body, end = _extent(raw, start, first - _LIST)
    members: list[RlpItem] = []
    position = body
    while position < end:
        member, position = _item(raw, position, depth + 1)
        members.append(member)
    if position != end:
        raise RlpError(limit="a member reaches beyond its list")
    return members, end


def _extent(raw: bytes, start: int, code: int) -> tuple[int, int]:
    """Where the body of the item at ``start`` begins and ends."""
    body, length = start + 1, code
    if code > _SHORT:
        size = raw[body : body + code - _SHORT]
        body, length = body + len(size), int.from_bytes(size, "big")
        if size[:1] == b"\x00" or length <= _SHORT:
            raise RlpError(limit="a length not in its shortest form")
    if body + length > len(raw):
        raise RlpError(limit="it ends too early")
    return body, body + length
