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
    Deductions,
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
from service.usecases.control_hold import release_parents
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import paper_no
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.ticket import NothingAcceptedError, require_photographs, weighing
from service.usecases.visit import require_visit
from service.usecases.visit_guard import require_going_on


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlantReceipt:
    """``receipt_id``, ``receipt_no`` and ``at`` stand for a receipt that an edge unit issued."""

    visit_id: str
    rejected_kg: int = 0
    rejected_reason: str = ""
    deduction: Deduction | Deductions = NO_DEDUCTION
    receipt_id: str | None = None
    receipt_no: str | None = None
    at: datetime | None = None


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
        require_going_on(tx, visit, command.at or deps.now())
        gross = weighing(tx, visit.visit_id, "gross")
        tare = weighing(tx, visit.visit_id, "tare")
        delivery = deliveries.delivery_by_id(tx, visit.delivery_id or "", lock=True)
        assert delivery is not None  # noqa: S101 # an unloading visit is opened by its delivery
        fixed = masses(
            gross.kg, tare.kg, rejected_kg=command.rejected_kg, deduction=command.deduction
        )
        if fixed.settlement_kg == 0:
            raise NothingAcceptedError(field="rejected_kg", value=0)
        require_photographs(tx, visit.visit_id, command.deduction)
        base, plant = _base_scale(tx, delivery), _scale(tx, gross, tare)
        now = whole_second(deps.now())
        received_at = now if command.at is None else whole_second(command.at)
        receipt = _Receipt(
            receipt_id=command.receipt_id or deps.new_id(),
            receipt_no=paper_no(
                tx,
                command.receipt_no,
                letters="SG",
                site_id=visit.site_id,
                unit=deps.unit,
                at=received_at,
            ),
            masses=fixed,
            comparison=compare_scales(base=base, plant=plant),
            received_at=received_at,
        )
        evidence = Evidence(
            kind="plant-receipt",
            document_id=receipt.receipt_no,
            subject_id=delivery.delivery_id,
            recorded_at=now,
            record={
                **_accepted(command, receipt, visit),
                **_compared(receipt, base, plant),
                "received_at": utc_text(received_at),
                "recorded_at": None if command.at is None else utc_text(now),
                "receiver_id": actor.user_id,
            },
            parents={
                "delivery": delivery.target_hash,
                "gross": gross.target_hash,
                "tare": tare.target_hash,
                **release_parents(tx, {"gross": gross, "tare": tare}),
            },
        )
        target_hash = record_document(tx, evidence, deps)
        row = _row(receipt, visit, delivery, actor, target_hash)
        receipts.add_plant_receipt(tx, row)
        issue_carbon_statement(tx, row, deps)
    return PlantReceipt(
        receipt_id=receipt.receipt_id,
        receipt_no=receipt.receipt_no,
        delivery_id=delivery.delivery_id,
        masses=receipt.masses,
        comparison=receipt.comparison,
        received_at=received_at,
        target_hash=target_hash,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receipt:
    """A receipt before its document is hashed."""

    receipt_id: str
    receipt_no: str
    masses: TicketMasses
    comparison: ScaleComparison
    received_at: datetime


def _accepted(command: RecordPlantReceipt, receipt: _Receipt, visit: VisitRow) -> dict[str, Any]:
    fixed = receipt.masses
    return {
        "receipt_id": receipt.receipt_id,
        "receipt_no": receipt.receipt_no,
        "delivery_id": visit.delivery_id,
        "visit_id": visit.visit_id,
        "site_id": visit.site_id,
        "net_kg": fixed.net_kg,
        "rejected_kg": command.rejected_kg,
        "rejected_reason": rejection_reason(command.rejected_kg, command.rejected_reason),
        "accepted_kg": fixed.accepted_kg,
        "deduction": command.deduction.record(),
        "deducted_kg": fixed.deducted_kg,
        "settlement_kg": fixed.settlement_kg,
    }


def _compared(receipt: _Receipt, base: ScalePair, plant: ScalePair) -> dict[str, Any]:
    """Both scales as the difference and its limit were computed from them."""
    return {
        "gross_kg": plant.gross_kg,
        "tare_kg": plant.tare_kg,
        "e_kg": plant.e_kg,
        "base": {
            "gross_kg": base.gross_kg,
            "tare_kg": base.tare_kg,
            "net_kg": base.net_kg,
            "e_kg": base.e_kg,
        },
        "difference_kg": receipt.comparison.difference_kg,
        "limit_kg": receipt.comparison.limit_kg,
        "alarm": receipt.comparison.alarm,
    }


def _row(
    receipt: _Receipt,
    visit: VisitRow,
    delivery: deliveries.DeliveryRow,
    actor: Actor,
    target_hash: bytes,
) -> receipts.PlantReceiptRow:
    return receipts.PlantReceiptRow(
        receipt_id=receipt.receipt_id,
        receipt_no=receipt.receipt_no,
        delivery_id=delivery.delivery_id,
        visit_id=visit.visit_id,
        site_id=visit.site_id,
        net_kg=receipt.masses.net_kg,
        settlement_kg=receipt.masses.settlement_kg,
        difference_kg=receipt.comparison.difference_kg,
        limit_kg=receipt.comparison.limit_kg,
        alarm=receipt.comparison.alarm,
        received_at=receipt.received_at,
        receiver_id=actor.user_id,
        target_hash=target_hash,
    )


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
