"""Straight pieces in a bed: edges that run on from each other, the two sides of a piece as one."""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.geometry import Mask

SHORTEST_EDGE_PX: Final = 12
ANGLE_DEG: Final = 4.0
ASIDE_PX: Final = 3.0
GAP_PX: Final = 18.0
WIDTH_BP: Final = 1500
"""Two parallel edges closer than this part of their length are two sides of one piece."""

LONGEST_TRIED: Final = 60
MARGIN_BP: Final = 400
"""Edges this near to the sides of the bed are the bed's own."""

Ends = npt.NDArray[np.float64]


def straight_pieces(grey: npt.NDArray[np.uint8], inside: Mask) -> Ends:
    """Return the ends of straight pieces in an H×W picture, N×4 as x1, y1, x2, y2, longest first.

    ``inside`` tells where the bed is; its own sides are left out.
    """
    edges = straight_edges(grey, _within(inside), SHORTEST_EDGE_PX)
    pieces: list[npt.NDArray[np.float64]] = []
    for _ in range(LONGEST_TRIED):
        if not len(edges):
            break
        piece, edges = _grown(edges)
        if not any(_is_other_side(piece, other) for other in pieces):
            pieces.append(piece)
    ends = np.array(pieces).reshape(-1, 4)
    return ends[np.argsort(-lengths_of(ends), kind="stable")]


def straight_edges(grey: npt.NDArray[np.uint8], inside: Mask, shortest_px: float) -> Ends:
    """Return straight edges, N×4, the longest first; both ends lie inside.

    Their direction has the darker side on the same hand.
    """
    found: Any = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(grey)[0]
    edges: Ends = np.zeros((0, 4))
    if found is not None:
        edges = np.asarray(found, np.float64).reshape(-1, 4)
    height, width = grey.shape
    across = np.clip(np.rint(edges[:, 0::2]).astype(int), 0, width - 1)
    down = np.clip(np.rint(edges[:, 1::2]).astype(int), 0, height - 1)
    kept: Ends = edges[inside[down, across].all(axis=1) & (lengths_of(edges) >= shortest_px)]
    return kept[np.argsort(-lengths_of(kept), kind="stable")]


def lengths_of(edges: Ends) -> Ends:
    """Return the lengths of N×4 edges."""
    lengths: Ends = np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])
    return lengths


def _within(inside: Mask) -> Mask:
    margin = max(1, min(inside.shape) * MARGIN_BP // 10_000)
    padded = np.pad(inside.astype(np.uint8), 1)
    shrunk = cv2.erode(padded, np.ones((2 * margin + 1, 2 * margin + 1), np.uint8))
    return np.asarray(shrunk[1:-1, 1:-1] > 0)


def _grown(edges: Ends) -> tuple[npt.NDArray[np.float64], Ends]:
    """Return the longest edge with all that run on from it, and the edges that are left."""
    piece = edges[0]
    taken = np.zeros(len(edges), np.bool_)
    taken[0] = True
    while True:
        run = _running_on(piece, edges) & ~taken
        if not run.any():
            return piece, edges[~taken]
        taken |= run
        points = np.concatenate([piece.reshape(-1, 2), edges[run].reshape(-1, 2)])
        way = piece[2:] - piece[:2]
        along = (points - piece[:2]) @ way
        piece = np.concatenate([points[along.argmin()], points[along.argmax()]])


def _running_on(piece: npt.NDArray[np.float64], edges: Ends) -> npt.NDArray[np.bool_]:
    length = float(np.hypot(*(piece[2:] - piece[:2])))
    way = (piece[2:] - piece[:2]) / length
    normal = np.array([-way[1], way[0]])
    runs = (edges[:, 2:] - edges[:, :2]) / lengths_of(edges)[:, None]
    ends = edges.reshape(-1, 2, 2) - piece[:2]
    aside, along = np.abs(ends @ normal), ends @ way
    near = (along.min(axis=1) <= length + GAP_PX) & (along.max(axis=1) >= -GAP_PX)
    alike = np.abs(runs @ normal) <= np.sin(np.radians(ANGLE_DEG))
    return np.asarray(near & alike & (aside.max(axis=1) <= ASIDE_PX), np.bool_)


def _is_other_side(piece: npt.NDArray[np.float64], longer: npt.NDArray[np.float64]) -> bool:
    length = float(np.hypot(*(longer[2:] - longer[:2])))
    way = (longer[2:] - longer[:2]) / length
    normal = np.array([-way[1], way[0]])
    ends = piece.reshape(2, 2) - longer[:2]
    aside, along = np.abs(ends @ normal), ends @ way
    is_beside = float(aside.max()) * 10_000 <= WIDTH_BP * length
    return is_beside and -GAP_PX <= float(along.mean()) <= length + GAP_PX
