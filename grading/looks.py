"""All frames of a load gone through once: surfaces found, each judged by its key frame."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from grading.backbone import Backbone
from grading.bay import Bay
from grading.camera import Usual, figures_of
from grading.frame import THREADS, Frame, Look, SeenFrame, seen_frames, with_code
from grading.hazards import Hazard
from grading.head import Head
from grading.judged import JudgedLayer, judged_layer
from grading.keyframes import Surface, watch
from grading.load_reasons import in_order
from grading.picture import Pixels, read_picture
from grading.propose import PictureEvidence
from grading.site import Site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """Evidence of each frame, the layers that could be judged, codes of those that could not.

    ``hazards`` are by frame, of frames that are no layer for a magnet in them too.
    ``has_bay`` and ``camera_moved`` are of the bay in the frames; ``lifted_kg`` is the known mass
    of all lifts, None where no scale told any; ``camera`` is what the key frames were like.
    """

    pictures: tuple[PictureEvidence, ...]
    seen: tuple[SeenFrame, ...]
    layers: tuple[JudgedLayer, ...]
    hazards: tuple[tuple[int, Hazard], ...]
    failed: frozenset[str]
    has_bay: bool
    camera_moved: bool
    lifted_kg: int | None
    camera: Usual | None


def look_at(
    frames: Sequence[Frame],
    *,
    backbone: Backbone,
    head: Head,
    site: Site,
    bay: Bay | None,
    usual: Usual | None = None,
) -> Looks:
    """Return what the frames show; a frame that cannot be read or seen well is never judged."""
    seen = seen_frames(frames, bay, site, usual)
    readable = [frame for frame in seen if frame.look]
    has_bay = bay is not None and all(frame.look.bed.known for frame in readable if frame.look)
    watched = watch(readable, site.load, fixed_camera=has_bay)
    evidence = {frame.index: frame for frame in (*seen, *watched.passing)}
    judged = _judged(frames, watched.surfaces, backbone=backbone, head=head, site=site)
    hidden = [own for own in judged if own.magnet_bp > site.load.magnet_max_bp]
    for layer in hidden:
        evidence[layer.frame] = with_code(evidence[layer.frame], "Q_MAGNET")
    layers = tuple(own for own in judged if own not in hidden)
    by_frame = {layer.frame: layer for layer in layers}
    failed = [evidence[own.key.index] for own in watched.surfaces if own.key.index not in by_frame]
    masses = [own.mass_kg for own in watched.surfaces if own.mass_kg is not None]
    return Looks(
        pictures=tuple(
            _evidence(evidence[index], by_frame.get(index)) for index in range(len(frames))
        ),
        seen=tuple(seen),
        layers=layers,
        hazards=tuple((own.frame, hazard) for own in judged for hazard in own.hazards),
        failed=frozenset(code for key in (*failed, *_unread(seen)) for code in key.gate),
        has_bay=has_bay,
        camera_moved=any(frame.look.bed.moved for frame in readable if frame.look),
        lifted_kg=sum(masses) if masses else None,
        camera=figures_of(
            [frame.look.quality for frame in seen if frame.look and frame.index in by_frame]
        ),
    )


def pixels_of(frame: Frame, look: Look | None) -> Pixels:
    """Return the pixels of a frame, read again where they were not kept."""
    if look is not None and look.pixels is not None:
        return look.pixels
    return read_picture(frame.content).pixels


def _judged(
    frames: Sequence[Frame],
    surfaces: Sequence[Surface],
    *,
    backbone: Backbone,
    head: Head,
    site: Site,
) -> tuple[JudgedLayer, ...]:
    """Return the surfaces that could be judged, two at a time; a single one by two threads."""
    good = [surface for surface in surfaces if surface.key.is_good]

    def judged(surface: Surface) -> JudgedLayer | None:
        key = surface.key
        pixels = pixels_of(frames[key.index], key.look)
        threads = THREADS if len(good) == 1 else 1
        return judged_layer(
            key,
            pixels,
            surface.mass_kg,
            backbone=backbone,
            head=head,
            site=site,
            threads=threads,
        )

    with ThreadPoolExecutor(max_workers=THREADS) as workers:
        return tuple(layer for layer in workers.map(judged, good) if layer)


def _unread(seen: Sequence[SeenFrame]) -> list[SeenFrame]:
    return [frame for frame in seen if frame.look is None]


def _evidence(frame: SeenFrame, layer: JudgedLayer | None) -> PictureEvidence:
    against = {*frame.gate, *(layer.judgement.reasons if layer else ())}
    return PictureEvidence(
        sha256=frame.sha256,
        pixel_sha256=frame.look.pixel_sha256 if frame.look else None,
        quality=frame.look.quality if frame.look else None,
        cosine_bp=layer.cosine_bp if layer else None,
        reasons=in_order(against),
    )
