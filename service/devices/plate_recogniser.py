"""The recogniser of number plates, and the process of its own in which it runs.

``agentclpr`` (Apache-2.0) carries its models in its wheel: nothing is downloaded. It loads in two
seconds and takes the memory of its models, so the edge unit keeps it at arm's length.
"""

import logging
import os
import warnings
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from service.domain.plate import PlateColour
from service.domain.plate_reading import PlateReading, plate_text

BORDER = 96
"""The recogniser cuts around a plate; one at the edge of the picture needs the room."""

LONGEST_SIDE = 1_920
HUES = {
    PlateColour.YELLOW: (12, 38),
    PlateColour.GREEN: (38, 92),
    PlateColour.BLUE: (92, 132),
}
"""Hue of the grounds, from and below, of 180 as OpenCV counts."""

LEAST_SATURATION, LEAST_VALUE = 60, 20
LEAST_SHARE_PERCENT = 15
NICENESS = 5

Picture = NDArray[np.uint8]


class Recogniser:
    """Plates of a picture; one at a time."""

    def __init__(self) -> None:
        logging.disable(logging.INFO)  # the packages report every session they open
        warnings.simplefilter("ignore")  # their means of nothing are no concern of ours
        from agentclpr import CLPSystem  # noqa: PLC0415 - loads four models

        self._system: Any = CLPSystem(providers="cpu")

    def read(self, data: bytes) -> list[PlateReading]:
        """Plates in the picture file ``data``, the surest first; empty where there is none."""
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            return []
        shown, scale = _fitting(picture.astype(np.uint8))
        padded = cv2.copyMakeBorder(
            shown, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=(96, 96, 96)
        )
        found = [
            _reading(points, str(text), float(score), shown, scale)
            for points, (text, score) in self._system(padded)
        ]
        plates = [reading for reading in found if reading is not None]
        return sorted(plates, key=lambda reading: -reading.confidence_bp)


def serve(connection: Connection) -> None:
    """Answer pictures with readings until the other end closes; runs in a process of its own."""
    os.nice(NICENESS)
    recogniser = Recogniser()
    connection.send("ready")
    while True:
        try:
            picture = connection.recv()
        except EOFError:
            return
        try:
            answer: list[PlateReading] | str = recogniser.read(picture)
        except Exception as error:  # noqa: BLE001 - the packages raise what they like; say so, go on
            answer = f"{type(error).__name__}: {error}"
        connection.send(answer)


def ground_colour(plate: Picture) -> PlateColour | None:
    """Colour of most coloured pixels of ``plate``, BGR; None where they are too few."""
    hue, saturation, value = (
        channel.ravel() for channel in cv2.split(cv2.cvtColor(plate, cv2.COLOR_BGR2HSV))
    )
    coloured = hue[(saturation >= LEAST_SATURATION) & (value >= LEAST_VALUE)]
    counts = {
        colour: int(((coloured >= low) & (coloured < high)).sum())
        for colour, (low, high) in HUES.items()
    }
    colour = max(counts, key=lambda known: counts[known])
    return colour if 100 * counts[colour] >= LEAST_SHARE_PERCENT * hue.size else None


def _reading(
    points: Sequence[Sequence[int]], text: str, score: float, picture: Picture, scale: float
) -> PlateReading | None:
    plate = plate_text(text)
    if plate is None:
        return None
    corners = np.array(points) - BORDER
    height, width = picture.shape[:2]
    left, top = (int(side) for side in corners.min(axis=0).clip(0, (width - 2, height - 2)))
    right, bottom = (int(side) for side in corners.max(axis=0).clip((left + 1, top + 1)))
    return PlateReading(
        text=plate,
        colour=ground_colour(picture[top:bottom, left:right]),
        confidence_bp=round(10_000 * min(max(score, 0.0), 1.0)),
        box=tuple(round(side / scale) for side in (left, top, right, bottom)),  # type: ignore[arg-type]
    )


def _fitting(picture: Picture) -> tuple[Picture, float]:
    longest = max(picture.shape[:2])
    if longest <= LONGEST_SIDE:
        return picture, 1.0
    scale = LONGEST_SIDE / longest
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8), scale
