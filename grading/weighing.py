"""The layers of a load weighed against each other: shares, their interval, what was covered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grading.aggregate import Block, interval_bp, shares_bp, whole_bp
from grading.dirt import dirt_bp
from grading.judged import JudgedLayer
from grading.layers import Exposure, exposures, lifted, part_bp, repeated_load_bp
from grading.looks import Looks
from grading.shares import WHOLE_BP

BY_MASS, BY_NEW_AREA = "mass", "new_area"
OVER_LAYERS, OVER_TILE_BLOCKS = "layers", "tile_blocks"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """Shares over ``FORMS`` of the load and of each layer; ``weights_bp`` sum to 10,000.

    ``dirt_bp`` is the part of the bed behind spots on the lens.
    """

    weights_from: str
    weights_bp: tuple[int, ...]
    shares_bp: tuple[int, ...]
    layers_bp: tuple[tuple[int, ...], ...]
    interval_bp: tuple[tuple[int, int], ...]
    interval_over: str
    exposures: tuple[Exposure, ...]
    coverage_bp: int | None
    repeated_bp: int
    dirt_bp: int


def weigh(looks: Looks, *, fixed_camera: bool) -> Weighed:
    """Return the layers of a load, one or more, weighed.

    A layer weighs what was lifted off it where a scale told that of every layer, and its tiles then
    count by what the next layer shows to be gone. Else it weighs its newly exposed area, and its
    tiles count by what is new in them. How far the surface sank is not seen by one camera.
    """
    layers = looks.layers
    glances = [layer.glance for layer in layers]
    shown = exposures(glances, fixed_camera=fixed_camera)
    masses = [layer.mass_kg or 0 for layer in layers]
    by_mass = all(masses)
    counted = lifted(glances) if by_mass else [exposure.new for exposure in shown]
    weights = masses if by_mass else [int(exposure.new.sum()) for exposure in shown]
    blocks = [layer.block(mask) for layer, mask in zip(layers, counted, strict=True)]
    parts, part_weights = blocks, weights
    if len(layers) == 1:
        parts = layers[0].tile_blocks(counted[0])
        part_weights = [part.weight for part in parts]
    return Weighed(
        weights_from=BY_MASS if by_mass else BY_NEW_AREA,
        weights_bp=whole_bp(weights),
        shares_bp=shares_bp(blocks, weights),
        layers_bp=tuple(_own_bp(block) for block in blocks),
        interval_bp=interval_bp(parts, part_weights, _seed(looks)),
        interval_over=OVER_LAYERS if len(layers) > 1 else OVER_TILE_BLOCKS,
        exposures=shown,
        coverage_bp=_coverage_bp(layers, shown) if fixed_camera else None,
        repeated_bp=repeated_load_bp(shown),
        dirt_bp=dirt_bp(glances, shown) if fixed_camera else 0,
    )


def _own_bp(block: Block) -> tuple[int, ...]:
    return shares_bp([block], [WHOLE_BP])


def _coverage_bp(layers: Sequence[JudgedLayer], shown: Sequence[Exposure]) -> int:
    """Return the part of the bed that tiles of at least one layer looked at."""
    seen = [layer.covered(*own.bed.shape) for layer, own in zip(layers, shown, strict=True)]
    whole = np.logical_or.reduce([own.bed for own in shown])
    return part_bp(np.logical_or.reduce(seen), whole)


def _seed(looks: Looks) -> bytes:
    """Return what the draws depend on: the content of the pictures and nothing else."""
    return hashlib.sha256("".join(own.sha256 for own in looks.pictures).encode()).digest()
