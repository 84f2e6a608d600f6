"""The image engine looks at a load, and what it says goes on record.

It is given the pictures of the load and the bay of their camera. Nobody's name reaches it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from service.domain.grading_model import SERVING
from service.domain.instants import utc_text, whole_second
from service.proof.hashing import sha256
from service.storage import bay as bays
from service.storage import grade as grades
from service.storage import photograph as photographs
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grading_model import ModelUse, keep_settings, serving
from service.storage.weighing import WeighingRow, weighing_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.grade_auto import decide_by_engine
from service.usecases.grading_site import grader_at
from service.usecases.hazard import stop_for_proposal
from service.usecases.photograph_reuse import LOAD_CAMERAS, intake_reasons
from service.usecases.ports import (
    BayView,
    CameraLook,
    CameraPast,
    Deps,
    GraderFailedError,
    LoadFrame,
    ProposedGrade,
    SeenArea,
)

PROPOSALS_A_TICK = 4
LOADS_KEPT = 30
"""First and newest loads of a camera by which it is told what is usual."""

NO_PICTURE = "Q_NO_LOAD"
ENGINE_FAILED = "ENGINE_FAILED"
MODEL_UNUSED = {"off": "MODEL_OFF", "shadow": "MODEL_IN_SHADOW"}
"""Reasons of an abstention where no head serves at the site."""

NOT_ASKED = "NOT_ASKED"
"""The inspector decided, away from here, before the image engine had looked."""

Pictures = Sequence[photographs.PhotographRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the engine is asked with."""

    pictures: Pictures
    bay: bays.BayRow | None
    use: ModelUse
    past: CameraPast | None = None


def propose_pending(deps: Deps) -> int:
    """Look at the loads that nobody has proposed a grade for; how many there were."""
    with deps.db.transaction() as tx:
        waiting = grades.visits_without_proposal(tx, limit=PROPOSALS_A_TICK)
    for visit_id in waiting:
        propose_grade(visit_id, deps)
    return len(waiting)


def propose_grade(visit_id: str, deps: Deps) -> None:
    """Propose a grade for one load from the pictures of its bed; harmless when repeated."""
    with deps.db.transaction() as tx:
        look = _look_at(tx, visit_id, deps.now())
    proposed = _asked(look, deps)
    with deps.db.transaction() as tx:
        visit = visits.visit_by_id(tx, visit_id, lock=True)
        gross = weighing_of(tx, visit_id, "gross")
        done = visits.is_ended(tx, visit_id) or grades.proposal_of(tx, visit_id) is not None
        if visit is None or gross is None or done:
            return
        proposed = _doubted(proposed, intake_reasons(tx, visit_id))
        row = store_proposal(tx, visit_id, gross, proposed, look, deps)
        if row.decision == "stop":
            stop_for_proposal(tx, row, proposed.reasons, deps)
        elif grades.decision_of(tx, visit_id) is None:
            decide_by_engine(tx, visit, row, proposed, deps)


def abstention(tx: Tx, visit_id: str, gross: WeighingRow, deps: Deps) -> grades.GradeProposalRow:
    """Put on record that the engine was not asked before the inspector decided."""
    look = _Look(pictures=(), bay=None, use=serving(tx, gross.site_id))
    return store_proposal(tx, visit_id, gross, _abstained(NOT_ASKED, 0), look, deps)


def load_pictures(
    pictures: Pictures, bay_cameras: Sequence[str] = ()
) -> list[photographs.PhotographRow]:
    """The pictures that show the load: of the load camera, of the bays' cameras, and uploaded."""
    cameras = LOAD_CAMERAS.union(bay_cameras)
    return [p for p in pictures if p.camera_id in cameras or p.origin == "UPLOADED"]


def _look_at(tx: Tx, visit_id: str, now: datetime) -> _Look:
    visit = visits.visit_by_id(tx, visit_id)
    site_id = "" if visit is None else visit.site_id
    known = {bay.camera_id: bay for bay in bays.bays_of(tx, site_id)}
    pictures = load_pictures(photographs.photographs_of(tx, visit_id), list(known))
    seen = (known[p.camera_id] for p in pictures if p.camera_id in known)
    bay = next(seen, None)
    past = camera_past(tx, bay, before=now)
    return _Look(pictures=pictures, bay=bay, use=serving(tx, site_id), past=past)


