"""The plant receipt: the plant's own scale, held against the base's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.domain.delivery import ScaleComparison, ScalePair, compare_scales
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.ticket import (
    NO_DEDUCTION,
    Deduction,
    TicketMasses,
    masses,
    rejection_reason,
)
from service.domain.visit import VisitKind, require_kind
from service.storage import delivery as deliveries
from service.storage import plant_receipt as receipts
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.visit import VisitRow
from service.storage.weighing import WeighingRow
from service.usecases.carbon_statement import issue_carbon_statement
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.ticket import NothingAcceptedError, weighing
from service.usecases.visit import require_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlantReceipt:
    visit_id: str
    rejected_kg: int = 0
    rejected_reason: str = ""
    deduction: Deduction = NO_DEDUCTION


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReceipt:
    receipt_id: str
    receipt_no: str
    delivery_id: str
    masses: TicketMasses
    comparison: ScaleComparison
    received_at: datetime
    target_hash: bytes


def record_plant_receipt(command: RecordPlantReceipt, actor: Actor, deps: Deps) -> PlantReceipt:
    """Accept a delivery at the plant, compare the scales and state the carbon it avoids."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.RECEIPT_RECORD)
        require_kind(visit.kind, VisitKind.UNLOADING)
        gross = weighing(tx, visit.visit_id, "gross")
        tare = weighing(tx, visit.visit_id, "tare")
        delivery = deliveries.delivery_by_id(tx, visit.delivery_id or "")
        assert delivery is not None  # noqa: S101 # an unloading visit is opened by its delivery
        fixed = masses(
            gross.kg, tare.kg, rejected_kg=command.rejected_kg, deduction=command.deduction
        )
        if fixed.settlement_kg == 0:
            raise NothingAcceptedError(field="rejected_kg", value=0)
        base, plant = _base_scale(tx, delivery), _scale(tx, gross, tare)
        comparison = compare_scales(base=base, plant=plant)
        now = whole_second(deps.now())
        receipt_id = deps.new_id()
        receipt_no = next_no(tx, letters="SG", at=now)
        evidence = Evidence(
            kind="plant-receipt",
            document_id=receipt_no,
            subject_id=delivery.delivery_id,
            recorded_at=now,
            record={
                "receipt_id": receipt_id,
                "receipt_no": receipt_no,
                **_accepted(command, visit, plant, fixed),
                "base": {
                    "gross_kg": base.gross_kg,
                    "tare_kg": base.tare_kg,
                    "net_kg": base.net_kg,
                    "e_kg": base.e_kg,
                },
                "e_kg": plant.e_kg,
                "difference_kg": comparison.difference_kg,
                "limit_kg": comparison.limit_kg,
                "alarm": comparison.alarm,
                "received_at": utc_text(now),
                "receiver_id": actor.user_id,
            },
            parents={
                "delivery": delivery.target_hash,
                "gross": gross.target_hash,
                "tare": tare.target_hash,
            },
        )
        row = receipts.PlantReceiptRow(
            receipt_id=receipt_id,
            receipt_no=receipt_no,
            delivery_id=delivery.delivery_id,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            net_kg=fixed.net_kg,
            settlement_kg=fixed.settlement_kg,
            difference_kg=comparison.difference_kg,
            limit_kg=comparison.limit_kg,
            alarm=comparison.alarm,
            received_at=now,
            receiver_id=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        receipts.add_plant_receipt(tx, row)
        issue_carbon_statement(tx, row, distance_km=visit.distance_km, deps=deps)
    return PlantReceipt(
        receipt_id=receipt_id,
        receipt_no=receipt_no,
        delivery_id=delivery.delivery_id,
        masses=fixed,
        comparison=comparison,
        received_at=now,
        target_hash=row.target_hash,
    )


def _accepted(
    command: RecordPlantReceipt, visit: VisitRow, plant: ScalePair, fixed: TicketMasses
) -> dict[str, Any]:
    return {
        "delivery_id": visit.delivery_id,
        "visit_id": visit.visit_id,
        "site_id": visit.site_id,
        "gross_kg": plant.gross_kg,
        "tare_kg": plant.tare_kg,
        "net_kg": fixed.net_kg,
        "rejected_kg": command.rejected_kg,
        "rejected_reason": rejection_reason(command.rejected_kg, command.rejected_reason),
        "accepted_kg": fixed.accepted_kg,
        "deduction": command.deduction.record(),
        "deducted_kg": fixed.deducted_kg,
        "settlement_kg": fixed.settlement_kg,
    }


def _base_scale(tx: Tx, delivery: deliveries.DeliveryRow) -> ScalePair:
    gross = weighing(tx, delivery.visit_id, "gross")
    tare = weighing(tx, delivery.visit_id, "tare")
    return _scale(tx, gross, tare)


def _scale(tx: Tx, gross: WeighingRow, tare: WeighingRow) -> ScalePair:
    """Both passes with the coarser of their verification intervals."""
    intervals = [
        int(document_record(entry_by_hash(tx, row.target_hash))["instrument"]["e_kg"])
        for row in (gross, tare)
    ]
    return ScalePair(gross_kg=gross.kg, tare_kg=tare.kg, e_kg=max(intervals))
