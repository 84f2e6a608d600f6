"""The proposal for one load: what the pictures show, how surely, and whether a person must decide.

``auto`` means that every picture passed the gate and is like those of the training, and that the
conformal set holds one form, the form of the proposed trade grade. Anything else is ``manual`` with
its reasons; the shares are given all the same, as what the network leans to. ``stop`` is the answer
to a hazard in a picture; that none was found clears no load.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from grading.backbone import Backbone
from grading.calibration import Calibration, probabilities
from grading.clock_bar import clock_rows
from grading.errors import HeadFileError, PictureError
from grading.features import Vector, picture_vector
from grading.forms import FORM_BY_CLASS, GRADE_CLASSES
from grading.hazards import Hazard, find_hazards, hazard_reasons
from grading.head import Head, HeadFile
from grading.picture import Pixels, read_picture
from grading.quality import Quality, measure_quality, quality_reasons
from grading.shares import WHOLE_BP, form_shares_bp, largest_remainder_bp
from grading.sights import look_around, sight_reasons
from grading.site import Site

REASONS: Final = (
    "Q_TRUNCATED",
    "Q_DARK",
    "Q_NO_LOAD",
    "Q_MAGNET",
    "Q_BLUR",
    "Q_EXPOSURE",
    "Q_CAST",
    "Q_DIRT",
    "Q_MOTION",
    "Q_DUPLICATE",
    "Q_NOT_SCRAP",
    "OUT_OF_DISTRIBUTION",
    "NO_FORM",
    "FORMS_NONE",
    "FORMS_SEVERAL",
    "FORM_NOT_OF_CLASS",
    "FORM_UNSURE",
)
"""Codes of a proposal in the order in which they are listed; ``HAZARD_<KIND>`` come last."""

WIDE_FRAME: Final = (8, 5)
"""Frames of fixed cameras are at least as wide as this; photographs are 4:3 or 3:2."""

EDGE_PART: Final = 5


class Decision(StrEnum):
    """Who decides: the engine, a person, or nobody before a hazard is cleared."""

    AUTO = "auto"
    MANUAL = "manual"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureEvidence:
    """One picture of the load: its hashes, what was measured, and what speaks against it.

    ``pixel_sha256``, ``quality`` and ``cosine_bp`` are None where the picture cannot be read.
    """

    sha256: str
    pixel_sha256: str | None
    quality: Quality | None
    cosine_bp: int | None
    reasons: tuple[str, ...]
    hazards: tuple[Hazard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer for the pictures of one load, by numbers alone.

    ``classes`` holds basis points that sum to 10,000 over the 24 trade grades, and nothing where no
    picture could be read; ``confidence_bp`` is the share of ``grade_class``.
    """

    decision: Decision
    form: str | None
    grade_class: str | None
    classes: Mapping[str, int]
    confidence_bp: int
    conformal_set: tuple[str, ...]
    reasons: tuple[str, ...]


NOTHING_READ: Final = Judgement(
    decision=Decision.MANUAL,
    form=None,
    grade_class=None,
    classes={},
    confidence_bp=0,
    conformal_set=(),
    reasons=("Q_TRUNCATED",),
)
"""The judgement where no picture can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeProposal(Judgement):
    """A judgement with the evidence it rests on.

    ``model`` names by hash what it was made with: ``backbone_sha256``, ``onnx_sha256``,
    ``head_sha256``, ``calibration_sha256`` (it covers the limits of the gate too) and
    ``catalogue_sha256``.
    """

    model: Mapping[str, str]
    pictures: tuple[PictureEvidence, ...]

    @property
    def pixel_sha256(self) -> tuple[str, ...]:
        """Hash of the pixels of each picture in order, empty where it cannot be read."""
        return tuple(picture.pixel_sha256 or "" for picture in self.pictures)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What the engine knows of one readable picture; ``seen`` are codes of things in it.

    ``is_frame``: it comes from a fixed camera, of which the training has no pictures.
    """

    vector: Vector
    quality: Quality
    is_frame: bool = False
    hazards: tuple[Hazard, ...] = ()
    seen: tuple[str, ...] = ()


def propose(
    pictures: Sequence[bytes], *, backbone: Backbone, head_file: HeadFile, site: Site
) -> GradeProposal:
    """Return the proposal for one load from the bytes of its pictures, one or more.

    Raises ``HeadFileError`` where the head was trained with another backbone, ``ValueError`` for no
    picture at all. A picture that cannot be read makes the proposal ``manual``; it raises nothing.
    """
    head = head_file.head
    if head.onnx_sha256 != backbone.onnx_sha256:
        raise HeadFileError(value=f"it is for the backbone {head.onnx_sha256}")
    if not pictures:
        raise ValueError("a proposal needs at least one picture")
    views: list[View] = []
    looked_at: list[tuple[str, str | None, View | None]] = []
    for raw in pictures:
        sha256, pixel_sha256, view = _look(raw, backbone)
        if view is not None and any(pixel_sha256 == known for _, known, _ in looked_at):
            view = replace(view, seen=(*view.seen, "Q_DUPLICATE"))
        looked_at.append((sha256, pixel_sha256, view))
        if view is not None:
            views.append(view)
    judgement = judge(head, site, views, unreadable=len(pictures) - len(views))
    return GradeProposal(
        **{name: getattr(judgement, name) for name in Judgement.__slots__},
        model={
            "backbone_sha256": backbone.backbone_sha256,
            "onnx_sha256": backbone.onnx_sha256,
            "head_sha256": head_file.sha256,
            "calibration_sha256": site.calibration_sha256(head.calibration),
            "catalogue_sha256": site.catalogue.sha256,
        },
        pictures=tuple(
            _evidence(head, site, judgement.form, sha256, pixel_sha256, view)
            for sha256, pixel_sha256, view in looked_at
        ),
    )


