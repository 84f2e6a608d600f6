"""Pictures drawn by code: a truck from the front, the rear and above its load, and QR tickets.

Pictures are BGR, uint8, height x width x 3. Plates are those of ``drawn_plate``, in their colours.
"""

import zlib
from typing import TypeAlias

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from service.devices.drawn_plate import plate_picture
from service.domain.plate import PlateColour

Picture: TypeAlias = NDArray[np.uint8]
Colour: TypeAlias = tuple[int, int, int]

WIDTH, HEIGHT = 1280, 720
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
STEEL_TONES: tuple[Colour, ...] = ((92, 98, 104), (64, 78, 108), (120, 124, 128), (48, 62, 96))
CAB_TONES: tuple[Colour, ...] = ((40, 60, 170), (150, 90, 30), (60, 130, 60), (70, 70, 75))
PLATE_HEIGHT = 84
PLATE_AT = {"front": (466, 508), "rear": (466, 590)}
PATCHES = 16
MUD: Colour = (60, 80, 100)
SPLASHES = (0, 12, 45, 160)
"""Splashes of mud on a plate by its dirt, 0 to 3."""

JPEG_QUALITY = 90
QR_BORDER = 4
CODE_SIDE = 340
DISPLAY_SIDE, DISPLAY_AT = 190, (1_050, 60)
"""Pixels of the code on the outdoor display, where a camera has it in view, and its corner."""


def truck_front(
    plate: str,
    *,
    colour: PlateColour = PlateColour.YELLOW,
    code: str | None = None,
    cab: str | None = None,
    dirt: int = 0,
    moment: int | None = None,
) -> Picture:
    """Cab and plate; the driver holds up ``code`` as a QR where there is one.

    ``cab`` is the plate that belongs to the cab, ``plate`` itself by default. ``dirt`` is 0 to 3:
    none, dust, mud, hardly legible. ``moment`` is what else goes on behind it.
    """
    picture = empty_yard(moment)
    tone = CAB_TONES[_seed(cab or plate) % len(CAB_TONES)]
    cv2.rectangle(picture, (330, 110), (870, 600), tone, -1)
    cv2.rectangle(picture, (370, 150), (830, 320), (150, 130, 100), -1)
    for x in (390, 730):
        cv2.circle(picture, (x + 40, 500), 32, (220, 240, 250), -1)
        cv2.rectangle(picture, (x - 20, 600), (x + 100, 680), (25, 25, 25), -1)
    _hang_plate(picture, plate, colour, PLATE_AT["front"], dirt=dirt)
    if code is not None:
        _paste(picture, qr_picture(code, side=CODE_SIDE), x=900, y=190)
    return picture


def truck_rear(
    plate: str,
    *,
    colour: PlateColour = PlateColour.YELLOW,
    dirt: int = 0,
    moment: int | None = None,
) -> Picture:
    """Tailboard, lamps and plate; ``dirt`` and ``moment`` as at the front."""
    picture = empty_yard(moment)
    cv2.rectangle(picture, (310, 120), (890, 580), (80, 84, 90), -1)
    for x in range(330, 890, 70):
        cv2.line(picture, (x, 130), (x, 570), (60, 63, 68), 6)
    for x in (330, 810):
        cv2.rectangle(picture, (x, 590), (x + 60, 620), (40, 40, 200), -1)
        cv2.rectangle(picture, (x - 20, 620), (x + 100, 690), (25, 25, 25), -1)
    _hang_plate(picture, plate, colour, PLATE_AT["rear"], dirt=dirt)
    return picture


