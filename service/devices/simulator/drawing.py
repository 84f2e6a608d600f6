"""Pictures drawn by code: a truck from the front, the rear and above its load, and QR tickets.

Pictures are BGR, uint8, height x width x 3. OpenCV draws no Chinese: the province character of a
plate is a square with strokes, the rest of it is plain letters.
"""

import zlib
from typing import TypeAlias

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
Colour: TypeAlias = tuple[int, int, int]

WIDTH, HEIGHT = 1280, 720
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
STEEL_TONES: tuple[Colour, ...] = ((92, 98, 104), (64, 78, 108), (120, 124, 128), (48, 62, 96))
CAB_TONES: tuple[Colour, ...] = ((40, 60, 170), (150, 90, 30), (60, 130, 60), (70, 70, 75))
PLATE_YELLOW = (40, 200, 245)
JPEG_QUALITY = 90
QR_BORDER = 4
CODE_SIDE = 340


def truck_front(plate: str, *, code: str | None = None) -> Picture:
    """Cab and plate; the driver holds up ``code`` as a QR where there is one."""
    picture = _yard()
    tone = CAB_TONES[_seed(plate) % len(CAB_TONES)]
    cv2.rectangle(picture, (330, 110), (870, 600), tone, -1)
    cv2.rectangle(picture, (370, 150), (830, 320), (150, 130, 100), -1)
    for x in (390, 730):
        cv2.circle(picture, (x + 40, 500), 32, (220, 240, 250), -1)
        cv2.rectangle(picture, (x - 20, 600), (x + 100, 680), (25, 25, 25), -1)
    _plate(picture, plate, (490, 540))
    if code is not None:
        _paste(picture, qr_picture(code, side=CODE_SIDE), x=900, y=190)
    return picture


def truck_rear(plate: str) -> Picture:
    """Tailboard, lamps and plate."""
    picture = _yard()
    cv2.rectangle(picture, (310, 120), (890, 580), (80, 84, 90), -1)
    for x in range(330, 890, 70):
        cv2.line(picture, (x, 130), (x, 570), (60, 63, 68), 6)
    for x in (330, 810):
        cv2.rectangle(picture, (x, 590), (x + 60, 620), (40, 40, 200), -1)
        cv2.rectangle(picture, (x - 20, 620), (x + 100, 690), (25, 25, 25), -1)
    _plate(picture, plate, (490, 590))
    return picture


def load_heap(seed: str, *, pieces: int = 260) -> Picture:
    """Bed of a truck from above with ``pieces`` of scrap; 0 is an empty bed."""
    picture = _yard()
    cv2.rectangle(picture, (120, 60), (1160, 660), (55, 58, 62), -1)
    cv2.rectangle(picture, (150, 90), (1130, 630), (84, 88, 92), -1)
    random = np.random.default_rng(_seed(seed))
    for _ in range(pieces):
        centre = (int(random.integers(180, 1100)), int(random.integers(120, 600)))
        size = (int(random.integers(20, 110)), int(random.integers(8, 50)))
        box = cv2.boxPoints((centre, size, float(random.integers(0, 180))))
        tone = STEEL_TONES[int(random.integers(0, len(STEEL_TONES)))]
        cv2.fillConvexPoly(picture, box.astype(np.int32), tone, cv2.LINE_AA)
        cv2.polylines(picture, [box.astype(np.int32)], True, (30, 32, 36), 1, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's own order
    return picture


def empty_yard() -> Picture:
    """The deck with nothing on it."""
    return _yard()


def qr_picture(text: str, *, side: int = CODE_SIDE) -> Picture:
    """QR code of ``text`` with its quiet zone, at least ``side`` pixels wide where it fits."""
    modules = np.array(segno.make(text, error="m", micro=False).matrix, dtype=np.uint8)
    modules = np.pad(modules, QR_BORDER)
    scale = max(side // len(modules), 2)
    grey = np.kron(255 * (1 - modules), np.ones((scale, scale), dtype=np.uint8)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def stamped(picture: Picture, lines: tuple[str, ...]) -> Picture:
    """``picture`` with plain ``lines`` burned in at the top, the first one the watermark."""
    cv2.rectangle(picture, (0, 0), (WIDTH, 34), BLACK, -1)
    cv2.putText(
        picture, "   ".join(lines), (14, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.75, WHITE, 2, cv2.LINE_AA
    )
    return picture


def jpeg(picture: Picture) -> bytes:
    """``picture`` as a JPEG file."""
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return encoded.tobytes()


def _yard() -> Picture:
    picture: Picture = np.full((HEIGHT, WIDTH, 3), (196, 190, 180), dtype=np.uint8)
    picture[HEIGHT // 2 :] = (128, 132, 136)
    cv2.rectangle(picture, (200, 640), (1080, 720), (96, 100, 104), -1)
    for x in range(200, 1080, 80):
        cv2.line(picture, (x, 640), (x + 40, 720), (60, 190, 230), 5)
    return picture


def _plate(picture: Picture, plate: str, corner: tuple[int, int]) -> None:
    """Draw the province as strokes in a square, and what follows it in letters."""
    x, y = corner
    cv2.rectangle(picture, (x, y), (x + 220, y + 52), PLATE_YELLOW, -1)
    cv2.rectangle(picture, (x, y), (x + 220, y + 52), BLACK, 2)
    first = plate[:1]
    if first and not first.isascii():
        for offset in (10, 22, 34):
            cv2.line(picture, (x + 8, y + offset + 4), (x + 32, y + offset + 4), BLACK, 3)
        cv2.line(picture, (x + 20, y + 8), (x + 20, y + 44), BLACK, 3)
    latin = "".join(letter for letter in plate if letter.isascii() and letter.isalnum())
    cv2.putText(
        picture, latin[:8], (x + 42, y + 38), cv2.FONT_HERSHEY_DUPLEX, 1.0, BLACK, 2, cv2.LINE_AA
    )


def _paste(picture: Picture, part: Picture, *, x: int, y: int) -> None:
    height, width = min(part.shape[0], HEIGHT - y), min(part.shape[1], WIDTH - x)
    picture[y : y + height, x : x + width] = part[:height, :width]


def _seed(text: str) -> int:
    return zlib.crc32(text.encode())
