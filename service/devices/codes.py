"""QR and bar codes in a picture: by zbar, or by OpenCV's detectors where zbar is not installed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from service.devices.pictures import NotAPictureError, picture_header

SYMBOLS = ("QRCODE", "CODE128", "CODE39", "EAN13", "EAN8", "UPCA")
LARGEST_SIDE = 2_400
"""Larger pictures are scaled down to this before the search; a code fills more of one than that."""


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A code that was read; ``type`` as in ``SYMBOLS``."""

    type: str
    text: str


def decode_codes(picture: bytes) -> list[Code]:
    """Codes in a JPEG or PNG, each once, sorted; empty where there is none.

    Raises NotAPictureError and PictureTooLargeError; a damaged picture is no picture.
    """
    header = picture_header(picture)
    try:
        grey = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        grey = None
    if grey is None:
        raise NotAPictureError(field="picture", value=header.media_type, limit="JPEG, PNG")
    return sorted(set(code_reader()(_fitting(grey.astype(np.uint8)))))


def qr_rows(text: str) -> list[str]:
    """The QR code of ``text``, row by row, a dark module as 1; none where there is no text."""
    if not text:
        return []
    modules = segno.make(text, error="l", micro=False).matrix
    return ["".join(str(int(module)) for module in row) for row in modules]


GreyPicture = NDArray[np.uint8]
CodeReader = Callable[[GreyPicture], list[Code]]


@cache
def code_reader() -> CodeReader:
    """zbar's reader where its system library is there, OpenCV's otherwise."""
    try:
        from pyzbar import pyzbar  # noqa: PLC0415 - fails on import without libzbar0
    except ImportError:
        return read_by_opencv
    symbols = [pyzbar.ZBarSymbol[name] for name in SYMBOLS]

    def read_by_zbar(grey: GreyPicture) -> list[Code]:
        found = pyzbar.decode(grey, symbols=symbols)
        return [Code(code.type, code.data.decode("utf-8", "replace")) for code in found]

    return read_by_zbar


def read_by_opencv(grey: GreyPicture) -> list[Code]:
    """Codes by OpenCV's QR and bar code detectors."""
    codes: list[Code] = []
    try:
        texts: Sequence[str] = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(grey)[1]
        # The detector of single codes finds some that the other one misses.
        texts = texts or (cv2.QRCodeDetector().detectAndDecode(grey)[0],)
        codes += [Code("QRCODE", text) for text in texts if text]
        _, texts, types, _ = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(grey)
        named = zip(texts, types, strict=True)
        codes += [Code(kind.replace("_", ""), text) for text, kind in named if text]
    except (cv2.error, UnicodeDecodeError):
        return codes  # the detectors raise on some noise; what was read before stands
    return codes


def _fitting(grey: GreyPicture) -> GreyPicture:
    """Return the picture within ``LARGEST_SIDE``."""
    longest = max(grey.shape)
    if longest <= LARGEST_SIDE:
        return grey
    height, width = (max(side * LARGEST_SIDE // longest, 1) for side in grey.shape[:2])
    return cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
