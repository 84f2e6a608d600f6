"""The capture day that a camera wrote into a JPEG file."""

import re
import struct
from datetime import date
from typing import Final

DATE_TIME_ORIGINAL: Final = 0x9003
EXIF_POINTER: Final = 0x8769
_APP1: Final = re.compile(rb"\xff\xe1..Exif\0\0", re.DOTALL)
_DAY: Final = re.compile(rb"(\d{4}):(\d\d):(\d\d) ")


def capture_day(raw: bytes) -> date | None:
    """Return the day of EXIF DateTimeOriginal, or None where there is none or it is no date.

    Used to keep pictures of one day together when a head is measured; never for a judgement.
    """
    found = _APP1.search(raw)
    if found is None:
        return None
    try:
        return _day_of(raw[found.end() :])
    except (struct.error, ValueError):
        return None


def _day_of(tiff: bytes) -> date | None:
    """Walk from the first directory to the EXIF directory to the tag (EXIF 2.3, 4.6)."""
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    pointer = _entry(tiff, order, first, EXIF_POINTER)
    if pointer is None:
        return None
    place = _entry(tiff, order, pointer, DATE_TIME_ORIGINAL)
    written = _DAY.match(tiff, place) if place is not None else None
    if written is None:
        return None
    year, month, day = (int(part) for part in written.groups())
    return date(year, month, day)


def _entry(tiff: bytes, order: str, directory: int, wanted: int) -> int | None:
    """Return the value field (a number or an offset) of a tag in a directory."""
    (count,) = struct.unpack_from(f"{order}H", tiff, directory)
    for index in range(count):
        at = directory + 2 + 12 * index
        (tag,) = struct.unpack_from(f"{order}H", tiff, at)
        if tag == wanted:
            (value,) = struct.unpack_from(f"{order}I", tiff, at + 8)
            return int(value)
    return None
