"""Hashes of a photograph: of its bytes, and of what it looks like (control C11)."""

from functools import lru_cache
from hashlib import sha256

import cv2
import numpy as np

from service.devices.pictures import NotAPictureError, picture_header
from service.domain.control.facts import PictureFact

SIDE = 32
"""Pixels of a side of the small grey picture whose frequencies are looked at."""

REMEMBERED = 16
"""Pictures whose hash is remembered: those of a vehicle on the deck are asked for twice."""

LOW = 8
"""Frequencies of a side that are kept: 8 x 8 bits."""


@lru_cache(maxsize=REMEMBERED)
def perceptual_hash(data: bytes) -> str | None:
    """Perceptual hash of a JPEG or PNG, 16 hex digits; None where it cannot be decoded.

    A bit says whether one of the 8 x 8 lowest frequencies (DCT of the picture at 32 x 32 grey
    values) lies above their median. Another encoding, size or brightness leaves nearly all of the
    64 bits as they are; the constant part, which is brightness alone, is always 0. Raises
    ``PictureTooLargeError``.
    """
    try:
        picture_header(data)
    except NotAPictureError:
        return None
    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return None
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    frequencies = cv2.dct(small.astype(np.float32))[:LOW, :LOW].flatten()
    frequencies[0] = np.median(frequencies[1:])
    bits = (frequencies > frequencies[0]).astype(np.uint8)
    return np.packbits(bits).tobytes().hex()


def picture_fact(camera_id: str, data: bytes, *, nonce_ok: bool | None = None) -> PictureFact:
    """Both hashes of one photograph, as the controls look at it."""
    return PictureFact(
        camera_id=camera_id,
        sha256=sha256(data).hexdigest(),
        phash=perceptual_hash(data),
        nonce_ok=nonce_ok,
    )
