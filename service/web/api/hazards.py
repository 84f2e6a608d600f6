"""Stops of unloading: who stopped a load, who signed, and how it is released."""

from datetime import datetime
from typing import Any, Literal

from service.domain.access import Action
from service.domain.hazard import HazardStop
from service.storage import hazard as stored
from service.storage import views
from service.usecases.hazard import SignRelease, StopLoad, sign_release, stop_load, stop_of
from service.web.api.fields import Answer, Line, RecordId, Request, Text
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("hazards", "Loads that are stopped, and the two people who release them.")


class StopRequest(Request):
    reason: Line


class SignRequest(Request):
    """``photograph_id`` names a photograph of the visit, taken after the stop."""

    reason: Line
    photograph_id: RecordId


class SignatureAnswer(Answer):
    signed_by: str
    role: str
    reason: str
    photograph_id: str
    signed_at: datetime


class StopAnswer(Answer):
    """``cause`` is PROPOSAL (the image engine) or PERSON; ``state`` STOPPED, SIGNED, RELEASED."""

    stop_id: str
    visit_id: str
    cause: Text
    state: Text
    reason: str
    stopped_at: datetime
    stopped_by: str | None
    released_at: datetime | None
    signatures: list[SignatureAnswer]


class StopsAnswer(Answer):
    visit_id: str
    state: Literal["FREE", "STOPPED"]
    items: list[StopAnswer]


@SECTION.post("/v1/visits/<record:visit_id>/hazard-stops", body=StopRequest, answer=StopAnswer)
def post_hazard_stop(visit_id: str, body: StopRequest) -> HazardStop:
    """Stop the load: no unloading, no grading and no ticket until two people release it."""
    return stop_load(StopLoad(visit_id=visit_id, reason=body.reason), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/hazard-signatures", body=SignRequest, answer=StopAnswer)
def post_hazard_signature(visit_id: str, body: SignRequest) -> HazardStop:
    """Sign that the load may go on; the second person's signature releases it."""
    return sign_release(SignRelease(visit_id=visit_id, **dict(body)), actor(), deps())


@SECTION.get("/v1/visits/<record:visit_id>/hazard-stops", answer=StopsAnswer)
def get_hazard_stops(visit_id: str) -> dict[str, Any]:
    """The stops of a load, oldest first."""
    with deps().db.transaction() as tx:
        found(views.visit(tx, reader(Action.VISIT_VIEW), visit_id), "visit", visit_id)
        items = [stop_of(tx, row) for row in stored.stops_of(tx, visit_id)]
    is_stopped = any(stop.released_at is None for stop in items)
    return {
        "visit_id": visit_id,
        "state": "STOPPED" if is_stopped else "FREE",
        "items": items,
    }
