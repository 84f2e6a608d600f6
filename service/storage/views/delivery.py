"""Deliveries: both scales, the settlement and the carbon statement side by side."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from service.domain.correction import standing_record
from service.proof.document import document_data
from service.storage.carbon_statement import CarbonStatementRow, carbon_statement_of
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.plant_receipt import PlantReceiptRow, receipt_of
from service.storage.rows import every
from service.storage.tables import (
    delivery_line,
    lot,
    plant_receipt,
    settlement,
    settlement_approval,
    visit,
)
from service.storage.versions import delivery_now as deliveries_table
from service.storage.views.document import DocumentRow, documents
from service.storage.views.reader import Reader
from service.storage.views.settlement import SettlementView, settlements
from service.storage.views.visit import WeighingView, weighing_view
from service.storage.views.way import WayStep, final_at, way
from service.storage.visit import visit_of_delivery
from service.storage.weighing import weighings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """``stage`` is ``on_way``, ``at_plant``, ``received`` or ``settled``."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDetail:
    """``lines`` are (lot_id, grade, kg); records are those of the documents."""

    row: DeliveryRow
    code: str
    distance_km: str
    lines: tuple[tuple[str, str, int], ...]
    base_gross: WeighingView | None
    base_tare: WeighingView | None
    plant_visit_id: str | None
    plant_gross: WeighingView | None
    plant_tare: WeighingView | None
    receipt: PlantReceiptRow | None
    receipt_record: dict[str, Any] | None
    settlement: SettlementView | None
    carbon_statement: CarbonStatementRow | None
    carbon_record: dict[str, Any] | None
    documents: list[DocumentRow]
    way: list[WayStep]


def deliveries(
    tx: Tx, reader: Reader, *, limit: int = 100, before: datetime | None = None
) -> list[DeliveryRow]:
    """Deliveries, newest first."""
    query = _query(reader)
    if before is not None:
        query = query.where(deliveries_table.c.issued_at < before)
    ordered = query.order_by(
        deliveries_table.c.issued_at.desc(), deliveries_table.c.delivery_no.desc()
    )
    return [_row(found) for found in every(tx, _Found, ordered.limit(limit))]


def delivery_of_visit(tx: Tx, visit_id: str) -> str | None:
    """The delivery that was loaded in a visit, by its id."""
    query = select(deliveries_table.c.delivery_id).where(deliveries_table.c.visit_id == visit_id)
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found


def delivery(tx: Tx, reader: Reader, delivery_id: str) -> DeliveryDetail | None:
    query = _query(reader).where(deliveries_table.c.delivery_id == delivery_id)
    found = every(tx, _Found, query)
    if not found:
        return None
    row = _row(found[0])
    note = _record(tx, found[0].target_hash)
    base = {w.weighing_pass: weighing_view(tx, w) for w in weighings_of(tx, row.visit_id)}
    arrived = visit_of_delivery(tx, delivery_id)
    at_plant = (
        {}
        if arrived is None
        else {w.weighing_pass: weighing_view(tx, w) for w in weighings_of(tx, arrived.visit_id)}
    )
    receipt = receipt_of(tx, delivery_id)
    statement = carbon_statement_of(tx, delivery_id)
    settled = next(
        (s for s in settlements(tx, reader, delivery_id=delivery_id) if s.state != "RETURNED"),
        None,
    )
    steps = [
        ("arrived", None if arrived is None else arrived.arrived_at),
        ("gross", at_plant["gross"].taken_at if "gross" in at_plant else None),
        ("unloaded", at_plant["tare"].taken_at if "tare" in at_plant else None),
        ("tare", at_plant["tare"].taken_at if "tare" in at_plant else None),
        ("ticket", None if receipt is None else receipt.received_at),
        ("settled", None if settled is None else settled.approved_at),
        ("anchored", _anchored_at(tx, settled)),
    ]
    return DeliveryDetail(
        row=row,
        code=f"FERROTRACE:WAYBILL:{row.waybill_no}",
        distance_km=str(note.get("distance_km", "")),
        lines=_lines(tx, delivery_id),
        base_gross=base.get("gross"),
        base_tare=base.get("tare"),
        plant_visit_id=None if arrived is None else arrived.visit_id,
        plant_gross=at_plant.get("gross"),
        plant_tare=at_plant.get("tare"),
        receipt=receipt,
        receipt_record=None if receipt is None else _record(tx, receipt.target_hash),
        settlement=settled,
        carbon_statement=statement,
        carbon_record=None if statement is None else _record(tx, statement.target_hash),
        documents=documents(tx, reader, delivery_id),
        way=way([("delivered", row.issued_at), *steps]),
    )


