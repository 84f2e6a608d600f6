"""Weighings: one pass over the deck each."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, Field

from service.domain.access import Action
from service.domain.weighing import WeighingPass
from service.storage import views
from service.usecases.weighing import (
    RecordWeighing,
    VoidedWeighing,
    VoidWeighing,
    Weighing,
    record_weighing,
    void_weighing,
)
from service.usecases.weighing_typed import TypeWeighing, type_weighing
from service.web.api.fields import Answer, CaptureId, Hash, Kg, Line, Request, Text
from service.web.api.promises import PromiseAnswer
from service.web.api.reading import found
from service.web.context import actor, actor_of, deps, reader
from service.web.openapi import Section
from service.web.security import checked_account

SECTION = Section.of("weighings", "Weights as the edge unit of a site captured them.")


class WeighingRequest(Request):
    """``attested``: the operator sees the truck stand whole on the deck, where no beams tell."""

    weighing_pass: Literal["gross", "tare", "check"]
    capture_id: CaptureId
    attested: bool | None = None

    def to_command(self, visit_id: str) -> RecordWeighing:
        return RecordWeighing(
            visit_id=visit_id,
            weighing_pass=WeighingPass(self.weighing_pass),
            capture_id=self.capture_id,
            attested=self.attested,
        )


class ControlSaid(Answer):
    """``outcome`` is PASS, UNKNOWN, FLAG, HOLD or BLOCK."""

    field: str
    outcome: str
    value: str
    limit: str


class WeighingRecorded(Answer):
    """``controls`` by their names; ``held``: a supervisor decides before anything else is done."""

    weighing_id: str
    visit_id: str
    weighing_pass: Text
    kg: int
    source: str
    taken_at: datetime
    photograph_ids: list[str]
    controls: dict[str, ControlSaid]
    held: bool
    target_hash: Hash


@SECTION.post(
    "/v1/visits/<record:visit_id>/weighings",
    body=WeighingRequest,
    answer=WeighingRecorded,
    location="/v1/weighings/{weighing_id}",
)
def post_weighing(visit_id: str, body: WeighingRequest) -> Weighing:
    """Put the stable weight on record, with the photographs of the pass.

    A new capture_id takes the weight now; the same one is answered by the edge unit with the same
    weight.
    """
    return record_weighing(body.to_command(visit_id), actor(), deps())


class TypedWeighingRequest(Request):
    """A weight read off the display, with a second person of another role who signs in here.

    ``photographs`` are pictures of display and truck, each in base 64.
    """

    weighing_pass: Literal["gross", "tare", "check"]
    kg: Kg
    reason_code: Annotated[str, Field(pattern=r"^[A-Z_]{2,64}$")]
    reason: Line
    witness_login: Annotated[str, Field(min_length=1, max_length=256)]
    witness_password: Annotated[str, Field(min_length=1, max_length=1_024)]
    photographs: Annotated[list[Base64Bytes], Field(min_length=1, max_length=4)]

    def to_command(self, visit_id: str) -> TypeWeighing:
        return TypeWeighing(
            visit_id=visit_id,
            weighing_pass=WeighingPass(self.weighing_pass),
            kg=self.kg,
            reason_code=self.reason_code,
            reason=self.reason,
            witness=actor_of(checked_account(self.witness_login, self.witness_password)),
            photographs=tuple(self.photographs),
        )


@SECTION.post(
    "/v1/visits/<record:visit_id>/typed-weighings",
    body=TypedWeighingRequest,
    answer=WeighingRecorded,
    location="/v1/weighings/{weighing_id}",
)
def post_typed_weighing(visit_id: str, body: TypedWeighingRequest) -> Weighing:
    """Put a typed weight on record; it is marked MANUAL wherever it is shown."""
    return type_weighing(body.to_command(visit_id), actor(), deps())


class VoidRequest(Request):
    reason: Line


class WeighingVoided(Answer):
    """``target_hash`` is the document that says so; that of the weighing stays on record."""

    void_id: str
    weighing_id: str
    visit_id: str
    reason: str
    voided_at: datetime
    target_hash: Hash


@SECTION.post("/v1/weighings/<record:weighing_id>/void", body=VoidRequest, answer=WeighingVoided)
def post_weighing_void(weighing_id: str, body: VoidRequest) -> VoidedWeighing:
    """State that a weighing does not count; the truck is then weighed again."""
    command = VoidWeighing(weighing_id=weighing_id, reason=body.reason)
    return void_weighing(command, actor(), deps())


class WeighingAnswer(Answer):
    """``record`` is what the evidence document says; a point of the curve is [ms, kg or null]."""

    weighing_id: str
    visit_id: str
    weighing_pass: str
    kg: int
    source: str
    taken_at: datetime
    recorded_at: datetime
    target_hash: Hash
    record: dict[str, Any]
    curve: list[list[int | None]]
    promise: PromiseAnswer | None


@SECTION.get("/v1/weighings/<record:weighing_id>", answer=WeighingAnswer)
def get_weighing(weighing_id: str) -> views.WeighingView:
    """A weighing with its curve."""
    with deps().db.transaction() as tx:
        row = views.weighing(tx, reader(Action.VISIT_VIEW), weighing_id)
    return found(row, "weighing", weighing_id)
