"""The overlays of a load's key frames, drawn by two threads once the load is weighed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from grading.form_marks import AREA_NAMES
from grading.forms import FORMS
from grading.frame import THREADS, Frame
from grading.judged import JudgedLayer, form_shares
from grading.load_limits import LoadLimits
from grading.looks import Looks, pixels_of
from grading.overlay import Marked, Shown, draw_overlay
from grading.weighing import Weighed


def overlays_of(
    frames: Sequence[Frame], looks: Looks, weighed: Weighed | None, limits: LoadLimits
) -> tuple[bytes | None, ...]:
    """Return a JPEG for each key frame that was judged, None for every other frame."""
    places = {layer.frame: place for place, layer in enumerate(looks.layers)}

    def drawn(index: int) -> bytes | None:
        if weighed is None or index not in places:
            return None
        place = places[index]
        pixels = pixels_of(frames[index], looks.seen[index].look)
        return draw_overlay(pixels, _shown(looks.layers[place], place, weighed, limits))

    with ThreadPoolExecutor(max_workers=THREADS) as workers:
        return tuple(workers.map(drawn, range(len(frames))))


def _shown(layer: JudgedLayer, place: int, weighed: Weighed, limits: LoadLimits) -> Shown:
    count = len(weighed.weights_bp)
    return Shown(
        layer=place + 1,
        layers=count,
        weight_bp=weighed.weights_bp[place],
        corners_px=layer.bed.corners,
        bed_known=layer.bed.known,
        tiles=layer.tiles(limits.tile_share_min_bp),
        shares_bp=form_shares(weighed.layers_bp[place]),
        interval_bp=dict(zip(FORMS, weighed.interval_bp, strict=True)) if count == 1 else {},
        scale_um_per_px=layer.bed.scale_um_per_px,
        marked=_marked(layer),
    )


def _marked(layer: JudgedLayer) -> list[Marked]:
    inclusions = [
        Marked(label=AREA_NAMES.get(own.kind, own.kind), box_px=own.box_px, is_hazard=False)
        for own in layer.inclusions
    ]
    hazards = [
        Marked(label=AREA_NAMES.get(own.kind, own.kind), box_px=own.box_px, is_hazard=True)
        for own in layer.hazards
    ]
    return [*inclusions, *hazards]
