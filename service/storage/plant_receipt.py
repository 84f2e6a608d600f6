"""Plant receipts: the plant's own weighing and acceptance of a delivery."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import plant_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReceiptRow:
    receipt_id: str
    receipt_no: str
    delivery_id: str
    visit_id: str
    site_id: str
    net_kg: int
    settlement_kg: int
    difference_kg: int
    limit_kg: int
    alarm: bool
    received_at: datetime
    receiver_id: str
    target_hash: bytes


def add_plant_receipt(tx: Tx, row: PlantReceiptRow) -> None:
    add(tx, plant_receipt, row)


def receipt_of(tx: Tx, delivery_id: str) -> PlantReceiptRow | None:
    query = select_as(PlantReceiptRow, plant_receipt)
    return one(tx, PlantReceiptRow, query.where(plant_receipt.c.delivery_id == delivery_id))
