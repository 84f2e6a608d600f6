"""All frames of a load gone through once: surfaces found, each judged by its key frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from grading.backbone import Backbone
from grading.bay import Bay
from grading.frame import Frame, SeenFrame, seen_frames
from grading.head import Head
from grading.judged import JudgedLayer, judged_layer
from grading.keyframes import surfaces
from grading.load_reasons import in_order
from grading.propose import PictureEvidence
from grading.site import Site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """Evidence of each frame, the layers that could be judged, codes of those that could not.

    ``has_bay`` and ``camera_moved`` are of the bay in the frames; ``lifted_kg`` is the known mass
    of all lifts, None where no scale told any.
    """

    pictures: tuple[PictureEvidence, ...]
    layers: tuple[JudgedLayer, ...]
    failed: frozenset[str]
    has_bay: bool
    camera_moved: bool
    lifted_kg: int | None


def look_at(
    frames: Sequence[Frame], *, backbone: Backbone, head: Head, site: Site, bay: Bay | None
) -> Looks:
    """Return what the frames show; a frame that cannot be read or seen well is never judged."""
    evidence: dict[int, PictureEvidence] = {}
    layers: list[JudgedLayer] = []
    failed: set[str] = set()
    masses: list[int] = []

    def noted(frame: SeenFrame) -> SeenFrame:
        evidence[frame.index] = _evidence(frame)
        return frame

    watched = map(noted, seen_frames(frames, bay, site))
    for surface in surfaces(watched, site.load.new_area_min_bp):
        key = surface.key
        layer = judged_layer(key, surface.mass_kg, backbone=backbone, head=head, site=site)
        masses += [] if surface.mass_kg is None else [surface.mass_kg]
        if layer is None:
            failed.update(key.gate)
        else:
            layers.append(layer)
            evidence[key.index] = _evidence(key, layer)
    return Looks(
        pictures=tuple(evidence[index] for index in range(len(frames))),
        layers=tuple(layers),
        failed=frozenset(failed),
        has_bay=bay is not None and all(layer.bed.known for layer in layers),
        camera_moved=any(layer.bed.moved for layer in layers),
        lifted_kg=sum(masses) if masses else None,
    )


def _evidence(frame: SeenFrame, layer: JudgedLayer | None = None) -> PictureEvidence:
    against = {*frame.gate, *(layer.judgement.reasons if layer else ())}
    return PictureEvidence(
        sha256=frame.sha256,
        pixel_sha256=frame.picture.pixel_sha256 if frame.picture else None,
        quality=frame.quality,
        cosine_bp=layer.cosine_bp if layer else None,
        reasons=in_order(against),
    )
