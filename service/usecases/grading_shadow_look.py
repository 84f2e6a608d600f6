"""The heads that run in shadow look at each load after the proposal; what they say is a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.grading_model import ModelMode
from service.domain.instants import whole_second
from service.proof.hashing import sha256
from service.storage import bay as bays
from service.storage import grade as grades
from service.storage import grading_model as registry
from service.storage import photograph as photographs
from service.storage.db import Tx
from service.storage.grading_model import ModelUse, ModelUseRow, keep_settings
from service.storage.grading_shadow import (
    ShadowProposalRow,
    add_shadow,
    visits_without_shadow,
)
from service.storage.party import sites
from service.usecases.grade_proposal import (
    ENGINE_FAILED,
    NO_PICTURE,
    bay_view,
    camera_past,
    load_pictures,
)
from service.usecases.grading_site import grader_at
from service.usecases.ports import (
    BayView,
    CameraPast,
    Deps,
    GraderFailedError,
    LoadFrame,
    ProposedGrade,
)

LOOKS_A_TICK = 2


def look_in_shadow(deps: Deps) -> int:
    """Look at loads with the heads in shadow; how many looks that were."""
    with deps.db.transaction() as tx:
        waiting = [
            (use, visit_id)
            for site in sites(tx)
            for use in registry.uses_now(tx, site.site_id)
            if use.mode == ModelMode.SHADOW
            for visit_id in visits_without_shadow(
                tx, use.site_id, use.head_sha256, since=use.since, limit=LOOKS_A_TICK
            )
        ]
    for use, visit_id in waiting[:LOOKS_A_TICK]:
        _look(use, visit_id, deps)
    return len(waiting[:LOOKS_A_TICK])


def _look(use: ModelUseRow, visit_id: str, deps: Deps) -> None:
    with deps.db.transaction() as tx:
        seen = _seen(tx, use.site_id, visit_id)
    answer, settings = _asked(use, seen, deps)
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        keep_settings(tx, settings, now)
        row = ShadowProposalRow(
            visit_id=visit_id,
            head_sha256=use.head_sha256,
            settings_sha256=sha256(settings),
            answer=answer,
            proposed_at=now,
        )
        add_shadow(tx, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The pictures of a load, the bay of their camera and its past, as the proposal had them."""

    frames: Sequence[LoadFrame]
    bay: BayView | None
    past: CameraPast | None


def _seen(tx: Tx, site_id: str, visit_id: str) -> _Seen:
    known = {bay.camera_id: bay for bay in bays.bays_of(tx, site_id)}
    pictures = load_pictures(photographs.photographs_of(tx, visit_id), list(known))
    bay = next((known[each.camera_id] for each in pictures if each.camera_id in known), None)
    proposal = grades.proposal_of(tx, visit_id)
    return _Seen(
        frames=[LoadFrame(content=each.content, at=each.taken_at) for each in pictures],
        bay=bay_view(bay),
        past=None if proposal is None else camera_past(tx, bay, before=proposal.proposed_at),
    )


def _asked(use: ModelUseRow, seen: _Seen, deps: Deps) -> tuple[dict[str, Any], bytes]:
    """What the head says, and the bytes of the settings it said it by."""
    if not seen.frames:
        return _silent(NO_PICTURE), b""
    settings = None if use.settings_sha256 is None else use.settings_sha256.hex()
    head = ModelUse(
        head_sha256=use.head_sha256.hex(), mode=ModelMode.SHADOW, settings_sha256=settings
    )
    try:
        proposed = grader_at(head, deps).propose_load(seen.frames, seen.bay, seen.past)
    except GraderFailedError:
        return _silent(ENGINE_FAILED), b""
    return _answer(proposed), proposed.settings


def _answer(proposed: ProposedGrade) -> dict[str, Any]:
    return {
        "decision": proposed.decision,
        "form": proposed.form,
        "grade_class": proposed.grade_class,
        "classes": dict(proposed.classes),
        "shares": dict(proposed.shares_bp),
        "interval": {form: list(bounds) for form, bounds in proposed.interval_bp.items()},
        "confidence_bp": proposed.confidence_bp,
        "conformal_set": list(proposed.conformal_set),
        "reasons": list(proposed.reasons),
        "coverage_bp": proposed.coverage_bp,
        "model": dict(proposed.model),
    }


def _silent(reason: str) -> dict[str, Any]:
    return {
        "decision": "manual",
        "form": None,
        "grade_class": None,
        "classes": {},
        "confidence_bp": None,
        "conformal_set": [],
        "reasons": [reason],
        "model": {},
    }
