"""The proposal for a load from the frames of its unloading: layers, shares, intervals, evidence.

``auto`` means that every gate passed: each layer seen well and familiar, the bed covered, the
layers alike, the conformal set of one form for nine tenths of the mass, the intervals narrow, no
hazard, nothing that speaks of fraud. Anything else is ``manual`` with its reasons; a hazard is
``stop``. Who delivered the load is not known here.
"""

from collections.abc import Sequence
from typing import Any, Final

from grading.aggregate import whole_bp
from grading.backbone import Backbone
from grading.bay import Bay
from grading.camera import Usual
from grading.canonical import sha256_hex
from grading.code_version import code_version
from grading.deduction import Deduction
from grading.errors import HeadFileError
from grading.forms import FORM_BY_CLASS, FORMS, GRADE_CLASSES
from grading.frame import Frame
from grading.hazards import hazard_reasons
from grading.head import Head, HeadFile
from grading.judged import form_shares
from grading.load_overlays import overlays_of
from grading.load_proposal import Area, Layer, LoadProposal
from grading.load_reasons import LoadFacts, in_order, load_reasons
from grading.looks import Looks, look_at
from grading.propose import Decision, conformal_forms
from grading.settings import settings_bytes
from grading.shares import WHOLE_BP
from grading.site import Site
from grading.thickness import NONE
from grading.weighing import Weighed, weigh

__all__ = ["Bay", "Frame", "LoadProposal", "propose_load"]

HAZARD: Final = "HAZARD_"
OF_THE_WHOLE: Final = frozenset({"FORMS_NONE", "FORMS_SEVERAL", "NO_FORM", "FORM_NOT_OF_CLASS"})
"""Codes that are asked of the load as a whole, not of each layer."""


def propose_load(
    frames: Sequence[Frame],
    *,
    backbone: Backbone,
    head_file: HeadFile,
    site: Site,
    bay: Bay | None = None,
    usual: Usual | None = None,
    flags: Sequence[str] = (),
    draw: bool = True,
) -> LoadProposal:
    """Return the proposal for one load from its frames in the order of time, one or more.

    ``usual`` is what the camera's good frames used to be like (``grading.camera``). ``flags`` are
    codes that the caller knows of (a photograph used before, clocks that disagree); each keeps a
    load from ``auto``. Without ``draw`` no overlay is made. Raises ``HeadFileError`` where the head
    was trained with another backbone, ``ValueError`` for no frame. A frame that cannot be read
    raises nothing.
    """
    if head_file.head.onnx_sha256 != backbone.onnx_sha256:
        raise HeadFileError(value=f"it is for the backbone {head_file.head.onnx_sha256}")
    if not frames:
        raise ValueError("a proposal needs at least one frame")
    looks = look_at(frames, backbone=backbone, head=head_file.head, site=site, bay=bay, usual=usual)
    settings = settings_bytes(site, None if bay is None else bay.content(), usual)
    model = {
        "backbone_sha256": backbone.backbone_sha256,
        "onnx_sha256": backbone.onnx_sha256,
        "head_sha256": head_file.sha256,
        "calibration_sha256": site.calibration_sha256(head_file.head.calibration),
        "catalogue_sha256": site.catalogue.sha256,
        "settings_sha256": sha256_hex(settings),
        "code_version": code_version(),
    }
    weighed = weigh(looks, fixed_camera=looks.has_bay) if looks.layers else None
    answer = _answer(looks, weighed, head_file.head, site, set(flags))
    return LoadProposal(
        **answer,
        **_shown(looks, weighed, site),
        overlays=overlays_of(frames, looks, weighed, site.load) if draw else (None,) * len(frames),
        model=model,
        pictures=looks.pictures,
        settings=settings,
        camera=looks.camera,
        deduction=_deduction(looks, weighed, site),
    )


def _answer(
    looks: Looks, weighed: Weighed | None, head: Head, site: Site, flags: set[str]
) -> dict[str, Any]:
    """Return the members of a judgement."""
    reasons = flags | looks.failed | load_reasons(_facts(looks, weighed), site.load)
    reasons.update(hazard_reasons([hazard for _, hazard in looks.hazards]))
    classes = _classes_bp(looks, weighed) if weighed else {}
    grade_class = max(GRADE_CLASSES, key=lambda name: classes[name]) if classes else None
    form = max(FORMS, key=lambda name: weighed.shares_bp[FORMS.index(name)]) if weighed else None
    conformal_set = conformal_forms(classes, site.calibrated(head.calibration)) if classes else ()
    if weighed:
        reasons.update(*(set(layer.judgement.reasons) - OF_THE_WHOLE for layer in looks.layers))
        reasons.update(_form_reasons(form, grade_class, conformal_set))
    hazards = {code for code in reasons if code.startswith(HAZARD)}
    decision = Decision.MANUAL if reasons else Decision.AUTO
    return {
        "decision": Decision.STOP if hazards else decision,
        "form": form,
        "grade_class": grade_class,
        "classes": classes,
        "confidence_bp": classes[grade_class] if grade_class else 0,
        "conformal_set": conformal_set,
        "reasons": in_order(reasons),
    }


