"""A key frame judged: its tiles, its whole as the head sees it, and what was measured in it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from grading.aggregate import Block, block_of
from grading.backbone import Backbone
from grading.features import Vector, Vectors, picture_vector
from grading.forms import FORMS
from grading.frame import SeenFrame, bed_crop
from grading.geometry import Bed, Mask
from grading.hazards import Hazard, find_hazards
from grading.head import Head
from grading.inclusions import InclusionArea, find_inclusions
from grading.layers import Glance
from grading.measures import measure
from grading.picture import Pixels
from grading.propose import Judgement, View, is_wide, judge
from grading.shares import WHOLE_BP
from grading.sights import MAGNET, look_around, sights
from grading.site import Site
from grading.thickness import edge_thickness, evidence_of
from grading.tiles import TilePlace, TilesBp, look_at_tiles, plan_tiles, tile_shares

WINDOW_ASPECT: Final = 4 / 3
WINDOWS_MAX: Final = 2
WIDEST_WINDOW: Final = 1.8
MASK_PX: Final = (640, 360)
BLOCK_STEPS: Final = 2
"""Tiles of two rows and two columns of the grid overlap; they make one block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile as it was judged: box x, y, width, height, and the form of its largest share.

    ``cell_px`` is the part of the box that it stands for; ``form`` is None where the largest share
    is too small to name one; ``in_bed_bp`` is the part of the inner half that lies in the bed.
    """

    box_px: tuple[int, int, int, int]
    cell_px: tuple[int, int, int, int]
    form: str | None
    share_bp: int
    in_bed_bp: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedLayer:
    """What is kept of a layer once its pixels are gone; ``tiles_bp`` is N×9 over ``FORMS``."""

    frame: int
    mass_kg: int | None
    bed: Bed
    glance: Glance
    places: tuple[TilePlace, ...]
    tiles_bp: TilesBp
    judgement: Judgement
    cosine_bp: int
    measures: Mapping[str, int]
    thickness_evidence: str
    hazards: tuple[Hazard, ...]
    inclusions: tuple[InclusionArea, ...]
    magnet_bp: int

    def tiles(self, share_min_bp: int) -> tuple[Tile, ...]:
        """Return the tiles as they leave the engine."""
        return tuple(
            _tile(place, row, share_min_bp)
            for place, row in zip(self.places, self.tiles_bp, strict=True)
        )

    def covered(self, height: int, width: int) -> Mask:
        """Return what the tiles look at, a mask of the given size over the frame."""
        scale_x, scale_y = width / self.bed.frame_width_px, height / self.bed.frame_height_px
        mask = np.zeros((height, width), np.bool_)
        for place in self.places:
            x, y, side, _ = place.box_px
            rows = slice(round(y * scale_y), round((y + side) * scale_y))
            mask[rows, round(x * scale_x) : round((x + side) * scale_x)] = True
        return mask

    def block(self, counted: Mask) -> Block:
        """Return all tiles as one block, each weighted by the part of it that is counted."""
        return block_of(self.tiles_bp, self.weights(counted))

    def tile_blocks(self, counted: Mask) -> list[Block]:
        """Return the tiles in blocks of neighbours, as ``block`` weighs them."""
        weights = np.array(self.weights(counted), np.int64)
        names = [(place.row // BLOCK_STEPS, place.column // BLOCK_STEPS) for place in self.places]
        return [
            block_of(self.tiles_bp[chosen], weights[chosen].tolist())
            for name in sorted(set(names))
            for chosen in [[index for index, own in enumerate(names) if own == name]]
        ]

    def weights(self, counted: Mask) -> list[int]:
        """Return for each tile the part of its cell that is counted, 0 to 10,000.

        Where none of it lies in a tile, all tiles count alike.
        """
        height, width = counted.shape
        scale_x, scale_y = width / self.bed.frame_width_px, height / self.bed.frame_height_px
        weights = []
        for place in self.places:
            x, y, across, down = place.cell_px
            left, top = round(x * scale_x), round(y * scale_y)
            right, bottom = round((x + across) * scale_x), round((y + down) * scale_y)
            inner = counted[top : max(bottom, top + 1), left : max(right, left + 1)]
            weights.append(int(inner.sum()) * WHOLE_BP // max(inner.size, 1))
        return weights if any(weights) else [WHOLE_BP] * len(weights)


def judged_layer(
    key: SeenFrame,
    pixels: Pixels,
    mass_kg: int | None,
    *,
    backbone: Backbone,
    head: Head,
    site: Site,
    threads: int = 1,
) -> JudgedLayer | None:
    """Return a key frame judged by its H×W×3 pixels; None where it cannot be or has no tile."""
    if key.look is None:
        return None
    bed = key.look.bed
    places = plan_tiles(bed, site.load)
    if not places:
        return None
    scale_percent = site.calibrated(head.calibration).tile_scale_percent
    views = [
        View(vector=vector, quality=key.look.quality, is_frame=bed.known or is_wide(pixels))
        for vector in _window_vectors(backbone, bed_crop(pixels, bed), threads)
    ]
    vectors = look_at_tiles(backbone, pixels, places, threads=threads)
    thickness = edge_thickness(pixels, bed)
    return JudgedLayer(
        frame=key.index,
        mass_kg=mass_kg,
        bed=bed,
        glance=key.look.glance,
        places=places,
        tiles_bp=tile_shares(head, scale_percent, vectors),
        judgement=judge(head, site, views),
        cosine_bp=min(head.cosine_bp(view.vector) for view in views),
        measures={**measure(pixels, bed, site.load), **thickness},
        thickness_evidence=evidence_of(thickness),
        hazards=_hazards(backbone, pixels, bed, places, vectors, site.load.hazard_score_min_bp),
        inclusions=find_inclusions(pixels, bed.mask(*MASK_PX) if bed.known else None),
        magnet_bp=_magnet_bp(places, vectors, site.load.magnet_score_min),
    )


def form_shares(row: Sequence[int]) -> Mapping[str, int]:
    """Return basis points in the order of ``FORMS`` by name."""
    return dict(zip(FORMS, row, strict=True))


def windows(crop: Pixels) -> list[Pixels]:
    """Return one or two parts of a bed in the proportions of pictures, from its middles."""
    height, width = crop.shape[:2]
    axis, length, breadth = (1, width, height) if width >= height else (0, height, width)
    count = min(max(round(length / breadth / WINDOW_ASPECT), 1), WINDOWS_MAX)
    parts = []
    for part in np.array_split(crop, count, axis=axis):
        kept = min(part.shape[axis], round(breadth * WIDEST_WINDOW))
        start = (part.shape[axis] - kept) // 2
        within = slice(start, start + kept)
        parts.append(part[:, within] if axis else part[within])
    return parts


def _window_vectors(backbone: Backbone, crop: Pixels, threads: int) -> list[Vector]:
    """Return what is seen in a long bed as two windows, about as wide as pictures are."""
    with ThreadPoolExecutor(max_workers=threads) as workers:
        return list(workers.map(partial(picture_vector, backbone), windows(crop)))


def _hazards(
    backbone: Backbone,
    pixels: Pixels,
    bed: Bed,
    places: Sequence[TilePlace],
    vectors: Vectors,
    tile_score_min_bp: int,
) -> tuple[Hazard, ...]:
    """Return the hazards of a frame: of its parts where no bay is known, then of its tiles.

    A photograph may show a thing from nearby, larger than any tile.
    """
    near = () if bed.known else _hazards_nearby(backbone, pixels)
    tiles = find_hazards(pixels, [place.box_px for place in places], vectors)
    return near or tuple(own for own in tiles if own.score_bp >= tile_score_min_bp)


def _hazards_nearby(backbone: Backbone, pixels: Pixels) -> tuple[Hazard, ...]:
    seen = look_around(backbone, pixels)
    return find_hazards(pixels, seen.boxes_px, seen.vectors)


def _magnet_bp(places: Sequence[TilePlace], vectors: Vectors, score_min: int) -> int:
    """Return the part of the cells of all tiles in which a magnet is seen, 0 to 10,000."""
    areas = np.array([place.cell_px[2] * place.cell_px[3] for place in places], np.int64)
    shows = sights()[MAGNET].scores(vectors) > score_min
    return int(areas[shows].sum()) * WHOLE_BP // int(areas.sum())


def _tile(place: TilePlace, row: "TilesBp", share_min_bp: int) -> Tile:
    best = int(row.argmax())
    share_bp = int(row[best])
    return Tile(
        box_px=place.box_px,
        cell_px=place.cell_px,
        form=FORMS[best] if share_bp >= share_min_bp else None,
        share_bp=share_bp,
        in_bed_bp=place.in_bed_bp,
    )