def camera_past(tx: Tx, bay: bays.BayRow | None, *, before: datetime) -> CameraPast | None:
    """What earlier loads looked like to the camera of a bay: its first loads, and its newest."""
    if bay is None:
        return None
    of_camera = partial(
        grades.earlier_looks, tx, bay.site_id, bay.camera_id, before=before, limit=LOADS_KEPT
    )
    first = of_camera(newest=False)
    known = {row.proposal_id for row in first}
    last = [row for row in of_camera(newest=True) if row.proposal_id not in known]
    return CameraPast(first=_looks(first), last=_looks(last))


def _looks(rows: Sequence[grades.EarlierLookRow]) -> list[CameraLook]:
    return [
        CameraLook(
            edge_percent=row.edge_percent, p50_level=row.p50_level, level_range=row.level_range
        )
        for row in rows
    ]


def _asked(look: _Look, deps: Deps) -> ProposedGrade:
    """What the engine says. A truck never waits for it: where it fails, a person decides."""
    if look.use.mode not in SERVING:
        return _abstained(MODEL_UNUSED[look.use.mode.value], len(look.pictures))
    if not look.pictures:
        return _abstained(NO_PICTURE, 0)
    frames = [LoadFrame(content=each.content, at=each.taken_at) for each in look.pictures]
    try:
        return grader_at(look.use, deps).propose_load(frames, bay_view(look.bay), look.past)
    except GraderFailedError:
        return _abstained(ENGINE_FAILED, len(look.pictures))


def _doubted(proposed: ProposedGrade, doubts: Sequence[str]) -> ProposedGrade:
    """The proposal with what speaks against its photographs: then a person decides."""
    if not doubts:
        return proposed
    reasons = (*proposed.reasons, *(each for each in doubts if each not in proposed.reasons))
    decision = "manual" if proposed.decision == "auto" else proposed.decision
    return replace(proposed, decision=decision, reasons=reasons)


def bay_view(row: bays.BayRow | None) -> BayView | None:
    """The bay as the engine is told of it."""
    if row is None:
        return None
    return BayView(
        bay_id=f"{row.site_id}/{row.camera_id}",
        frame_width_px=row.frame_width_px,
        frame_height_px=row.frame_height_px,
        corners_px=tuple((int(x), int(y)) for x, y in row.corners_px),
        bed_length_mm=row.bed_length_mm,
        bed_width_mm=row.bed_width_mm,
        clock_rows_px=row.clock_rows_px,
    )


def _abstained(reason: str, pictures: int) -> ProposedGrade:
    return ProposedGrade(
        decision="manual",
        form=None,
        grade_class=None,
        classes={},
        confidence_bp=None,
        conformal_set=(),
        reasons=(reason,),
        model={},
        pixel_sha256=(None,) * pictures,
    )


def store_proposal(
    tx: Tx,
    visit_id: str,
    gross: WeighingRow,
    proposed: ProposedGrade,
    look: _Look,
    deps: Deps,
) -> grades.GradeProposalRow:
    """Journal the proposal, keep its row, its settings and the pictures that the engine drew."""
    now = whole_second(deps.now())
    proposal_id = deps.new_id()
    evidence = Evidence(
        kind="grade-proposal",
        document_id=proposal_id,
        subject_id=visit_id,
        recorded_at=now,
        record={
            "proposal_id": proposal_id,
            "visit_id": visit_id,
            **_judged(proposed, look),
            **_seen(proposed, look),
            "proposed_at": utc_text(now),
        },
        parents={"gross": gross.target_hash},
    )
    row = grades.GradeProposalRow(
        proposal_id=proposal_id,
        visit_id=visit_id,
        decision=proposed.decision,
        **_of_camera(proposed, look),
        proposed_at=now,
        target_hash=record_document(tx, evidence, deps),
    )
    grades.add_proposal(tx, row)
    _keep_beside(tx, row, proposed, look.pictures, now)
    return row


def _of_camera(proposed: ProposedGrade, look: _Look) -> dict[str, Any]:
    """The columns by which the next load of the camera finds what this one was like."""
    if look.bay is None or proposed.camera is None:
        return dict.fromkeys(("camera_id", *CameraLook.__slots__))
    return {"camera_id": look.bay.camera_id, **asdict(proposed.camera)}


