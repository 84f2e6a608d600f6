"""Areas that do not look like metal: evidence for a person, never a deduction by themselves.

Cells of the picture are compared, by colour, shading and texture, with a bank of cells of iron and
steel scrap (``metal_bank.json``). What is far from all of them, farther than the load's other cells
are, and hangs together is an area. Its kind is a first word for it by colour and texture alone.
Rust, paint and oil make the likeness of metal wide: most dirt and much wood looks like it, and
painted sheet may not. People look at the crops.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.clock_bar import clock_rows
from grading.picture import Pixels

BANK_FILE: Final = Path(__file__).parent / "metal_bank.json"
BANK_SCALE: Final = 10
WIDTH_PX: Final = 640
CELL_PX: Final = 16
FAR: Final = 11.0
"""Distance to the bank beyond which 3 % of the cells of iron and steel scrap lie."""
ASIDE: Final = 3
"""Median deviations above the median of the load's own cells: hard sun and a far camera make a
whole load look strange, and what looks like the rest of it is no inclusion."""
LEAST_CELLS: Final = 6
MOST_AREAS: Final = 12
INCLUSION_KINDS: Final = ("plastic", "rubber", "concrete", "wood", "dirt")
COLOURFUL: Final = 26.0
"""Distance from grey in Lab; rust reaches it towards red and yellow alone."""
DARK, LIGHT, TEXTURED = 15.0, 42.0, 14.0

Box = tuple[int, int, int, int]
_Cells = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionArea:
    """One area: its likely kind, its box x, y, width, height, its part of the picture or load."""

    kind: str
    box_px: Box
    area_bp: int


def find_inclusions(
    pixels: Pixels, load: npt.NDArray[np.bool_] | None = None
) -> tuple[InclusionArea, ...]:
    """Return the areas in an H×W×3 BGR picture that do not look like metal, the largest first.

    ``load`` is a mask of the load of any size and the picture's proportions: areas outside are left
    out, and ``area_bp`` is of it. At most 12 areas come back.
    """
    rows = clock_rows(pixels)
    cells = _cells(pixels[rows:])
    seen = _within(load, cells.shape[:2])
    distance = _distance(cells)
    far = ((distance > _limit(distance[seen])) & seen).astype(np.uint8)
    total = max(int(seen.sum()), 1)
    count, labels, figures, _ = cv2.connectedComponentsWithStats(far, connectivity=8)
    areas = [
        InclusionArea(
            kind=_kind(cells[labels == label].mean(axis=0)),
            box_px=_box(figures[label], pixels.shape[1], rows, pixels.shape[0]),
            area_bp=round(int(figures[label][cv2.CC_STAT_AREA]) * 10_000 / total),
        )
        for label in range(1, count)
        if figures[label][cv2.CC_STAT_AREA] >= LEAST_CELLS
    ]
    return tuple(sorted(areas, key=lambda area: -area.area_bp)[:MOST_AREAS])


def crop(pixels: Pixels, area: InclusionArea) -> Pixels:
    """Return the part of the picture around an area, with half of its size more on each side."""
    x, y, width, height = area.box_px
    top, left = max(0, y - height // 2), max(0, x - width // 2)
    return pixels[top : y + height + height // 2, left : x + width + width // 2]


def _cells(pixels: Pixels) -> _Cells:
    """Return, for each cell, lightness, a*, b*, contrast and texture, scaled to weigh alike."""
    scale = WIDTH_PX / pixels.shape[1]
    height = max(CELL_PX, round(pixels.shape[0] * scale) // CELL_PX * CELL_PX)
    small = cv2.resize(pixels, (WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    light = lab[:, :, 0]
    mean = _per_cell(lab)
    variance = np.maximum(_per_cell(light * light) - mean[:, :, 0] ** 2, 0)
    texture = _per_cell(cv2.Laplacian(light, cv2.CV_32F) ** 2)
    cells = [
        mean[:, :, 0] / 4,
        mean[:, :, 1] - 128,
        mean[:, :, 2] - 128,
        4 * variance**0.25,
        4 * texture**0.25,
    ]
    return np.dstack(cells).astype(np.float32)


def _per_cell(values: cv2.typing.MatLike) -> cv2.typing.MatLike:
    size = (values.shape[1] // CELL_PX, values.shape[0] // CELL_PX)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


@cache
def _bank() -> npt.NDArray[np.float32]:
    content = json.loads(BANK_FILE.read_bytes())
    return np.asarray(np.array(content["bank"], np.float32) / np.float32(BANK_SCALE), np.float32)


def _distance(cells: _Cells) -> npt.NDArray[np.float32]:
    """Return the distance of each cell to the nearest of the bank."""
    rows = [np.linalg.norm(row[:, np.newaxis] - _bank(), axis=2).min(axis=1) for row in cells]
    return np.asarray(rows, np.float32)


def _limit(distances: npt.NDArray[np.float32]) -> float:
    """Return the distance beyond which a cell of this load is unlike metal, and unlike the load."""
    if not len(distances):
        return FAR
    median = float(np.median(distances))
    return max(FAR, median + ASIDE * float(np.median(np.abs(distances - median))))


def _within(load: npt.NDArray[np.bool_] | None, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    if load is None:
        return np.ones(shape, np.bool_)
    size = (shape[1], shape[0])
    part = cv2.resize(load.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(part > np.float32(0.5), np.bool_)


def _kind(cell: npt.NDArray[np.float32]) -> str:
    """Return the first word for an area by its mean cell."""
    light, red, yellow, _, texture = (float(value) for value in cell)
    colour = float(np.hypot(red, yellow))
    if colour > COLOURFUL and (yellow < 0 or red < 0):
        return "plastic"
    if light < DARK and colour < COLOURFUL / 2:
        return "rubber"
    if light > LIGHT and colour < COLOURFUL / 2:
        return "concrete"
    if yellow > 0 and texture < TEXTURED:
        return "wood"
    return "plastic" if colour > COLOURFUL else "dirt"


def _box(figures: npt.NDArray[np.int32], width_px: int, rows: int, height_px: int) -> Box:
    """Return the box of a component of cells in pixels of the picture."""
    step = CELL_PX * width_px / WIDTH_PX
    x, y = round(int(figures[0]) * step), rows + round(int(figures[1]) * step)
    right = min(width_px, round(int(figures[0] + figures[2]) * step))
    bottom = min(height_px, rows + round(int(figures[1] + figures[3]) * step))
    return x, y, right - x, bottom - y
