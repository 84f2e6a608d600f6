"""What a picture looks like, in a few hundred bytes: perceptual hashes of many of its parts.

A hash of the whole picture survives coding, scaling and light, but not a crop of 8 %. So a picture
is remembered by the hashes of windows of it, near the whole, shifted and turned: a copy that was
cut or turned a little looks like one of them. A mirrored copy needs no hashes of its own: mirroring
changes the sign of every second frequency across.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.clock_bar import below_clock
from grading.picture import Pixels

LIKENESS_VERSION: Final = 1
SIDE_PX: Final = 32
LOW: Final = 8
THUMBNAIL_PX: Final = 192
SCALES: Final = (0.96, 0.92, 0.88, 0.84, 0.80)
TURNS_DEGREES: Final = (-4.0, -2.5, 2.5, 4.0)
TURNED_SCALES: Final = (1.0, 0.94)

Hashes = npt.NDArray[np.uint64]
_Frequencies = npt.NDArray[np.float32]


def _windows() -> list[tuple[float, float, float, float]]:
    """Return (centre x, centre y, scale, degrees) of each window, the whole first."""
    windows = [(0.5, 0.5, 1.0, 0.0)]
    for scale in SCALES:
        shift = (1 - scale) / 2
        windows += [
            (0.5 + dx * shift, 0.5 + dy * shift, scale, 0.0)
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
        ]
    windows += [(0.5, 0.5, scale, turn) for scale in TURNED_SCALES for turn in TURNS_DEGREES]
    return windows


WINDOWS: Final = _windows()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """``windows`` are the hashes of the windows, ``mirrored`` those of the mirrored picture.

    The first of each is of the whole picture.
    """

    windows: Hashes
    mirrored: Hashes


def likeness_of(pixels: Pixels) -> Likeness:
    """Return the likeness of an H×W×3 BGR picture below its clock bar."""
    grey = cv2.cvtColor(below_clock(pixels), cv2.COLOR_BGR2GRAY)
    side = (THUMBNAIL_PX, THUMBNAIL_PX)
    small = np.asarray(cv2.resize(grey, side, interpolation=cv2.INTER_AREA), np.uint8)
    parts = np.stack([_part(small, *window) for window in WINDOWS]).astype(np.float32)
    lowest: _Frequencies = np.asarray(_COSINES @ parts @ _COSINES.T, np.float32)
    return Likeness(
        windows=_hashes(lowest), mirrored=_hashes(np.asarray(lowest * _MIRROR, np.float32))
    )


def bits_apart(one: Hashes, other: Hashes) -> npt.NDArray[np.uint8]:
    """Return the Hamming distances, 0 to 64, of hashes against hashes by broadcasting."""
    return np.asarray(np.bitwise_count(one ^ other), np.uint8)


def _part(small: Pixels, x: float, y: float, scale: float, degrees: float) -> Pixels:
    """Return the window of the 192×192 grey thumbnail at 32×32 pixels."""
    if degrees == 0.0:
        side = scale * THUMBNAIL_PX
        left, top = (round(each * THUMBNAIL_PX - side / 2) for each in (x, y))
        window = small[max(0, top) : top + round(side), max(0, left) : left + round(side)]
    else:
        centre = (THUMBNAIL_PX / 2, THUMBNAIL_PX / 2)
        turn = cv2.getRotationMatrix2D(centre, degrees, 1 / scale)
        size = (THUMBNAIL_PX, THUMBNAIL_PX)
        turned = cv2.warpAffine(small, turn, size, borderMode=cv2.BORDER_REPLICATE)
        window = np.asarray(turned, np.uint8)
    return np.asarray(
        cv2.resize(window, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8
    )


def _cosines() -> npt.NDArray[np.float32]:
    """Return the 8 lowest rows of the orthogonal cosine transform (DCT-II) of 32 values."""
    rows, columns = np.mgrid[:LOW, :SIDE_PX]
    cosines = np.cos(np.pi * (2 * columns + 1) * rows / (2 * SIDE_PX)) * np.sqrt(2 / SIDE_PX)
    cosines[0] /= np.sqrt(2)
    return np.asarray(cosines, np.float32)


_COSINES: Final = _cosines()
_MIRROR: Final = np.where(np.arange(LOW) % 2 == 0, 1, -1).astype(np.float32)


def _hashes(lowest: _Frequencies) -> Hashes:
    """Return 64 signs about their median as one number for each N×8×8 of frequencies."""
    flat = lowest.reshape(len(lowest), -1)
    bits = flat > np.median(flat, axis=1, keepdims=True)
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64).ravel()


def as_bytes(hashes: Hashes) -> bytes:
    """Return hashes as 8 bytes each, big-endian, so that they can be kept."""
    return hashes.astype(">u8").tobytes()


def from_bytes(kept: bytes) -> Hashes:
    """Return the hashes of ``as_bytes``."""
    return np.frombuffer(kept, ">u8").astype(np.uint64)
