"""What a file says of its own making: when, where, with what; soft evidence, easily written anew.

An editor's name is no sign of fraud: nearly all honest photographs of traders carry one. Clocks of
cameras are wrong by minutes; a time without an offset is read in the zone that the site tells.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from grading.picture import MAX_SIZE_BYTES

EXIF_DIRECTORY: Final = 0x8769
GPS_DIRECTORY: Final = 0x8825
MAKE, MODEL, SOFTWARE = 0x010F, 0x0110, 0x0131
TIME_ORIGINAL, OFFSET_ORIGINAL = 0x9003, 0x9011
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4
MICRODEGREES: Final = 1_000_000
LONGEST_TEXT: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What EXIF says; None where it says nothing that can be read.

    ``taken_at`` is in UTC; ``has_offset`` tells whether the file named its offset itself.
    ``latitude_ud`` and ``longitude_ud`` are millionths of a degree.
    """

    taken_at: datetime | None = None
    has_offset: bool = False
    make: str | None = None
    model: str | None = None
    software: str | None = None
    latitude_ud: int | None = None
    longitude_ud: int | None = None


def capture_of(raw: bytes, zone: tzinfo = UTC) -> Capture:
    """Return what the EXIF part of a picture says; nothing where there is none or it is broken."""
    if len(raw) > MAX_SIZE_BYTES:
        return Capture()
    try:
        with Image.open(io.BytesIO(raw)) as image:
            first = image.getexif()
            own, place = first.get_ifd(EXIF_DIRECTORY), first.get_ifd(GPS_DIRECTORY)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Capture()
    taken_at, has_offset = _taken_at(own, zone)
    return Capture(
        taken_at=taken_at,
        has_offset=has_offset,
        make=_text(first.get(MAKE)),
        model=_text(first.get(MODEL)),
        software=_text(first.get(SOFTWARE)),
        latitude_ud=_angle(place.get(LATITUDE), place.get(LATITUDE_REF), "S"),
        longitude_ud=_angle(place.get(LONGITUDE), place.get(LONGITUDE_REF), "W"),
    )


def _taken_at(own: dict[int, Any], zone: tzinfo) -> tuple[datetime | None, bool]:
    """Return DateTimeOriginal in UTC, and whether OffsetTimeOriginal stood beside it."""
    written, offset = _text(own.get(TIME_ORIGINAL)), _text(own.get(OFFSET_ORIGINAL))
    if written is None:
        return None, False
    try:
        if offset is not None:
            at = datetime.strptime(f"{written} {offset}", "%Y:%m:%d %H:%M:%S %z")
            return at.astimezone(UTC), True
        at = datetime.strptime(written, "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
        return at.astimezone(UTC), False
    except (ValueError, OverflowError):
        return None, False


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    printable = "".join(letter for letter in value if letter.isprintable()).strip()
    return printable[:LONGEST_TEXT] or None


def _angle(value: object, reference: object, negative: str) -> int | None:
    """Return degrees, minutes and seconds as millionths of a degree."""
    if not isinstance(value, tuple) or len(value) != len(("degrees", "minutes", "seconds")):
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in value)
        angle = round((degrees + minutes / 60 + seconds / 3600) * MICRODEGREES)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return -angle if reference == negative else angle
