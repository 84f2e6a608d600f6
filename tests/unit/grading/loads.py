"""Unloadings drawn by code: a yard, a bed with rails, layers of drawn scrap, a magnet passing.

No real sequence of an unloading is at hand, so what the layers are tested on is made here and known
to the pixel. The camera is fixed, 640×360. The yard is a grey texture that never changes; the bed
is an upright rectangle with light rails. A load is a list of surfaces, each drawn over the whole
bed from a material and a seed; a lift takes a part of the bed's width off, from left to right, and
shows the next surface there. A surface of another material below is a sandwich. Between two lifts
the camera takes two frames with noise of their own; during a lift it takes one with a yellow magnet
that hangs over the bed and over one of its rails.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from grading.bay import Bay
from tests.unit.grading.drawings import Drawing, Random, png

WIDTH_PX, HEIGHT_PX = 640, 360
LEFT, TOP, RIGHT, BOTTOM = 80, 60, 560, 300
RAIL_PX = 6
MAGNET_PX = 70
NOISE = 3.0

BAY = Bay(
    bay_id="drawn",
    frame_width_px=WIDTH_PX,
    frame_height_px=HEIGHT_PX,
    corners_px=((LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM)),
    bed_length_mm=9600,
    bed_width_mm=4800,
)
"""20 mm a pixel."""


@dataclass(frozen=True)
class Shot:
    """A frame: its pixels, and what it shows by construction."""

    pixels: Drawing
    layer: int
    has_magnet: bool

    @property
    def content(self) -> bytes:
        return png(self.pixels)


def rods(random: Random, width: int, height: int) -> Drawing:
    sheet = np.full((height, width, 3), 60, np.uint8)
    for _ in range(width * height // 250):
        size = float(random.integers(25, 90)), float(random.integers(3, 7))
        at = int(random.integers(width)), int(random.integers(height))
        level = int(random.integers(90, 210))
        box = cv2.boxPoints((at, size, float(random.integers(180)))).astype(np.int32)
        cv2.fillPoly(sheet, [box], (level - 60, level - 30, level))
    return sheet


def chips(random: Random, width: int, height: int) -> Drawing:
    fine = random.integers(30, 220, (height // 4, width // 4, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


MATERIALS: dict[str, Callable[[Random, int, int], Drawing]] = {"rods": rods, "chips": chips}


def surface(material: str, seed: int) -> Drawing:
    return MATERIALS[material](np.random.default_rng(seed), RIGHT - LEFT, BOTTOM - TOP)


def yard() -> Drawing:
    random = np.random.default_rng(99)
    coarse = random.integers(90, 150, (HEIGHT_PX // 20, WIDTH_PX // 20), dtype=np.uint8)
    grey = cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def frame(bed: Drawing, noise_seed: int, magnet_x: int | None = None) -> Drawing:
    """A frame of the yard with a bed of 480×240, and a magnet hanging from the upper edge."""
    picture = yard()
    rail = (225, 230, 230)
    cv2.rectangle(
        picture,
        (LEFT - RAIL_PX, TOP - RAIL_PX),
        (RIGHT + RAIL_PX - 1, BOTTOM + RAIL_PX - 1),
        rail,
        -1,
    )
    picture[TOP:BOTTOM, LEFT:RIGHT] = bed
    if magnet_x is not None:
        cv2.line(picture, (magnet_x, 0), (magnet_x, TOP + 60), (20, 20, 20), 8)
        cv2.circle(picture, (magnet_x, TOP + 40), MAGNET_PX, (30, 190, 220), -1)
    noise = np.random.default_rng(noise_seed).normal(0, NOISE, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def unloading(surfaces: Sequence[Drawing], *, lifts: int = 2, frames_each: int = 2) -> list[Shot]:
    """The frames of an unloading: each surface is taken off in ``lifts`` parts, left to right."""
    shots: list[Shot] = []
    bed, layer = surfaces[0].copy(), 0
    _take(shots, bed, layer, frames_each)
    part = bed.shape[1] // lifts
    for below in surfaces[1:]:
        for lift in range(lifts):
            left = lift * part
            magnet_x = LEFT + left + part // 2
            shots.append(Shot(frame(bed, 1000 + len(shots), magnet_x), layer, has_magnet=True))
            bed = bed.copy()
            bed[:, left : left + part] = below[:, left : left + part]
            layer += 1
            _take(shots, bed, layer, frames_each)
    return shots


def _take(shots: list[Shot], bed: Drawing, layer: int, count: int) -> None:
    for _ in range(count):
        shots.append(Shot(frame(bed, 1000 + len(shots)), layer, has_magnet=False))
