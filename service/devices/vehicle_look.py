"""A small descriptor of how the front of a vehicle looks: colour and shape around its plate.

Weak evidence: trucks of one make and colour look alike. It is one mark among several (control C10).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from service.domain.plate_reading import PlateReading

COLUMNS, ROWS = 4, 6
CELL_PX = 16
WIDE, HIGH = 1.8, 4.0
"""What is looked at, in widths and heights of the plate: the bumper, the grille and the cab."""

FAINT_COLOUR, FAINT_EDGE = 24.0, 2.0
"""Differences of grey values of this size count half: they may be noise."""

Picture = NDArray[np.uint8]
Cells = NDArray[np.float32]


def vehicle_look(data: bytes, plate: PlateReading) -> str | None:
    """Descriptor of the vehicle behind ``plate`` in the picture file ``data``, hex.

    Of each cell of 4 x 6 above the plate a byte each: red against green, yellow against blue, edges
    across, edges down. All are relative, so that light matters little. None where the picture
    cannot be decoded or the vehicle is not whole in it.
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    part = None if picture is None else _above(picture.astype(np.uint8), plate)
    if part is None:
        return None
    size = (COLUMNS * CELL_PX, ROWS * CELL_PX)
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    cells = np.concatenate([_colour(small), _shape(small)], axis=2)
    return bytes(np.clip(np.rint(cells), 0, 255).astype(np.uint8).ravel()).hex()


def _above(picture: Picture, plate: PlateReading) -> Picture | None:
    left, top, right, bottom = plate.box
    middle, width, height = (left + right) // 2, right - left, bottom - top
    half = round(width * WIDE / 2)
    part = picture[
        max(top - round(height * HIGH), 0) : max(top, 0), max(middle - half, 0) : middle + half
    ]
    whole = part.shape[0] >= height and part.shape[1] >= width > 0
    return part if whole else None


def _colour(small: Cells) -> Cells:
    """Red against green and yellow against blue of each cell, 128 for grey; rows x columns x 2."""
    blue, green, red = np.moveaxis(_cells(small), 2, 0)
    opposed = np.stack([red - green, (red + green) / 2 - blue], axis=2)
    strength = np.linalg.norm(opposed, axis=2, keepdims=True)
    shown: Cells = 128 + 127 * opposed / (strength + FAINT_COLOUR)
    return shown


def _shape(small: Cells) -> Cells:
    """Edges across and down of each cell, 24 for those of the mean cell; rows x columns x 2."""
    grey = small.mean(axis=2)
    edges = [np.abs(cv2.Sobel(grey, cv2.CV_32F, dx, dy)) for dx, dy in ((1, 0), (0, 1))]
    found = _cells(np.stack(edges, axis=2))
    return 24 * found / (float(found.mean()) + FAINT_EDGE)


def _cells(values: Cells) -> Cells:
    """Means of the cells; rows x columns x channels."""
    means: Cells = values.reshape(ROWS, CELL_PX, COLUMNS, CELL_PX, -1).mean(axis=(1, 3))
    return means