def load_heap(seed: str, *, pieces: int = 260, moment: int | None = None) -> Picture:
    """Bed of a truck from above with ``pieces`` of scrap; 0 is an empty bed.

    ``moment`` is what else goes on around it, and the rust that shows in the bed.
    """
    picture = empty_yard(moment)
    cv2.rectangle(picture, (120, 60), (1160, 660), (55, 58, 62), -1)
    cv2.rectangle(picture, (150, 90), (1130, 630), (84, 88, 92), -1)
    if moment is not None:
        _patches(picture, moment, (150, 90), (1130, 630))
    random = np.random.default_rng(_seed(seed))
    for _ in range(pieces):
        centre = (int(random.integers(180, 1100)), int(random.integers(120, 600)))
        size = (int(random.integers(20, 110)), int(random.integers(8, 50)))
        box = cv2.boxPoints((centre, size, float(random.integers(0, 180))))
        tone = STEEL_TONES[int(random.integers(0, len(STEEL_TONES)))]
        cv2.fillConvexPoly(picture, box.astype(np.int32), tone, cv2.LINE_AA)
        cv2.polylines(picture, [box.astype(np.int32)], True, (30, 32, 36), 1, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's own order
    return picture


def empty_yard(moment: int | None = None) -> Picture:
    """The deck with nothing on it; ``moment`` is what goes on behind it, None nothing at all."""
    picture = _yard()
    if moment is not None:
        _patches(picture, moment, (0, 40), (WIDTH, 640))
    return picture


def qr_picture(text: str, *, side: int = CODE_SIDE) -> Picture:
    """QR code of ``text`` with its quiet zone, at least ``side`` pixels wide where it fits."""
    modules = np.array(segno.make(text, error="m", micro=False).matrix, dtype=np.uint8)
    modules = np.pad(modules, QR_BORDER)
    scale = max(side // len(modules), 2)
    grey = np.kron(255 * (1 - modules), np.ones((scale, scale), dtype=np.uint8)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def with_display(picture: Picture, text: str) -> Picture:
    """``picture`` with the outdoor display in it, which shines and shows the QR of ``text``."""
    _paste(picture, qr_picture(text, side=DISPLAY_SIDE), x=DISPLAY_AT[0], y=DISPLAY_AT[1])
    return picture


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


def _patches(picture: Picture, moment: int, low: tuple[int, int], high: tuple[int, int]) -> None:
    """Draw heaps, machines and shadows that come and go between the corners ``low``, ``high``."""
    random = np.random.default_rng(moment)
    part = picture[low[1] : high[1], low[0] : high[0]]
    size = (high[0] - low[0], high[1] - low[1])
    for tone in random.integers(25, 225, PATCHES):
        centre = (int(random.integers(0, size[0])), int(random.integers(0, size[1])))
        extent = (int(random.integers(60, size[0] // 4)), int(random.integers(50, size[1] // 3)))
        box = cv2.boxPoints((centre, extent, float(random.integers(-20, 21))))
        shade = (int(tone), int(tone * 0.97), int(tone * 0.94))
        cv2.fillConvexPoly(part, box.astype(np.int32), shade)


def _hang_plate(
    picture: Picture, plate: str, colour: PlateColour, corner: tuple[int, int], *, dirt: int
) -> None:
    drawn = plate_picture("".join(filter(str.isalnum, plate)), colour)
    width = drawn.shape[1] * PLATE_HEIGHT // drawn.shape[0]
    shown = cv2.resize(drawn, (width, PLATE_HEIGHT), interpolation=cv2.INTER_AREA)
    random = np.random.default_rng(_seed(plate))
    for _ in range(SPLASHES[dirt]):
        centre = (int(random.integers(0, width)), int(random.integers(0, PLATE_HEIGHT)))
        cv2.circle(shown, centre, int(random.integers(2, 9)), MUD, -1, cv2.LINE_AA)
    _paste(picture, shown.astype(np.uint8), x=corner[0], y=corner[1])


def _paste(picture: Picture, part: Picture, *, x: int, y: int) -> None:
    height, width = min(part.shape[0], HEIGHT - y), min(part.shape[1], WIDTH - x)
    picture[y : y + height, x : x + width] = part[:height, :width]


def _seed(text: str) -> int:
    return zlib.crc32(text.encode())
