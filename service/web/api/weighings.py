"""Weighings: one pass over the deck each."""

from datetime import datetime
from typing import Any, Literal

from service.domain.access import Action
from service.domain.weighing import WeighingPass
from service.storage import views
from service.usecases.weighing import RecordWeighing, Weighing, record_weighing
from service.web.api.fields import Answer, CaptureId, Hash, Request, Text
from service.web.api.promises import PromiseAnswer
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("weighings", "Weights as the edge unit of a site captured them.")


class WeighingRequest(Request):
    weighing_pass: Literal["gross", "tare"]
    capture_id: CaptureId

    def to_command(self, visit_id: str) -> RecordWeighing:
        return RecordWeighing(
            visit_id=visit_id,
            weighing_pass=WeighingPass(self.weighing_pass),
            capture_id=self.capture_id,
        )


class WeighingRecorded(Answer):
    weighing_id: str
    visit_id: str
    weighing_pass: Text
    kg: int
    source: str
    taken_at: datetime
    photograph_ids: list[str]
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
