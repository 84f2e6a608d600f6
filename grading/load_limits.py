"""The start values by which a load is judged; a site sets its own, and they enter every record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLimits:
    """Limits of the layers and of the automatic decision; a load at a limit passes.

    ``layers_heavy_min`` layers are asked of a load above ``heavy_load_kg``, as far as the masses of
    its lifts are known. At most ``dirt_max_bp`` of the bed may lie behind
    spots on the lens. ``divergence_max_bp`` limits the Jensen–Shannon distance, 0 to 10,000, of a
    layer from the rest. ``tile_share_min_bp``: below it the largest share of a tile names no form.
    ``hazard_score_min_bp`` and ``magnet_score_min`` (thousandths of a logit) are for tiles, of
    which a frame has many more than the parts on which the prototypes were set. ``long_piece_mm``:
    1,500 by GB/T 39733, some mills say 1,200.
    """

    tile_side_mm: int = 500
    tile_side_max_mm: int = 600
    tiles_max: int = 64
    tile_in_bed_min_bp: int = 8000
    tile_share_min_bp: int = 3500
    coverage_min_bp: int = 8500
    repeated_max_bp: int = 1000
    dirt_max_bp: int = 50
    layers_min: int = 1
    layers_heavy_min: int = 5
    heavy_load_kg: int = 20_000
    new_area_min_bp: int = 500
    magnet_max_bp: int = 500
    divergence_max_bp: int = 6000
    interval_half_max_bp: int = 1000
    conformal_mass_min_bp: int = 9000
    long_piece_mm: int = 1500
    hazard_score_min_bp: int = 7000
    magnet_score_min: int = 1000
