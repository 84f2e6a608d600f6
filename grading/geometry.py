"""The bed of a frame in pixels and, where its sides are known, in millimetres.

The homography is of one plane, that of the corners. A load that lies lower is further from the
camera and looks smaller than the figures say; the figures are evidence, never a measure to pay by.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.bay import Bay
from grading.bed_lines import refined_corners
from grading.picture import Pixels

ASPECT_TOLERANCE_BP: Final = 100
MICROMETRES: Final = 1000
MASK_STEP_PX: Final = 4
"""Areas are counted on every fourth pixel of each direction."""

Corners = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bed:
    """The bed in one frame: ``corners_px`` 4×2 (x, y), clockwise; ``to_mm`` 3×3 or None.

    ``known`` is false where no bay fits the frame and the whole frame stands for the bed;
    ``refined`` counts the sides that were found in the frame; ``moved`` says that they were found
    too far from where the bay has them.
    """

    frame_width_px: int
    frame_height_px: int
    corners_px: Corners
    to_mm: Matrix | None
    known: bool
    refined: int
    moved: bool

    @property
    def corners(self) -> tuple[tuple[int, int], ...]:
        """The corners in whole pixels."""
        return tuple((round(x), round(y)) for x, y in self.corners_px.tolist())

    @property
    def box_px(self) -> tuple[int, int, int, int]:
        """The upright rectangle round the bed within the frame: x, y, width, height."""
        left, top = np.floor(self.corners_px.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(self.corners_px.max(axis=0)).astype(int).tolist()
        left, top = max(left, 0), max(top, 0)
        right = min(right, self.frame_width_px)
        bottom = min(bottom, self.frame_height_px)
        return left, top, right - left, bottom - top

    def mask(self, width_px: int, height_px: int) -> Mask:
        """Return where the bed lies in the frame brought to the given size."""
        scale = np.array([width_px / self.frame_width_px, height_px / self.frame_height_px])
        corners = np.rint(self.corners_px * scale).astype(np.int32)
        drawn = np.zeros((height_px, width_px), np.uint8)
        cv2.fillConvexPoly(drawn, corners, 1)
        return drawn.astype(np.bool_)

    def mm_per_px(self, x: float, y: float) -> float | None:
        """Return the side of a pixel at (x, y) in millimetres, the mean over both directions.

        It is the root of the homography's determinant there; None without scale.
        """
        if self.to_mm is None:
            return None
        _, _, depth = self.to_mm @ np.array([x, y, 1.0])
        return float(np.sqrt(abs(np.linalg.det(self.to_mm) / depth**3)))

    @property
    def scale_um_per_px(self) -> int | None:
        """The scale in the middle of the bed, micrometres for each pixel; None without scale."""
        middle_x, middle_y = self.corners_px.mean(axis=0).tolist()
        scale = self.mm_per_px(middle_x, middle_y)
        return None if scale is None else round(scale * MICROMETRES)

    def length_mm(self, start: tuple[float, float], end: tuple[float, float]) -> int | None:
        """Return the distance of two points on the bed's plane; None without scale."""
        if self.to_mm is None:
            return None
        points = np.array([[*start, 1.0], [*end, 1.0]]) @ self.to_mm.T
        flat = points[:, :2] / points[:, 2:]
        return round(float(np.hypot(*(flat[1] - flat[0]))))


def bed_of(pixels: Pixels, bay: Bay | None) -> Bed:
    """Return the bed in an H×W×3 frame, its sides refined by the lines found near the stored ones.

    A frame of another size but the same proportions is scaled; one of other proportions has no bay.
    """
    height_px, width_px = pixels.shape[:2]
    if bay is None or not _fits(bay, width_px, height_px):
        return _whole_frame(width_px, height_px, bay)
    scale = np.array([width_px / bay.frame_width_px, height_px / bay.frame_height_px])
    stored = np.array(bay.corners_px, np.float64) * scale
    lines = refined_corners(pixels, stored)
    corners = lines.corners_px
    return Bed(
        frame_width_px=width_px,
        frame_height_px=height_px,
        corners_px=corners,
        to_mm=None if lines.moved else _homography(corners, bay),
        known=True,
        refined=lines.found,
        moved=lines.moved,
    )


def _fits(bay: Bay, width_px: int, height_px: int) -> bool:
    ours, theirs = width_px * bay.frame_height_px, height_px * bay.frame_width_px
    return abs(ours - theirs) * 10_000 <= ASPECT_TOLERANCE_BP * theirs


def _whole_frame(width_px: int, height_px: int, bay: Bay | None) -> Bed:
    top = min(bay.clock_rows_px, height_px // 2) if bay else 0
    corners = [[0, top], [width_px, top], [width_px, height_px], [0, height_px]]
    return Bed(
        frame_width_px=width_px,
        frame_height_px=height_px,
        corners_px=np.array(corners, np.float64),
        to_mm=None,
        known=False,
        refined=0,
        moved=False,
    )


def _homography(corners: Corners, bay: Bay) -> Matrix | None:
    if bay.bed_length_mm is None or bay.bed_width_mm is None:
        return None
    length_mm, width_mm = bay.bed_length_mm, bay.bed_width_mm
    plane = np.array([[0, 0], [length_mm, 0], [length_mm, width_mm], [0, width_mm]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), plane)
    return np.asarray(matrix, np.float64)
