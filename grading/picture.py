"""From the bytes of a file to pixels and their hashes, within limits.

Everything that the engine says of a picture follows from its pixels: neither the name of the file
nor anything written into it (camera, date, orientation) has a part in it.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.containers import read_container
from grading.errors import PictureTooLargeError, TruncatedPictureError

MAX_SIZE_BYTES: Final = 64 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
"""A 4K frame has 8.3 million, a good telephone 50 million."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """A decoded picture: ``pixels`` is H×W×3 BGR, uint8.

    ``sha256`` is of the bytes of the file, ``pixel_sha256`` of the bytes of ``pixels`` row by row.
    """

    sha256: str
    pixel_sha256: str
    kind: str
    pixels: Pixels


def read_picture(raw: bytes) -> Picture:
    """Return the picture in ``raw``.

    Greyscale, palette, alpha, 16-bit and CMYK pictures become 8-bit BGR. An EXIF orientation is not
    applied: a copy without it is the same picture. Raises ``PictureTooLargeError`` beyond 64 MiB or
    50 million pixels, before anything is decoded, ``NotAPictureError`` and
    ``TruncatedPictureError`` as ``read_container`` does, the latter also where decoding fails.
    """
    if len(raw) > MAX_SIZE_BYTES:
        raise PictureTooLargeError(value=len(raw), unit="bytes", limit=MAX_SIZE_BYTES)
    container = read_container(raw)
    claimed_px = container.width_px * container.height_px
    if claimed_px > MAX_PIXELS:
        raise PictureTooLargeError(value=claimed_px, unit="pixels", limit=MAX_PIXELS)
    pixels = _decode(raw) if claimed_px else None
    if pixels is None:
        raise TruncatedPictureError(kind=container.kind, size_bytes=len(raw))
    return Picture(
        sha256=hashlib.sha256(raw).hexdigest(),
        pixel_sha256=hashlib.sha256(pixels.data).hexdigest(),
        kind=container.kind,
        pixels=pixels,
    )


def _decode(raw: bytes) -> Pixels | None:
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        decoded = cv2.imdecode(np.frombuffer(raw, np.uint8), flags)
    except cv2.error:
        return None
    if decoded is None:
        return None
    return np.ascontiguousarray(decoded, np.uint8)
