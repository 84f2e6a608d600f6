"""Deliveries from a base to a plant."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.delivery import Delivery, LotTaken, RecordDelivery, record_delivery
from service.web.api.carbon_statements import CarbonStatementNamed
from service.web.api.fields import Answer, Hash, Kg, LotId, Request
from service.web.api.reading import ListQuery, found, page
from service.web.api.settlements import SettlementListed
from service.web.api.visits import DocumentNamed, PassWeighed, WayStep
from service.web.context import actor, allowed, deps, reader
from service.web.openapi import Section

SECTION = Section.of("deliveries", "What left a base for a plant, and how it ended there.")


class DeliveryLineRequest(Request):
    lot_id: LotId
    kg: Kg


class DeliveryRequest(Request):
    lines: Annotated[list[DeliveryLineRequest], Field(min_length=1, max_length=20)]

    def to_command(self, visit_id: str) -> RecordDelivery:
        lines = tuple(LotTaken(lot_id=line.lot_id, kg=line.kg) for line in self.lines)
        return RecordDelivery(visit_id=visit_id, lines=lines)


class DeliveryRecorded(Answer):
    delivery_id: str
    delivery_no: str
    waybill_no: str
    code: str
    net_kg: int
    issued_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/visits/<record:visit_id>/deliveries",
    body=DeliveryRequest,
    answer=DeliveryRecorded,
    location="/v1/deliveries/{delivery_id}",
)
def post_delivery(visit_id: str, body: DeliveryRequest) -> Delivery:
    """Issue the delivery note of a loaded truck: kilograms from named lots, together the net mass.

    The code is the QR code of the delivery note, by which the plant receives the truck.
    """
    return record_delivery(body.to_command(visit_id), actor(), deps())


class DeliveryListed(Answer):
    """``stage`` is on_way, at_plant, received or settled; figures of the plant when received."""

    delivery_id: str
    delivery_no: str
    waybill_no: str
    visit_id: str
    site_id: str
    plant_id: str
    carrier_id: str
    plate: str
    net_kg: int
    issued_at: datetime
    difference_kg: int | None
    limit_kg: int | None
    alarm: bool | None
    stage: str
    version: int


class DeliveryPage(Answer):
    items: list[DeliveryListed]
    next: datetime | None


class DeliveryLine(Answer):
    lot_id: str
    grade: str
    kg: int


class DeliveryAnswer(Answer):
    """A delivery with both scales; the records are those of the evidence documents."""

    delivery: DeliveryListed
    code: str
    distance_km: str
    lines: list[DeliveryLine]
    base_gross: PassWeighed | None
    base_tare: PassWeighed | None
    plant_visit_id: str | None
    plant_gross: PassWeighed | None
    plant_tare: PassWeighed | None
    receipt: dict[str, Any] | None
    settlement: SettlementListed | None
    carbon_statement: CarbonStatementNamed | None
    documents: list[DocumentNamed]
    way: list[WayStep]


@SECTION.get("/v1/deliveries", query=ListQuery, answer=DeliveryPage)
def get_deliveries(query: ListQuery) -> dict[str, object]:
    """Deliveries, newest first."""
    with deps().db.transaction() as tx:
        rows = views.deliveries(tx, reader(Action.DELIVERY_VIEW), **dict(query))
    return page(rows, query, lambda row: row.issued_at)


@SECTION.get("/v1/deliveries/<record:delivery_id>", answer=DeliveryAnswer)
def get_delivery(delivery_id: str) -> DeliveryAnswer:
    """A delivery: what left, what arrived, what is paid, and what it saved."""
    with deps().db.transaction() as tx:
        row = views.delivery(tx, reader(Action.DELIVERY_VIEW), delivery_id)
    return _answer(found(row, "delivery", delivery_id))


def _answer(detail: views.DeliveryDetail) -> DeliveryAnswer:
    """``detail`` without what the reader has no right to: money and carbon have their own."""
    return DeliveryAnswer.model_validate(
        {
            "delivery": detail.row,
            "code": detail.code,
            "distance_km": detail.distance_km,
            "lines": [
                {"lot_id": lot_id, "grade": grade, "kg": kg} for lot_id, grade, kg in detail.lines
            ],
            "base_gross": detail.base_gross,
            "base_tare": detail.base_tare,
            "plant_visit_id": detail.plant_visit_id,
            "plant_gross": detail.plant_gross,
            "plant_tare": detail.plant_tare,
            "receipt": detail.receipt_record,
            "settlement": detail.settlement if allowed(Action.SETTLEMENT_VIEW) else None,
            "carbon_statement": detail.carbon_statement if allowed(Action.CARBON_VIEW) else None,
            "documents": detail.documents,
            "way": detail.way,
        },
        from_attributes=True,
    )
