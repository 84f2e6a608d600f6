"""What the engine says of a load, and the one form of it that is hashed and kept."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grading.camera import Usual
from grading.canonical import canonical_json, sha256_hex
from grading.deduction import Deduction
from grading.judged import Tile
from grading.propose import GradeProposal

OVERLAY_MEDIA_TYPE: Final = "image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: the place of its frame, its weight, what it shows, what of it is new.

    ``shares_bp`` is over the forms; ``conformal_set`` holds the forms that cannot be ruled out.
    """

    frame: int
    weight_bp: int
    shares_bp: Mapping[str, int]
    new_area_bp: int
    repeated_bp: int
    mass_kg: int | None
    conformal_set: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A thing in a frame: its kind, its box x, y, width, height, how sure or how large it is."""

    kind: str
    frame: int
    box_px: tuple[int, int, int, int]
    figure_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProposal(GradeProposal):
    """The proposal for a load; frames are named by their place in the order they were given.

    ``shares_bp`` sum to 10,000 over the forms of what was seen, and are empty where nothing was;
    ``interval_bp`` holds 90 % around each, from a bootstrap over ``interval_over`` (``layers``, or
    ``tile_blocks`` of a single layer). ``weights_from`` is ``mass`` or ``new_area``.
    ``coverage_bp`` is None without a bay. ``bed_px`` holds the bed's corners in each key frame,
    ``measures`` what was measured in it, ``overlays`` a JPEG drawn over it. ``settings`` are the
    bytes behind ``model["settings_sha256"]``. ``camera`` is what its key frames were like, to be
    remembered for the next load of the same camera. ``deduction`` is an interval for a person to
    look at, None where the site has no curve for it.
    """

    shares_bp: Mapping[str, int]
    interval_bp: Mapping[str, tuple[int, int]]
    interval_over: str
    weights_from: str
    layers: tuple[Layer, ...]
    coverage_bp: int | None
    tiles: Mapping[int, tuple[Tile, ...]]
    bed_px: Mapping[int, tuple[tuple[int, int], ...]]
    hazards: tuple[Area, ...]
    inclusions: tuple[Area, ...]
    measures: tuple[Mapping[str, int] | None, ...]
    thickness_evidence: str
    scale_um_per_px: int | None
    overlays: tuple[bytes | None, ...]
    settings: bytes
    camera: Usual | None
    deduction: Deduction | None

    @property
    def overlay_sha256(self) -> tuple[str | None, ...]:
        """Hash of the overlay of each frame, None where none was drawn."""
        return tuple(None if drawn is None else sha256_hex(drawn) for drawn in self.overlays)


def load_record(proposal: LoadProposal) -> dict[str, Any]:
    """Return what is hashed and kept of a proposal: whole numbers, texts and hashes alone."""
    deduction = proposal.deduction
    return {
        **({} if deduction is None else {"deduction": dataclasses.asdict(deduction)}),
        "pictures": [
            {
                "sha256": picture.sha256,
                "pixel_sha256": picture.pixel_sha256,
                "reasons": list(picture.reasons),
            }
            for picture in proposal.pictures
        ],
        "decision": proposal.decision.value,
        "form": proposal.form,
        "grade_class": proposal.grade_class,
        "classes": dict(proposal.classes),
        "confidence_bp": proposal.confidence_bp,
        "conformal_set": list(proposal.conformal_set),
        "reasons": list(proposal.reasons),
        "shares_bp": dict(proposal.shares_bp),
        "interval_bp": {form: list(ends) for form, ends in proposal.interval_bp.items()},
        "interval_over": proposal.interval_over,
        "weights_from": proposal.weights_from,
        "layers": [
            {
                "frame": layer.frame,
                "weight_bp": layer.weight_bp,
                "shares_bp": dict(layer.shares_bp),
                "new_area_bp": layer.new_area_bp,
                "repeated_bp": layer.repeated_bp,
                "mass_kg": layer.mass_kg,
                "conformal_set": list(layer.conformal_set),
            }
            for layer in proposal.layers
        ],
        "coverage_bp": proposal.coverage_bp,
        "bed_px": {str(frame): [list(at) for at in bed] for frame, bed in proposal.bed_px.items()},
        "hazards": [_area(area) for area in proposal.hazards],
        "inclusions": [_area(area) for area in proposal.inclusions],
        "measures": [None if own is None else dict(own) for own in proposal.measures],
        "thickness_evidence": proposal.thickness_evidence,
        "scale_um_per_px": proposal.scale_um_per_px,
        "overlay_sha256": list(proposal.overlay_sha256),
        "model": dict(proposal.model),
    }


def load_answer(proposal: LoadProposal) -> dict[str, Any]:
    """Return the record with its hash, and the tiles behind it, as the command line prints them."""
    tiles = {
        str(frame): [dataclasses.asdict(tile) for tile in own]
        for frame, own in proposal.tiles.items()
    }
    return {**load_record(proposal), "record_sha256": record_sha256(proposal), "tiles": tiles}


def record_sha256(proposal: LoadProposal) -> str:
    """Return the hash of the canonical record; the same engine gives the same one again."""
    return sha256_hex(canonical_json(load_record(proposal)))


def _area(area: Area) -> dict[str, Any]:
    return {
        "kind": area.kind,
        "frame": area.frame,
        "box_px": list(area.box_px),
        "figure_bp": area.figure_bp,
    }