def _keep_beside(
    tx: Tx,
    row: grades.GradeProposalRow,
    proposed: ProposedGrade,
    pictures: Pictures,
    now: datetime,
) -> None:
    if proposed.settings:
        keep_settings(tx, proposed.settings, now)
    for picture, drawn in zip(pictures, proposed.overlays, strict=False):
        if drawn is not None:
            overlay = grades.OverlayRow(
                photograph_id=picture.photograph_id,
                proposal_id=row.proposal_id,
                media_type=drawn.media_type,
                content=drawn.content,
                content_sha256=sha256(drawn.content),
            )
            grades.add_overlay(tx, overlay)


def proposal_members(
    proposed: ProposedGrade, pictures: Pictures, use: ModelUse
) -> dict[str, object]:
    """What a record says of a proposal, for one who computes it again."""
    look = _Look(pictures=pictures, bay=None, use=use)
    return {**_judged(proposed, look), **_seen(proposed, look)}


def _judged(proposed: ProposedGrade, look: _Look) -> dict[str, object]:
    """What follows from the figures, and by which model; the pictures with their pixels."""
    decided = proposed.decision == "auto"
    mode = {"mode": look.use.mode.value} if proposed.model else {}
    beside = zip(look.pictures, proposed.pixel_sha256, strict=True) if look.pictures else ()
    return {
        "decision": proposed.decision,
        "form": proposed.form if decided else None,
        "grade_class": proposed.grade_class if decided else None,
        "classes": dict(proposed.classes) if decided else {},
        "confidence_bp": proposed.confidence_bp,
        "conformal_set": numbered(proposed.conformal_set),
        "reasons": numbered(proposed.reasons),
        "model": {**proposed.model, **mode},
        "pictures": {
            picture.photograph_id: {
                "sha256": picture.salted_sha256.hex(),
                "pixel_sha256": None
                if pixels is None
                else salted(picture.salt, bytes.fromhex(pixels)),
            }
            for picture, pixels in beside
        },
    }


def _seen(proposed: ProposedGrade, look: _Look) -> dict[str, object]:
    """What the engine measured of the load: shares, layers, areas; photographs by their id."""
    ids = [picture.photograph_id for picture in look.pictures]
    bounds = proposed.interval_bp.items()
    return {
        "shares": dict(proposed.shares_bp),
        "interval_low": {form: low for form, (low, _) in bounds},
        "interval_high": {form: high for form, (_, high) in bounds},
        "layers": {
            str(place): {
                "picture": ids[layer.picture],
                "weight_bp": layer.weight_bp,
                "shares": dict(layer.shares_bp),
                "new_area_bp": layer.new_area_bp,
                "repeated_bp": layer.repeated_bp,
            }
            for place, layer in enumerate(proposed.layers)
        },
        "coverage_bp": proposed.coverage_bp,
        "hazards": _areas(proposed.hazards, ids, "score_bp"),
        "inclusions": _areas(proposed.inclusions, ids, "area_bp"),
        "measures": {
            picture: dict(of_one) for picture, of_one in zip(ids, proposed.measures, strict=False)
        },
        "thickness_evidence": proposed.thickness_evidence,
        "scale_um_per_px": proposed.scale_um_per_px,
        "overlays": {
            picture.photograph_id: salted(picture.salt, sha256(drawn.content))
            for picture, drawn in zip(look.pictures, proposed.overlays, strict=False)
            if drawn is not None
        },
        "bay": None
        if look.bay is None or not proposed.model
        else {"camera_id": look.bay.camera_id, "version": look.bay.version},
        "camera": None if proposed.camera is None else asdict(proposed.camera),
    }


def _areas(areas: Sequence[SeenArea], ids: Sequence[str], figure: str) -> dict[str, object]:
    return {
        str(place): {
            "kind": area.kind,
            "picture": ids[area.picture],
            figure: area.figure_bp,
            **dict(zip("xywh", area.box_px, strict=True)),
        }
        for place, area in enumerate(areas)
    }


def salted(salt: bytes, digest: bytes) -> str:
    """A hash about a picture under the picture's own salt, so that nobody can guess it."""
    return sha256(salt + digest).hex()


def numbered(texts: Sequence[str]) -> dict[str, str]:
    """A list as documents hold it: an object keyed by place."""
    return {str(place): text for place, text in enumerate(texts)}