def _form_reasons(
    form: str | None, grade_class: str | None, conformal_set: Sequence[str]
) -> list[str]:
    """Return what keeps the whole and its tiles from saying one form."""
    if grade_class not in FORM_BY_CLASS:
        return ["NO_FORM"]
    if FORM_BY_CLASS[grade_class] != form:
        return ["FORM_NOT_OF_CLASS"]
    if not conformal_set:
        return ["FORMS_NONE"]
    return [] if len(conformal_set) == 1 else ["FORMS_SEVERAL"]


def _classes_bp(looks: Looks, weighed: Weighed) -> dict[str, int]:
    """Return the trade grades of the whole: the layers' own by weight."""
    weights = weighed.weights_bp
    pairs = list(zip(weights, looks.layers, strict=True))
    sums = [
        sum(weight * layer.judgement.classes[name] for weight, layer in pairs)
        for name in GRADE_CLASSES
    ]
    return dict(zip(GRADE_CLASSES, whole_bp(sums), strict=True))


def _facts(looks: Looks, weighed: Weighed | None) -> LoadFacts:
    return LoadFacts(
        has_bay=looks.has_bay,
        camera_moved=looks.camera_moved,
        coverage_bp=weighed.coverage_bp if weighed else None,
        repeated_bp=weighed.repeated_bp if weighed else 0,
        dirt_bp=weighed.dirt_bp if weighed else 0,
        lifted_kg=looks.lifted_kg,
        layers=_gated_layers(looks, weighed) if weighed else (),
        interval_bp=weighed.interval_bp if weighed else (),
    )


def _gated_layers(looks: Looks, weighed: Weighed) -> tuple[tuple[int, tuple[int, ...], bool], ...]:
    return tuple(
        (weight_bp, own_bp, len(layer.judgement.conformal_set) == 1)
        for layer, weight_bp, own_bp in zip(
            looks.layers, weighed.weights_bp, weighed.layers_bp, strict=True
        )
    )


def _shown(looks: Looks, weighed: Weighed | None, site: Site) -> dict[str, Any]:
    """Return the members that show how a load came to its answer."""
    count = len(looks.pictures)
    by_frame = {layer.frame: layer for layer in looks.layers}
    scales = [layer.bed.scale_um_per_px for layer in looks.layers]
    return {
        "shares_bp": form_shares(weighed.shares_bp) if weighed else {},
        "interval_bp": dict(zip(FORMS, weighed.interval_bp, strict=True)) if weighed else {},
        "interval_over": weighed.interval_over if weighed else "",
        "weights_from": weighed.weights_from if weighed else "",
        "layers": _layers(looks, weighed) if weighed else (),
        "coverage_bp": weighed.coverage_bp if weighed else None,
        "tiles": {frame: own.tiles(site.load.tile_share_min_bp) for frame, own in by_frame.items()},
        "bed_px": {frame: own.bed.corners for frame, own in by_frame.items()},
        "hazards": tuple(
            Area(kind=own.kind, frame=frame, box_px=own.box_px, figure_bp=own.score_bp)
            for frame, own in looks.hazards
        ),
        "inclusions": tuple(
            Area(kind=own.kind, frame=layer.frame, box_px=own.box_px, figure_bp=own.area_bp)
            for layer in looks.layers
            for own in layer.inclusions
        ),
        "measures": tuple(by_frame[i].measures if i in by_frame else None for i in range(count)),
        "thickness_evidence": max((own.thickness_evidence for own in looks.layers), default=NONE),
        "scale_um_per_px": scales[0] if scales else None,
    }


def _deduction(looks: Looks, weighed: Weighed | None, site: Site) -> Deduction | None:
    """Return what the areas unlike metal say by the site's own curve: evidence, no decision."""
    if weighed is None or site.deduction is None:
        return None
    pairs = zip(weighed.weights_bp, looks.layers, strict=True)
    seen = sum(weight * sum(own.area_bp for own in layer.inclusions) for weight, layer in pairs)
    return site.deduction.at(seen // WHOLE_BP)


def _layers(looks: Looks, weighed: Weighed) -> tuple[Layer, ...]:
    return tuple(
        Layer(
            frame=layer.frame,
            weight_bp=weight_bp,
            shares_bp=form_shares(own_bp),
            new_area_bp=shown.new_bp,
            repeated_bp=shown.repeated_bp,
            mass_kg=layer.mass_kg,
            conformal_set=layer.judgement.conformal_set,
        )
        for layer, weight_bp, own_bp, shown in zip(
            looks.layers, weighed.weights_bp, weighed.layers_bp, weighed.exposures, strict=True
        )
    )
