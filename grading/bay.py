"""Where a camera sees the bed of a truck or wagon: four corners, and its true sides if known.

A bay is described once, on a page, by clicking the corners of the bed in a frame of its camera. The
file is JSON: ``{"format": "ferrotrace-bay-1", "bay_id": ID, "frame_width_px": N,
"frame_height_px": N, "corners_px": [[X, Y], …], "bed_length_mm": N, "bed_width_mm": N,
"clock_rows_px": N}``; the last three may be left out or null.
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from grading.canonical import canonical_json, sha256_hex
from grading.errors import GradingError

BAY_FORMAT: Final = "ferrotrace-bay-1"
CORNERS: Final = 4
SMALLEST_AREA_BP: Final = 200
"""A bed that fills less than 2 % of the frame was clicked by mistake."""

SIDE_RANGE_MM: Final = range(500, 30_001)
FRAME_RANGE_PX: Final = range(224, 20_001)

Point: TypeAlias = tuple[int, int]


class BayFileError(GradingError):
    """The description of a bay does not follow the format."""

    message = "The bay is refused: %(value)s."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """One bay as its camera sees it.

    ``corners_px`` are four (x, y), clockwise from the top left. ``bed_length_mm`` is the true
    length of the side from the first corner to the second, ``bed_width_mm`` of that from the second
    to the third; None where nobody measured them. The first ``clock_rows_px`` rows of a frame hold
    a burnt-in clock.
    """

    bay_id: str
    frame_width_px: int
    frame_height_px: int
    corners_px: tuple[Point, ...]
    bed_length_mm: int | None = None
    bed_width_mm: int | None = None
    clock_rows_px: int = 0

    def __post_init__(self) -> None:
        """Refuse corners that make no convex bed in the frame, and sides that no truck has."""
        if self.frame_width_px not in FRAME_RANGE_PX or self.frame_height_px not in FRAME_RANGE_PX:
            raise BayFileError(value=f"a frame of {self.frame_width_px}×{self.frame_height_px} px")
        if len(self.corners_px) != CORNERS:
            raise BayFileError(value=f"it has {len(self.corners_px)} corners, not four")
        for x, y in self.corners_px:
            if not (0 <= x <= self.frame_width_px and 0 <= y <= self.frame_height_px):
                raise BayFileError(value=f"the corner ({x}, {y}) lies outside the frame")
        turns = _turns(self.corners_px)
        if min(turns) <= 0:
            raise BayFileError(value="its corners do not go clockwise round a convex bed")
        frame_px = self.frame_width_px * self.frame_height_px
        if (turns[0] + turns[2]) * 10_000 < 2 * SMALLEST_AREA_BP * frame_px:
            raise BayFileError(value="the bed fills less than 2 % of the frame")
        for side_mm in (self.bed_length_mm, self.bed_width_mm):
            if side_mm is not None and side_mm not in SIDE_RANGE_MM:
                raise BayFileError(value=f"a side of {side_mm} mm")
        if not 0 <= self.clock_rows_px < self.frame_height_px:
            raise BayFileError(value=f"{self.clock_rows_px} rows of clock")

    @property
    def has_scale(self) -> bool:
        """Whether both sides of the bed are known, so that pixels can become millimetres."""
        return self.bed_length_mm is not None and self.bed_width_mm is not None

    def content(self) -> dict[str, Any]:
        """Return the content of the bay's file."""
        members = {"format": BAY_FORMAT, **dataclasses.asdict(self)}
        return {**members, "corners_px": [list(corner) for corner in self.corners_px]}

    @property
    def sha256(self) -> str:
        """Hash of the bay's canonical content."""
        return sha256_hex(canonical_json(self.content()))


def read_bay(path: Path) -> Bay:
    """Return the bay of a file; raises ``BayFileError``."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise BayFileError(value=str(error)) from error
    return bay_from_content(content)


def bay_from_content(content: object) -> Bay:
    """Return the bay of a file's content; raises ``BayFileError``."""
    if not isinstance(content, dict) or content.get("format") != BAY_FORMAT:
        raise BayFileError(value=f"format is not {BAY_FORMAT}")
    members = {name: value for name, value in content.items() if name != "format"}
    strangers = sorted(set(members) - {field.name for field in dataclasses.fields(Bay)})
    if strangers:
        raise BayFileError(value=f"{strangers[0]} is not known")
    figures = [value for name, value in members.items() if name not in {"bay_id", "corners_px"}]
    if not all(value is None or type(value) is int for value in figures):
        raise BayFileError(value="a figure is no whole number")
    corners = members.pop("corners_px", None)
    if not isinstance(corners, list) or not all(map(_is_point, corners)):
        raise BayFileError(value="corners_px is no list of [x, y] in whole pixels")
    try:
        return Bay(corners_px=tuple((x, y) for x, y in corners), **members)
    except TypeError as error:
        raise BayFileError(
            value="a member is missing, or null where a number must stand"
        ) from error


def _is_point(corner: object) -> bool:
    return isinstance(corner, list) and [type(part) for part in corner] == [int, int]


def _turns(corners: tuple[Point, ...]) -> list[int]:
    """Return twice the signed area of the triangle at each corner; clockwise is positive."""
    turns = []
    for index, (x, y) in enumerate(corners):
        before_x, before_y = corners[index - 1]
        after_x, after_y = corners[(index + 1) % CORNERS]
        turns.append((x - before_x) * (after_y - y) - (y - before_y) * (after_x - x))
    return turns
