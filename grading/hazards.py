"""What must not go into a furnace or a shredder: vessels under pressure and the like.

High recall is what counts: a part of the picture that looks like a hazard stops the load, and only
people clear it. Nothing here ever says that a load is free of hazards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grading.picture import Pixels
from grading.sights import Box, Vectors, seen_boxes, sights
from grading.vessel_shape import vessel_codes

HAZARD_KINDS: Final = (
    "gas_cylinder",
    "fire_extinguisher",
    "sealed_vessel",
    "battery",
    "munition",
    "radioactive_source",
)
"""Every kind that a person can report; the engine finds those that ``sights.json`` knows."""

LOOKS_ALIKE: Final = "LOOKS_ALIKE"
THOUSANDTHS: Final = 1000
OVERLAP: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One hazard in a picture: its kind, a box x, y, width, height around it, how sure in bp.

    ``codes`` tell why: ``LOOKS_ALIKE`` (like the prototype), ``ROUND_END`` (an ellipse in it),
    ``STRAIGHT_SIDES`` (two long parallel edges).
    """

    kind: str
    box_px: Box
    score_bp: int
    codes: tuple[str, ...]


def find_hazards(pixels: Pixels, boxes_px: Sequence[Box], vectors: Vectors) -> tuple[Hazard, ...]:
    """Return the hazards in an H×W×3 BGR picture, the surest first.

    ``boxes_px`` and ``vectors`` are N parts of it and what the network sees there (``feat`` in
    the first 1,280 columns): ``look_around``, or the tiles of a bed. Of parts that overlap, the
    surest stands for the thing.
    """
    found: list[Hazard] = []
    for kind in HAZARD_KINDS:
        if kind not in sights():
            continue
        kept: list[Box] = []
        for box, score in seen_boxes(kind, boxes_px, vectors):
            if any(_overlap(box, other) > OVERLAP for other in kept):
                continue
            kept.append(box)
            found.append(_hazard(kind, pixels, box, score))
    return tuple(sorted(found, key=lambda hazard: -hazard.score_bp))


def hazard_reasons(hazards: Sequence[Hazard]) -> list[str]:
    """Return ``HAZARD_<KIND>`` for each kind found."""
    return sorted({f"HAZARD_{hazard.kind.upper()}" for hazard in hazards})


def _hazard(kind: str, pixels: Pixels, box: Box, score: int) -> Hazard:
    x, y, width, height = box
    return Hazard(
        kind=kind,
        box_px=box,
        score_bp=round(10_000 / (1 + float(np.exp(-score / THOUSANDTHS)))),
        codes=(LOOKS_ALIKE, *vessel_codes(pixels[y : y + height, x : x + width])),
    )


def _overlap(one: Box, other: Box) -> float:
    """Return the part of the smaller box that lies in the other."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / min(one[2] * one[3], other[2] * other[3])
