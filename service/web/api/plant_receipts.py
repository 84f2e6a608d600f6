"""Plant receipts: the plant's own weighing and acceptance of a delivery."""

from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.storage.views.plant_receipt import PlantReceiptView, plant_receipt_by_id
from service.usecases.plant_receipt import PlantReceipt, RecordPlantReceipt, record_plant_receipt
from service.web.api.deductions import DeductedRequest, Masses
from service.web.api.fields import Answer, Hash, Kg, OptionalLine
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("plant receipts", "What the plant weighed and accepted.")


class PlantReceiptRequest(DeductedRequest):
    rejected_kg: Kg = 0
    rejected_reason: OptionalLine = ""

    def to_command(self, visit_id: str) -> RecordPlantReceipt:
        return RecordPlantReceipt(
            visit_id=visit_id,
            rejected_kg=self.rejected_kg,
            rejected_reason=self.rejected_reason,
            deduction=self.deducted(),
        )


class Comparison(Answer):
    """Net at the plant less net at the base, and how far the two scales may differ, in kg."""

    difference_kg: int
    limit_kg: int
    alarm: bool


class PlantReceiptRecorded(Answer):
    receipt_id: str
    receipt_no: str
    delivery_id: str
    masses: Masses
    comparison: Comparison
    received_at: datetime
    target_hash: Hash


@SECTION.post(
    "/v1/visits/<record:visit_id>/plant-receipts",
    body=PlantReceiptRequest,
    answer=PlantReceiptRecorded,
    location="/v1/plant-receipts/{receipt_id}",
)
def post_plant_receipt(visit_id: str, body: PlantReceiptRequest) -> PlantReceipt:
    """Receive a delivery after gross and tare at the plant.

    The difference of the two nets is held against what the scales' own errors explain; its carbon
    statement is issued with the receipt.
    """
    return record_plant_receipt(body.to_command(visit_id), actor(), deps())


class PlantReceiptAnswer(Answer):
    """``record`` is what the evidence document says."""

    receipt_id: str
    receipt_no: str
    delivery_id: str
    visit_id: str
    net_kg: int
    settlement_kg: int
    difference_kg: int
    limit_kg: int
    alarm: bool
    received_at: datetime
    target_hash: Hash
    record: dict[str, Any]


@SECTION.get("/v1/plant-receipts/<record:receipt_id>", answer=PlantReceiptAnswer)
def get_plant_receipt(receipt_id: str) -> PlantReceiptView:
    """A plant receipt."""
    with deps().db.transaction() as tx:
        row = plant_receipt_by_id(tx, reader(Action.DELIVERY_VIEW), receipt_id)
    return found(row, "plant receipt", receipt_id)
