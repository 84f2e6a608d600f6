"""Deliveries from a base to a plant."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.delivery import Delivery, LotTaken, RecordDelivery, record_delivery
from service.web.api.fields import Answer, Hash, Kg, LotId, Request
from service.web.context import actor, deps, reader
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
