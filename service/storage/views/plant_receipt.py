"""Plant receipts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from service.proof.document import document_data
from service.storage.db import Tx
from service.storage.tables import journal, plant_receipt
from service.storage.versions import delivery_now as delivery
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReceiptView:
    """``record`` is the receipt's document record: both scales, deduction and settlement mass."""

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
    target_hash: str
    record: dict[str, Any]


def plant_receipt_by_id(tx: Tx, reader: Reader, receipt_id: str) -> PlantReceiptView | None:
    table = plant_receipt.c
    query = (
        select(
            table.receipt_id,
            table.receipt_no,
            table.delivery_id,
            table.visit_id,
            table.net_kg,
            table.settlement_kg,
            table.difference_kg,
            table.limit_kg,
            table.alarm,
            table.received_at,
            table.target_hash,
            journal.c.document,
        )
        .join(delivery, delivery.c.delivery_id == table.delivery_id)
        .join(journal, journal.c.target_hash == table.target_hash)
        .where(
            table.receipt_id == receipt_id,
            reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
        )
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    return PlantReceiptView(
        receipt_id=row.receipt_id,
        receipt_no=row.receipt_no,
        delivery_id=row.delivery_id,
        visit_id=row.visit_id,
        net_kg=row.net_kg,
        settlement_kg=row.settlement_kg,
        difference_kg=row.difference_kg,
        limit_kg=row.limit_kg,
        alarm=row.alarm,
        received_at=row.received_at,
        target_hash=row.target_hash.hex(),
        record=dict(document_data(json.loads(row.document))["record"]),
    )
