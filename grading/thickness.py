"""How thick the edges in a frame look, where pixels are fine enough to tell: evidence, no grade.

Two parallel edges with their light sides turned to each other are a strip: a sheet seen on edge, or
a bar, a rib, a streak of light. No thickness class follows from their widths.
"""

from typing import Final

import numpy as np

from grading.geometry import MICROMETRES, Bed
from grading.picture import Pixels
from grading.pieces import Ends, lengths_of, straight_edges

COARSEST_UM_PER_PX: Final = 1000
"""Above 1.0 mm a pixel an edge of 3 mm is three pixels wide, and says nothing."""

WINDOW_PX: Final = 1024
SHORTEST_EDGE_PX: Final = 25
ANGLE_DEG: Final = 3.0
WIDEST_MM: Final = 15
BINS_MM: Final = ((0, 3, "below_3mm"), (3, 6, "from_3_to_6mm"), (6, WIDEST_MM, "from_6mm"))
FEWEST_EDGES: Final = 20

NONE, EDGES = "none", "edges"


def edge_thickness(pixels: Pixels, bed: Bed) -> dict[str, int]:
    """Return how many edges look how thick, by name; nothing without a scale of 1.0 mm or finer.

    Only the middle of the bed is looked at, up to 1024×1024 px.
    """
    um_per_px = bed.scale_um_per_px
    if um_per_px is None or um_per_px > COARSEST_UM_PER_PX:
        return {}
    grey = _middle(pixels, bed)
    edges = straight_edges(grey, np.ones(grey.shape, np.bool_), SHORTEST_EDGE_PX)
    widths_mm = [width * um_per_px / MICROMETRES for width in strip_widths_px(edges)]
    return {
        f"edges_{name}": sum(low <= width < high for width in widths_mm)
        for low, high, name in BINS_MM
    }


def evidence_of(counts: dict[str, int]) -> str:
    """Return whether enough edges were measured to show them: ``edges``, else ``none``."""
    return EDGES if sum(counts.values()) >= FEWEST_EDGES else NONE


def strip_widths_px(edges: Ends) -> list[float]:
    """Return, for each N×4 edge with another one across a light strip, how far away that is."""
    if not len(edges):
        return []
    ways = (edges[:, 2:] - edges[:, :2]) / lengths_of(edges)[:, None]
    middles = (edges[:, 2:] + edges[:, :2]) / 2
    widths = []
    for index, way in enumerate(ways):
        normal = np.array([-way[1], way[0]])
        apart = (middles[index] - middles) @ normal
        along = np.abs((middles - middles[index]) @ way)
        reach = lengths_of(edges)[index] / 2
        facing = (ways @ way < -np.cos(np.radians(ANGLE_DEG))) & (along <= reach) & (apart > 0)
        if facing.any():
            widths.append(float(apart[facing].min()))
    return widths


def _middle(pixels: Pixels, bed: Bed) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    x, y, width, height = bed.box_px
    left = x + max(0, (width - WINDOW_PX) // 2)
    top = y + max(0, (height - WINDOW_PX) // 2)
    window = pixels[top : top + min(height, WINDOW_PX), left : left + min(width, WINDOW_PX)]
    grey = window.astype(np.uint16).sum(axis=2) // 3
    return np.ascontiguousarray(grey, np.uint8)
