"""The sides of a bed found in a frame: straight edges near the stored ones, agreed on by RANSAC.

A side counts as found when edges over a third of its length agree on one line. Corners are where
found sides meet; a side that is not found stays where it is stored. Where three sides or more are
found further off, all by one shift, the camera was nudged and nothing is refined.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.picture import Pixels

LOOKED_AT_WIDTH_PX: Final = 640
NEAR_BP: Final = 150
"""How far from a stored side its edges may lie, of the frame's diagonal: a truck parks aside."""

NUDGED_BP: Final = 600
"""How far sides are looked for to tell a nudged camera from a side that is hidden."""

SAME_SHIFT_BP: Final = 100
FEWEST_SIDES: Final = 3

ANGLE_DEG: Final = 4.0
INLIER_PX: Final = 3.0
SUPPORT_BP: Final = 3300
SHORTEST_EDGE_PX: Final = 16
LONGEST_TRIED: Final = 40

Corners = npt.NDArray[np.float64]
Line = npt.NDArray[np.float64]
Edges = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundSides:
    """Corners 4×2 in pixels of the frame, how many sides were found, whether they lie elsewhere."""

    corners_px: Corners
    found: int
    moved: bool


def refined_corners(pixels: Pixels, stored: Corners) -> FoundSides:
    """Return the corners of the bed in an H×W×3 frame, near the ``stored`` ones (4×2, x and y)."""
    height_px, width_px = pixels.shape[:2]
    scale = min(1.0, LOOKED_AT_WIDTH_PX / width_px)
    diagonal_px = float(np.hypot(width_px, height_px)) * scale
    edges = _edges(pixels, scale)
    near = stored * scale
    close = _sides(edges, near, diagonal_px * NEAR_BP / 10_000)
    found = sum(side is not None for side in close)
    if found < FEWEST_SIDES:
        wide = _sides(edges, near, diagonal_px * NUDGED_BP / 10_000)
        within_px = diagonal_px * SAME_SHIFT_BP / 10_000
        if _shift_px(near, wide, within_px) * 10_000 > NEAR_BP * diagonal_px:
            return FoundSides(corners_px=stored, found=found, moved=True)
    corners = _corners(near, close)
    shift_px = float(np.hypot(*(corners - near).T).max())
    if shift_px * 10_000 > 2 * NEAR_BP * diagonal_px:
        return FoundSides(corners_px=stored, found=0, moved=False)
    return FoundSides(corners_px=np.rint(corners / scale), found=found, moved=False)


def _sides(edges: Edges, near: Corners, band_px: float) -> list[Line | None]:
    return [_side(edges, near[index], near[(index + 1) % 4], band_px) for index in range(4)]


def _corners(near: Corners, sides: list[Line | None]) -> Corners:
    lines = [
        _through(near[index], near[(index + 1) % 4]) if side is None else side
        for index, side in enumerate(sides)
    ]
    return np.stack([_meeting(lines[index - 1], lines[index]) for index in range(4)])


def _shift_px(near: Corners, sides: list[Line | None], within_px: float) -> float:
    """Return by how much all found sides moved together; 0 where they do not agree on one way.

    Sides may be ``within_px`` off it: a rail has two edges.
    """
    known = [index for index, side in enumerate(sides) if side is not None]
    if len(known) < FEWEST_SIDES:
        return 0.0
    middles = [(near[index] + near[(index + 1) % 4]) / 2 for index in known]
    lines = [line for line in sides if line is not None]
    normals = np.stack([line[:2] for line in lines])
    offsets = np.array(
        [-(line[:2] @ at + line[2]) for line, at in zip(lines, middles, strict=True)]
    )
    way, *_ = np.linalg.lstsq(normals, offsets)
    left_px = float(np.abs(normals @ way - offsets).max())
    return 0.0 if left_px > within_px else float(np.hypot(*way))


def _edges(pixels: Pixels, scale: float) -> Edges:
    """Return the straight edges of a frame, N×4 as x1, y1, x2, y2 in the looked-at size."""
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    found: Any = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(grey)[0]
    edges = np.zeros((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)
    return edges[np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) >= SHORTEST_EDGE_PX]


def _side(edges: Edges, start: Line, end: Line, band_px: float) -> Line | None:
    """Return the line on which most of the edges near a stored side agree; None for too few."""
    stored = _through(start, end)
    length_px = float(np.hypot(*(end - start)))
    middles = (edges[:, :2] + edges[:, 2:]) / 2
    along = (middles - start) @ (end - start) / length_px**2
    runs = edges[:, 2:] - edges[:, :2]
    lengths = np.hypot(runs[:, 0], runs[:, 1])
    lean = np.abs(runs @ stored[:2]) / lengths
    near = (
        (np.abs(middles @ stored[:2] + stored[2]) <= band_px)
        & (lean <= np.sin(np.radians(ANGLE_DEG)))
        & (along > 0)
        & (along < 1)
    )
    kept, weights = edges[near], lengths[near]
    best, best_support = None, length_px * SUPPORT_BP / 10_000
    for edge in kept[np.argsort(-weights, kind="stable")[:LONGEST_TRIED]]:
        agreeing = _agreeing(_through(edge[:2], edge[2:]), kept)
        if (support := float(weights[agreeing].sum())) > best_support:
            best, best_support = agreeing, support
    return None if best is None else _fitted(kept[best])


def _agreeing(line: Line, edges: Edges) -> npt.NDArray[np.bool_]:
    ends = np.abs(edges.reshape(-1, 2, 2) @ line[:2] + line[2])
    return np.asarray((ends <= INLIER_PX).all(axis=1))


def _fitted(edges: Edges) -> Line:
    points = edges.reshape(-1, 2).astype(np.float32)
    across, down, x, y = np.ravel(cv2.fitLine(points, cv2.DIST_L2, 0, 0.01, 0.01)).tolist()
    return _through(np.array([x, y]), np.array([x + across, y + down]))


def _through(start: Line, end: Line) -> Line:
    """Return the line a·x + b·y + c = 0 with a² + b² = 1 through two points."""
    across, down = end - start
    normal = np.array([-down, across]) / np.hypot(across, down)
    return np.array([*normal, -normal @ start])


def _meeting(one: Line, other: Line) -> Line:
    matrix = np.stack([one[:2], other[:2]])
    return np.linalg.solve(matrix, -np.array([one[2], other[2]]))
