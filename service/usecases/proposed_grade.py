"""From the image engine's own answer to what the service keeps of it."""

from typing import Any

from service.usecases.ports import CameraLook, Drawn, ProposedGrade, SeenArea, SeenLayer

OVERLAY_TYPE = "image/jpeg"


def proposed_grade(answer: Any) -> ProposedGrade:
    """The engine's answer for a load (``grading.load_proposal.LoadProposal``) as a port's value."""
    return ProposedGrade(
        decision=str(answer.decision),
        form=answer.form,
        grade_class=answer.grade_class,
        classes=answer.classes,
        confidence_bp=answer.confidence_bp,
        conformal_set=answer.conformal_set,
        reasons=answer.reasons,
        model=answer.model,
        pixel_sha256=[digest or None for digest in answer.pixel_sha256],
        shares_bp=answer.shares_bp,
        interval_bp=answer.interval_bp,
        layers=[
            SeenLayer(
                picture=layer.frame,
                weight_bp=layer.weight_bp,
                shares_bp=layer.shares_bp,
                new_area_bp=layer.new_area_bp,
                repeated_bp=layer.repeated_bp,
            )
            for layer in answer.layers
        ],
        coverage_bp=answer.coverage_bp,
        hazards=[_area(area) for area in answer.hazards],
        inclusions=[_area(area) for area in answer.inclusions],
        measures=[own or {} for own in answer.measures],
        thickness_evidence=answer.thickness_evidence,
        scale_um_per_px=answer.scale_um_per_px,
        overlays=[
            None if drawn is None else Drawn(content=drawn, media_type=OVERLAY_TYPE)
            for drawn in answer.overlays
        ],
        settings=answer.settings,
        camera=None if answer.camera is None else _look(answer.camera),
    )


def _look(usual: Any) -> CameraLook:
    return CameraLook(
        edge_percent=usual.edge_percent, p50_level=usual.p50_level, level_range=usual.level_range
    )


def _area(area: Any) -> SeenArea:
    return SeenArea(
        kind=area.kind, picture=area.frame, box_px=area.box_px, figure_bp=area.figure_bp
    )
