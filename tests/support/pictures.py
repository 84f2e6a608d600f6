"""Pictures drawn by code for tests: trucks, heaps of scrap, QR tickets, and bombs."""

import struct
import zlib

import cv2
import numpy as np
from reportlab.graphics.barcode.code128 import Code128

from service.devices.simulator.drawing import (
    jpeg,
    load_heap,
    qr_picture,
    truck_front,
    truck_rear,
)

PLATE = "辽E·DEMO1"


def truck_jpeg(plate: str = PLATE, *, code: str | None = None) -> bytes:
    """Front of a truck, 1280 x 720; the driver shows ``code`` as a QR where there is one."""
    return jpeg(truck_front(plate, code=code))


def rear_jpeg(plate: str = PLATE) -> bytes:
    """Rear of a truck, 1280 x 720."""
    return jpeg(truck_rear(plate))


def heap_jpeg(seed: str = "heap", *, pieces: int = 260) -> bytes:
    """Load of a truck from above, 1280 x 720; another ``seed`` is another heap."""
    return jpeg(load_heap(seed, pieces=pieces))


def qr_jpeg(text: str) -> bytes:
    """QR code of ``text`` with its quiet zone."""
    return jpeg(qr_picture(text))


def barcode_jpeg(text: str) -> bytes:
    """Code 128 of ``text`` with its quiet zones, 1280 x 720."""
    code = Code128(text)
    code.validate()
    code.encode()
    code.decompose()
    widths = [(ord(sign.upper()) - ord("A") + 1, sign.isupper()) for sign in code.decomposed]
    line = np.concatenate([np.full(width, 0 if bar else 255) for width, bar in widths])
    wide = np.repeat(line, 3)
    picture = np.full((720, 1280, 3), 255, np.uint8)
    left = (1280 - len(wide)) // 2
    picture[260:460, left : left + len(wide)] = wide[:, None]
    return jpeg(picture)


def seen_jpeg(moment: str) -> bytes:
    """What a camera sees at a ``moment``, 320 x 180: patches of light, no two alike."""
    patches = np.random.default_rng(zlib.crc32(moment.encode())).integers(0, 256, (9, 16, 3))
    return jpeg(cv2.resize(patches.astype(np.uint8), (320, 180)).astype(np.uint8))


def alike(one: bytes, other: bytes) -> bool:
    """Whether two pictures show the same below the line of the time stamp."""
    shown = [
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) for data in (one, other)
    ]
    first, second = (picture[40:].astype(np.int16) for picture in shown if picture is not None)
    return first.shape == second.shape and float(np.abs(first - second).mean()) < 4


def png_header(width: int, height: int) -> bytes:
    """PNG that claims ``width`` x ``height`` pixels and holds next to nothing."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", zlib.compress(b""))


def jpeg_header(width: int, height: int) -> bytes:
    """JPEG that claims ``width`` x ``height`` pixels and ends after its frame header."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
