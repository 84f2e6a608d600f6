"""Pictures drawn by code, of many kinds; none is a photograph of anything."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Drawing = npt.NDArray[np.uint8]
Random = np.random.Generator

WIDTH_PX, HEIGHT_PX = 800, 600


def jpeg(pixels: Drawing, quality: int = 92) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(pixels: npt.NDArray[Any]) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def _sheet(level: int) -> Drawing:
    return np.full((HEIGHT_PX, WIDTH_PX, 3), level, np.uint8)


def _colour(random: Random) -> tuple[int, int, int]:
    blue, green, red = (int(value) for value in random.integers(0, 256, 3))
    return blue, green, red


def _grey(random: Random) -> tuple[int, int, int]:
    level = int(random.integers(40, 200))
    return level, level, level


def _at(random: Random) -> tuple[int, int]:
    return int(random.integers(WIDTH_PX)), int(random.integers(HEIGHT_PX))


def flat(random: Random) -> Drawing:
    return np.full((HEIGHT_PX, WIDTH_PX, 3), _colour(random), np.uint8)


def shapes(random: Random) -> Drawing:
    sheet = _sheet(230)
    for _ in range(30):
        cv2.rectangle(sheet, _at(random), _at(random), _colour(random), -1)
        cv2.circle(sheet, _at(random), int(random.integers(5, 90)), _colour(random), -1)
    return sheet


def noise(random: Random) -> Drawing:
    return random.integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)


def clouds(random: Random) -> Drawing:
    coarse = random.integers(30, 220, (40, 50, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX)), np.uint8)


def chequers(random: Random) -> Drawing:
    side = int(random.integers(8, 60))
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    return np.dstack([((rows // side + columns // side) % 2 * 200 + 20).astype(np.uint8)] * 3)


def rods(random: Random) -> Drawing:
    sheet = _sheet(60)
    for _ in range(300):
        size = float(random.integers(20, 200)), float(random.integers(4, 18))
        box = cv2.boxPoints((_at(random), size, float(random.integers(180))))
        cv2.fillPoly(sheet, [box.astype(np.int32)], _grey(random))
    return sheet


def grainy_rods(random: Random) -> Drawing:
    return _grained(random, np.asarray(cv2.GaussianBlur(rods(random), (5, 5), 0), np.uint8))


def heap(random: Random) -> Drawing:
    sheet = _sheet(95)
    for _ in range(900):
        corners = (np.array(_at(random)) + random.normal(0, 20, (5, 2))).astype(np.int32)
        cv2.fillPoly(sheet, [corners], _grey(random))
        cv2.polylines(sheet, [corners], isClosed=True, color=(30, 30, 30))
    return _grained(random, sheet)


def truck(random: Random) -> Drawing:
    sheet = _sheet(200)
    cv2.rectangle(sheet, (0, 450), (WIDTH_PX, HEIGHT_PX), (110, 110, 110), -1)
    cv2.rectangle(sheet, (80, 210), (520, 420), _colour(random), -1)
    cv2.rectangle(sheet, (536, 240), (680, 420), _colour(random), -1)
    for across in (160, 240, 600):
        cv2.circle(sheet, (across, 440), 36, (20, 20, 20), -1)
    cv2.putText(sheet, "BASE01", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2)
    return sheet


def _grained(random: Random, sheet: Drawing) -> Drawing:
    return np.clip(sheet + random.normal(0, 8, sheet.shape), 0, 255).astype(np.uint8)


KINDS: dict[str, Callable[[Random], Drawing]] = {
    kind.__name__: kind
    for kind in (flat, shapes, noise, clouds, chequers, rods, grainy_rods, heap, truck)
}


def draw(kind: str, seed: int) -> Drawing:
    return KINDS[kind](np.random.default_rng(seed))


def draw_folder(folder: Path, pictures_per_class: int = 6) -> Path:
    """Write class folders of drawings, a kind of drawing for each of four trade grades."""
    kinds = {"HMS_1": "heap", "Rolling_Scrap": "rods", "Shredded": "noise", "Alternators": "truck"}
    for name, kind in kinds.items():
        (folder / name).mkdir(parents=True)
        for seed in range(pictures_per_class):
            (folder / name / f"{seed}.png").write_bytes(png(draw(kind, seed)))
    return folder
