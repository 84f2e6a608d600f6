"""Tares that were found once and are kept, and their use in place of a weighing."""

from datetime import date, datetime

from service.usecases.stored_tare import (
    KeepTare,
    StoredTare,
    UseStoredTare,
    end_tare,
    keep_tare,
    use_stored_tare,
)
from service.usecases.weighing_record import Weighing
from service.web.api.fields import Answer, RecordId, Request
from service.web.api.weighings import WeighingRecorded
from service.web.api.yard import ReasonRequest
from service.web.context import actor, deps
from service.web.openapi import Section

SECTION = Section.of("stored tares", "Tares that were found once, kept with a date of expiry.")


class StoredTareRequest(Request):
    """Without ``expires_on`` the tare is good as long as the site's rules allow."""

    weighing_id: RecordId
    expires_on: date | None = None


class StoredTareAnswer(Answer):
    """``combo`` names truck and trailer."""

    tare_id: str
    plate: str
    combo: str
    weighing_id: str
    kg: int
    found_at: datetime
    expires_on: date


class TareUseRequest(Request):
    tare_id: RecordId


class TareEnded(Answer):
    tare_id: str


@SECTION.post("/v1/stored-tares", body=StoredTareRequest, answer=StoredTareAnswer)
def post_stored_tare(body: StoredTareRequest) -> StoredTare:
    """Keep a tare that was found on a scale; a vehicle has at most three."""
    return keep_tare(KeepTare(**dict(body)), actor(), deps())


@SECTION.post(
    "/v1/stored-tares/<record:tare_id>/end", body=ReasonRequest, answer=TareEnded, creates=False
)
def post_stored_tare_end(tare_id: str, body: ReasonRequest) -> dict[str, str]:
    """Take a stored tare out of use."""
    end_tare(tare_id, body.reason, actor(), deps())
    return {"tare_id": tare_id}


@SECTION.post(
    "/v1/visits/<record:visit_id>/stored-tare", body=TareUseRequest, answer=WeighingRecorded
)
def post_stored_tare_use(visit_id: str, body: TareUseRequest) -> Weighing:
    """Let a stored tare stand for the weighing of the empty truck."""
    command = UseStoredTare(visit_id=visit_id, tare_id=body.tare_id)
    return use_stored_tare(command, actor(), deps())
