"""Size and kind of a picture by its header alone, so that a bomb is refused before decoding."""

from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop

LARGEST_BYTES = 16 * 1024 * 1024
LARGEST_PIXELS = 40_000_000

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8"
PNG_HEADER_BYTES = 24
JPEG_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
JPEG_FILL = 0xFF


class NotAPictureError(RuleBrokenError):
    """Bytes that are no JPEG or PNG."""

    message = gettext_noop("The file begins with %(value)s; allowed are %(limit)s.")


class PictureTooLargeError(RuleBrokenError):
    """A picture above the limit, in bytes or in pixels."""

    message = gettext_noop("The picture has %(value)s; at most %(limit)s are allowed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureHeader:
    """What the file says of itself."""

    media_type: str
    width: int
    height: int


def picture_header(data: bytes) -> PictureHeader:
    """Header of a JPEG or PNG within the limits; raises NotAPictureError, PictureTooLargeError."""
    if len(data) > LARGEST_BYTES:
        raise PictureTooLargeError(
            field="picture", value=f"{len(data)} bytes", limit=f"{LARGEST_BYTES} bytes"
        )
    header = _png_header(data) or _jpeg_header(data)
    if header is None or header.width == 0 or header.height == 0:
        raise NotAPictureError(field="picture", value=data[:8].hex() or "—", limit="JPEG, PNG")
    if header.width * header.height > LARGEST_PIXELS:
        raise PictureTooLargeError(
            field="picture",
            value=f"{header.width} x {header.height} pixels",
            limit=f"{LARGEST_PIXELS} pixels",
        )
    return header


def _png_header(data: bytes) -> PictureHeader | None:
    if not data.startswith(PNG_MAGIC) or data[12:16] != b"IHDR" or len(data) < PNG_HEADER_BYTES:
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return PictureHeader(media_type="image/png", width=width, height=height)


def _jpeg_header(data: bytes) -> PictureHeader | None:
    """Walk the segments up to the frame header (ITU-T T.81, annex B)."""
    if not data.startswith(JPEG_MAGIC):
        return None
    at = len(JPEG_MAGIC)
    while at + 9 <= len(data) and data[at] == JPEG_FILL:
        marker = data[at + 1]
        if marker in JPEG_FRAME_HEADERS:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return PictureHeader(
                media_type="image/jpeg",
                width=int.from_bytes(width, "big"),
                height=int.from_bytes(height, "big"),
            )
        if marker == JPEG_FILL:
            at += 1
        elif marker in JPEG_WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
