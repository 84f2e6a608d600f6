"""What a picture file says of itself before it is decoded: kind, size, and whether it is whole.

Decoders fill the missing part of a cut file with grey and say nothing, and they reserve memory for
whatever size a header claims. Both are found here, by the structure of the file alone.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from grading.errors import NotAPictureError, TruncatedPictureError


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Kind of the file and the size that its header states, in pixels."""

    kind: str
    width_px: int
    height_px: int


def read_container(raw: bytes) -> Container:
    """Return kind and size of a JPEG, PNG, WebP or BMP file.

    Raises ``NotAPictureError`` for any other bytes, ``TruncatedPictureError`` for a file that ends
    before its own end marker or whose structure is damaged.
    """
    for kind, signature, measure in _KINDS:
        if signature.match(raw):
            try:
                width_px, height_px = measure(raw)
            except (IndexError, struct.error, _DamagedError) as error:
                raise TruncatedPictureError(kind=kind, size_bytes=len(raw)) from error
            return Container(kind=kind, width_px=width_px, height_px=height_px)
    raise NotAPictureError(size_bytes=len(raw), kinds=", ".join(kind for kind, *_ in _KINDS))


class _DamagedError(Exception):
    """The structure of the file breaks off."""


_SCAN_END: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""In coded data a marker is FF and neither a stuffed zero nor a restart (ITU-T T.81, B.1.1)."""

_FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_MARKER_PREFIX: Final = 0xFF


def _jpeg_size(raw: bytes) -> tuple[int, int]:
    """Walk the segments up to the end-of-image marker (ITU-T T.81, annex B)."""
    size: tuple[int, int] | None = None
    at = 2
    while True:
        marker, at = _jpeg_marker(raw, at)
        if marker == _END_OF_IMAGE:
            break
        if marker in _BARE_MARKERS:
            continue
        (length,) = struct.unpack_from(">H", raw, at)
        if marker in _FRAME_MARKERS:
            height_px, width_px = struct.unpack_from(">HH", raw, at + 3)
            size = (width_px, height_px)
        at += length
        if marker == _START_OF_SCAN:
            found = _SCAN_END.search(raw, at)
            if found is None:
                raise _DamagedError
            at = found.start()
    if size is None:
        raise _DamagedError
    return size


def _jpeg_marker(raw: bytes, at: int) -> tuple[int, int]:
    """Return the marker at ``at`` and the place behind it; fill bytes FF are passed over."""
    if raw[at] != _MARKER_PREFIX:
        raise _DamagedError
    while raw[at] == _MARKER_PREFIX:
        at += 1
    return raw[at], at + 1


def _png_size(raw: bytes) -> tuple[int, int]:
    """Walk the chunks with their checksums up to IEND (PNG, third edition, 5.3)."""
    width_px, height_px = struct.unpack_from(">II", raw, 16)
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", raw, at)
        (checksum,) = struct.unpack_from(">I", raw, at + 8 + length)
        if zlib.crc32(raw[at + 4 : at + 8 + length]) != checksum:
            raise _DamagedError
        if kind == b"IEND":
            return width_px, height_px
        at += 12 + length


def _webp_size(raw: bytes) -> tuple[int, int]:
    """Read the size of a WebP file from its first chunk (RFC 9649, 2.5 to 2.7)."""
    (length,) = struct.unpack_from("<I", raw, 4)
    if len(raw) < length + 8:
        raise _DamagedError
    match raw[12:16]:
        case b"VP8 ":
            width_px, height_px = struct.unpack_from("<HH", raw, 26)
            return width_px & 0x3FFF, height_px & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", raw, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return (
                int.from_bytes(raw[24:27], "little") + 1,
                int.from_bytes(raw[27:30], "little") + 1,
            )
        case _:
            raise _DamagedError


def _bmp_size(raw: bytes) -> tuple[int, int]:
    """Read the size of a bitmap; a negative height means rows from the top."""
    (length,) = struct.unpack_from("<I", raw, 2)
    width_px, height_px = struct.unpack_from("<ii", raw, 18)
    if len(raw) < length:
        raise _DamagedError
    return abs(width_px), abs(height_px)


_KINDS: Final[tuple[tuple[str, re.Pattern[bytes], Callable[[bytes], tuple[int, int]]], ...]] = (
    ("JPEG", re.compile(rb"\xff\xd8\xff"), _jpeg_size),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n"), _png_size),
    ("WebP", re.compile(rb"RIFF....WEBP", re.DOTALL), _webp_size),
    ("BMP", re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), _bmp_size),
)