def judge(head: Head, site: Site, views: Sequence[View], *, unreadable: int = 0) -> Judgement:
    """Return the judgement on the readable pictures of a load.

    Several pictures are taken together by the mean of their calibrated probabilities.
    """
    broken = {"Q_TRUNCATED"} if unreadable else set()
    if not views:
        return NOTHING_READ
    calibration = site.calibrated(head.calibration)
    classes = _classes_bp(head, calibration, views)
    grade_class = max(GRADE_CLASSES, key=lambda name: classes[name])
    form = FORM_BY_CLASS.get(grade_class)
    conformal_set = conformal_forms(classes, calibration)
    for view in views:
        broken.update(_picture_reasons(head, site, form, view))
    broken.update(_set_reasons(form, conformal_set))
    if form is not None and form_shares_bp(classes)[form] < calibration.form_min_bp:
        broken.add("FORM_UNSURE")
    return Judgement(
        decision=_decided(broken, stopped=any(view.hazards for view in views)),
        form=form,
        grade_class=grade_class,
        classes=classes,
        confidence_bp=classes[grade_class],
        conformal_set=conformal_set,
        reasons=_listed(broken),
    )


def _decided(broken: Collection[str], *, stopped: bool) -> Decision:
    if stopped:
        return Decision.STOP
    return Decision.MANUAL if broken else Decision.AUTO


def conformal_forms(classes: Mapping[str, int], calibration: Calibration) -> tuple[str, ...]:
    """Return the forms that cannot be ruled out, the likeliest first."""
    shares = form_shares_bp(classes)
    kept = [form for form in shares if WHOLE_BP - shares[form] <= calibration.conformal_q_bp]
    return tuple(sorted(kept, key=lambda form: -shares[form]))


def _look(raw: bytes, backbone: Backbone) -> tuple[str, str | None, View | None]:
    try:
        picture = read_picture(raw)
    except PictureError:
        return hashlib.sha256(raw).hexdigest(), None, None
    around = look_around(backbone, picture.pixels)
    hazards = find_hazards(picture.pixels, around.boxes_px, around.vectors)
    view = View(
        vector=picture_vector(backbone, load_part(picture.pixels)),
        quality=measure_quality(picture.pixels),
        is_frame=is_wide(picture.pixels),
        hazards=hazards,
        seen=(*sight_reasons(around.vectors[1:]), *hazard_reasons(hazards)),
    )
    return picture.sha256, picture.pixel_sha256, view


def is_wide(pixels: Pixels) -> bool:
    """Return whether an H×W×3 picture has the proportions of a fixed camera's frames."""
    height, width = pixels.shape[:2]
    return bool(width * WIDE_FRAME[1] >= height * WIDE_FRAME[0])


def load_part(pixels: Pixels) -> Pixels:
    """Return the middle of the frame of a fixed camera, other pictures as they are.

    Such a frame is wider than a photograph and shows the vehicle's surroundings at its edges; its
    middle, 60 % of each side below the clock bar, is of the load and at a photograph's scale.
    """
    if not is_wide(pixels):
        return pixels
    width = pixels.shape[1]
    rows = pixels[clock_rows(pixels) :]
    edge_y, edge_x = rows.shape[0] // EDGE_PART, width // EDGE_PART
    return np.ascontiguousarray(rows[edge_y : rows.shape[0] - edge_y, edge_x : width - edge_x])


def _classes_bp(head: Head, calibration: Calibration, views: Sequence[View]) -> dict[str, int]:
    logits = [
        (head.frame_linear if view.is_frame else head.linear).logits(view.vector[None, :])
        for view in views
    ]
    each = probabilities(np.concatenate(logits), calibration.scale_percent)
    shares_bp = largest_remainder_bp(each.mean(axis=0).tolist())
    return dict(zip(GRADE_CLASSES, shares_bp, strict=True))


def _picture_reasons(head: Head, site: Site, form: str | None, view: View) -> list[str]:
    calibration = site.calibrated(head.calibration)
    cosine_bp = head.cosine_bp(view.vector)
    reasons = [*quality_reasons(view.quality, site.limits, form), *view.seen]
    if cosine_bp < calibration.not_scrap_cosine_bp:
        return [*reasons, "Q_NOT_SCRAP"]
    if cosine_bp < calibration.ood_cosine_bp:
        return [*reasons, "OUT_OF_DISTRIBUTION"]
    return reasons


def _set_reasons(form: str | None, conformal_set: tuple[str, ...]) -> list[str]:
    """Return what keeps the conformal set from being the one form of the proposed class."""
    if form is None:
        return ["NO_FORM"]
    if not conformal_set:
        return ["FORMS_NONE"]
    if len(conformal_set) > 1:
        return ["FORMS_SEVERAL"]
    return [] if conformal_set == (form,) else ["FORM_NOT_OF_CLASS"]


def _evidence(
    head: Head,
    site: Site,
    form: str | None,
    sha256: str,
    pixel_sha256: str | None,
    view: View | None,
) -> PictureEvidence:
    reasons = ["Q_TRUNCATED"] if view is None else _picture_reasons(head, site, form, view)
    return PictureEvidence(
        sha256=sha256,
        pixel_sha256=pixel_sha256,
        quality=view.quality if view else None,
        cosine_bp=head.cosine_bp(view.vector) if view else None,
        reasons=_listed(set(reasons)),
        hazards=view.hazards if view else (),
    )


def _listed(broken: set[str]) -> tuple[str, ...]:
    hazards = sorted(code for code in broken if code not in REASONS)
    return (*(code for code in REASONS if code in broken), *hazards)