def _anchored_at(tx: Tx, settled: SettlementView | None) -> datetime | None:
    if settled is None or settled.target_hash is None:
        return None
    return final_at(tx, bytes.fromhex(settled.target_hash))


def _lines(tx: Tx, delivery_id: str) -> tuple[tuple[str, str, int], ...]:
    query = (
        select(delivery_line.c.lot_id, lot.c.grade, delivery_line.c.kg)
        .join(lot, lot.c.lot_id == delivery_line.c.lot_id)
        .where(delivery_line.c.delivery_id == delivery_id)
        .order_by(delivery_line.c.line_no)
    )
    return tuple((row.lot_id, row.grade, row.kg) for row in tx.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    delivery_id: str
    delivery_no: str
    waybill_no: str
    visit_id: str
    site_id: str
    plant_id: str
    carrier_id: str
    net_kg: int
    issued_at: datetime
    target_hash: bytes
    version: int
    plate: str
    difference_kg: int | None
    limit_kg: int | None
    alarm: bool | None
    arrived: bool
    settled: bool


def _query(reader: Reader) -> Select[Any]:
    table = deliveries_table.c
    at_plant = visit.alias("at_plant")
    named_bank = (
        select(func.min(settlement.c.bank_id))
        .where(settlement.c.delivery_id == table.delivery_id)
        .scalar_subquery()
    )
    return (
        select(
            table.delivery_id,
            table.delivery_no,
            table.waybill_no,
            table.visit_id,
            table.site_id,
            table.plant_id,
            table.carrier_id,
            table.net_kg,
            table.issued_at,
            table.target_hash,
            table.version,
            visit.c.plate,
            plant_receipt.c.difference_kg,
            plant_receipt.c.limit_kg,
            plant_receipt.c.alarm,
            exists().where(at_plant.c.delivery_id == table.delivery_id).label("arrived"),
            exists().where(settlement_approval.c.delivery_id == table.delivery_id).label("settled"),
        )
        .join(visit, visit.c.visit_id == table.visit_id)
        .outerjoin(plant_receipt, plant_receipt.c.delivery_id == table.delivery_id)
        .where(reader.sees(table.site_id, table.plant_id, table.carrier_id, named_bank))
    )


def _row(found: _Found) -> DeliveryRow:
    stage = "on_way"
    if found.arrived:
        stage = "at_plant"
    if found.difference_kg is not None:
        stage = "received"
    if found.settled:
        stage = "settled"
    return DeliveryRow(
        delivery_id=found.delivery_id,
        delivery_no=found.delivery_no,
        waybill_no=found.waybill_no,
        visit_id=found.visit_id,
        site_id=found.site_id,
        plant_id=found.plant_id,
        carrier_id=found.carrier_id,
        plate=found.plate,
        net_kg=found.net_kg,
        issued_at=found.issued_at,
        difference_kg=found.difference_kg,
        limit_kg=found.limit_kg,
        alarm=found.alarm,
        stage=stage,
        version=found.version,
    )


def _record(tx: Tx, target_hash: bytes) -> dict[str, Any]:
    entry = entry_by_hash(tx, target_hash)
    return {} if entry is None else standing_record(document_data(json.loads(entry.document)))
