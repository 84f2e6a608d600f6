"""Stock by lot and place, processing runs, moves within the yard, and counts."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from service.domain.access import Action
from service.domain.processing import LotMass, MeterReading, MeterUnit
from service.domain.stock import CountMethod
from service.storage import views
from service.usecases.processing import (
    GradeMass,
    ProcessingRecorded,
    RecordProcessing,
    record_processing,
)
from service.usecases.stock import (
    MoveStock,
    StockMoved,
    StockTaken,
    TakeStock,
    move_stock,
    take_stock,
)
from service.web.api.fields import Answer, Hash, Kg, Query, Request, SiteId
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("stock", "What lies where, what processing made of it, and what was counted.")

Place = Annotated[str, Field(max_length=24, description="A place of the yard; empty for none.")]
LotId = Annotated[str, Field(min_length=1, max_length=64)]
Reason = Annotated[str, Field(max_length=500)]
Reading = Annotated[
    str, Field(pattern=r"^[0-9]{1,8}(\.[0-9])?$", description="What a meter shows.")
]


class StockListed(Answer):
    """``place`` is empty for what nobody named a place of."""

    lot_id: str
    site_id: str
    grade: str
    place: str
    held_kg: int


class StockList(Answer):
    items: list[StockListed]


class StockQuery(Query):
    site_id: SiteId | None = None


@SECTION.get("/v1/stock", query=StockQuery, answer=StockList)
def get_stock(query: StockQuery) -> dict[str, object]:
    """What lies of each lot at each place."""
    with deps().db.transaction() as tx:
        return {"items": views.stock(tx, reader(Action.LOT_VIEW), query.site_id)}


class InputLine(Request):
    lot_id: LotId
    kg: Kg
    place: Place = ""


class OutputLine(Request):
    grade: Annotated[str, Field(min_length=1, max_length=16)]
    kg: Kg
    place: Place = ""


class MeterLine(Request):
    meter_id: Annotated[str, Field(min_length=1, max_length=40)]
    unit: Literal["kWh", "l"]
    before: Reading
    after: Reading

    def value(self) -> MeterReading:
        return MeterReading(
            meter_id=self.meter_id,
            unit=MeterUnit(self.unit),
            before=Decimal(self.before),
            after=Decimal(self.after),
        )


class ProcessingRequest(Request):
    """Lots in, grades out; what is missing between them is the loss."""

    site_id: SiteId
    process: Literal["CUTTING", "BALING", "SHREDDING"]
    started_at: AwareDatetime
    ended_at: AwareDatetime
    inputs: Annotated[list[InputLine], Field(min_length=1, max_length=20)]
    outputs: Annotated[list[OutputLine], Field(min_length=1, max_length=20)]
    meters: list[MeterLine] = Field(default=[], max_length=8)
    loss_reason: Reason = ""

    def to_command(self) -> RecordProcessing:
        return RecordProcessing(
            site_id=self.site_id,
            process=self.process,
            started_at=self.started_at,
            ended_at=self.ended_at,
            inputs=[LotMass(**dict(line)) for line in self.inputs],
            outputs=[GradeMass(**dict(line)) for line in self.outputs],
            meters=[meter.value() for meter in self.meters],
            loss_reason=self.loss_reason,
        )


class ProcessingAnswer(Answer):
    run_no: str
    site_id: str
    input_kg: int
    output_kg: int
    loss_kg: int
    recorded_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/processing-runs",
    body=ProcessingRequest,
    answer=ProcessingAnswer,
    location="/v1/documents/{target_hash}",
)
def post_processing(body: ProcessingRequest) -> ProcessingRecorded:
    """Record a run: the inputs leave their lots, the outputs enter the lots of their grades."""
    return record_processing(body.to_command(), actor(), deps())


class MoveRequest(Request):
    from_place: Place
    to_place: Place
    kg: Kg


class MoveAnswer(Answer):
    move_no: str
    lot_id: str
    from_place: str
    to_place: str
    kg: int
    moved_at: datetime


@SECTION.post("/v1/lots/<lot:lot_id>/moves", body=MoveRequest, answer=MoveAnswer)
def post_move(lot_id: str, body: MoveRequest) -> StockMoved:
    """Carry material of a lot to another place; the lot holds as much as before."""
    return move_stock(MoveStock(lot_id=lot_id, **dict(body)), actor(), deps())


class CountRequest(Request):
    """``book_kg`` is what ``/v1/stock`` said: a count made beside other figures is refused."""

    place: Place = ""
    book_kg: int
    counted_kg: Annotated[int, Field(ge=0)]
    method: Literal["SURVEY", "WEIGHED", "ESTIMATE"]
    reason: Reason = ""
    counted_at: AwareDatetime


class CountAnswer(Answer):
    take_no: str
    lot_id: str
    place: str
    difference_kg: int
    recorded_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/lots/<lot:lot_id>/counts",
    body=CountRequest,
    answer=CountAnswer,
    location="/v1/documents/{target_hash}",
)
def post_count(lot_id: str, body: CountRequest) -> StockTaken:
    """Correct the books to what was counted; what was written before stays."""
    members = {**dict(body), "method": CountMethod(body.method)}
    return take_stock(TakeStock(lot_id=lot_id, **members), actor(), deps())
