"""Settlement of a delivery: one person prepares it, another approves it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import business_date, utc_text, whole_second
from service.domain.party import Actor
from service.domain.settlement import Settlement, settle
from service.domain.settlement_load import (
    GradePart,
    ImpurityDeduction,
    Load,
    PercentDeduction,
    ScaleWeights,
)
from service.domain.settlement_terms import Terms
from service.domain.units import apportion
from service.domain.visit import StepMissingError
from service.domain.weighing import Source
from service.proof.jcs import canonical_json
from service.storage import delivery as deliveries
from service.storage import settlement as settlements
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.party import organisations, site_by_id
from service.storage.plant_receipt import PlantReceiptRow, receipt_of
from service.storage.price_list import price_lists_of
from service.storage.weighing import WeighingRow, weighings_of
from service.usecases.evidence import Evidence, admit_source, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps
from service.usecases.price_list import as_price_list
from service.usecases.reading import document_record


class OwnSettlementError(ConflictError):
    """The person who prepared a settlement asks to approve it."""

    message = gettext_noop("You prepared settlement %(value)s; another person must approve it.")


class SettlementDecidedError(ConflictError):
    """The settlement was approved or returned already."""

    message = gettext_noop("Settlement %(value)s was %(limit)s already.")


class ReturnReasonMissingError(RuleBrokenError):
    """A settlement is returned without saying why."""

    message = gettext_noop("Returning a settlement needs a reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareSettlement:
    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSettlement:
    settlement_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSettlement:
    settlement_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementState:
    """Where a settlement stands: SUBMITTED, APPROVED or RETURNED."""

    settlement_id: str
    settlement_no: str
    delivery_id: str
    state: str
    payable_fen: int
    at: datetime
    target_hash: bytes | None = None


def prepare_settlement(command: PrepareSettlement, actor: Actor, deps: Deps) -> SettlementState:
    """Calculate a received delivery by the price list in force and submit it for approval."""
    with deps.db.transaction() as tx:
        delivery = deliveries.delivery_by_id(tx, command.delivery_id, lock=True)
        if delivery is None:
            raise NotFoundError(field="delivery_id", what="delivery", key=command.delivery_id[:64])
        require(actor, Action.SETTLEMENT_PREPARE, delivery_resource(delivery))
        receipt = receipt_of(tx, delivery.delivery_id)
        if receipt is None:
            raise StepMissingError(field="delivery_id", value="settlement", limit="plant receipt")
        calculated = _calculate(tx, delivery, receipt, deps)
        assert calculated.price_list is not None  # noqa: S101 # terms name price lists alone
        now = whole_second(deps.now())
        bank_id = collecting_bank(tx)
        row = settlements.SettlementRow(
            settlement_id=deps.new_id(),
            settlement_no=next_no(tx, letters="JS", at=now),
            delivery_id=delivery.delivery_id,
            revision=settlements.next_revision(tx, delivery.delivery_id),
            bank_id=bank_id,
            price_list_id=calculated.price_list.price_list_id,
            gross_fen=calculated.gross_fen,
            payable_fen=calculated.payable_fen,
            calculation=canonical_json(_calculation(tx, calculated, delivery, bank_id)),
            trace=_trace_text(calculated).encode(),
            prepared_at=now,
            prepared_by=actor.user_id,
        )
        settlements.add_settlement(tx, row)
    return _state(row, "SUBMITTED", now)


def approve_settlement(command: ApproveSettlement, actor: Actor, deps: Deps) -> SettlementState:
    """Approve what another person prepared; from here on it is evidence."""
    with deps.db.transaction() as tx:
        row, delivery = _submitted(tx, command.settlement_id, actor)
        if actor.user_id == row.prepared_by:
            raise OwnSettlementError(field="settlement_id", value=row.settlement_no)
        receipt = receipt_of(tx, delivery.delivery_id)
        assert receipt is not None  # noqa: S101 # it was settled on this receipt
        now = whole_second(deps.now())
        evidence = Evidence(
            kind="settlement",
            document_id=row.settlement_no,
            subject_id=delivery.delivery_id,
            recorded_at=now,
            record={
                "settlement_id": row.settlement_id,
                "settlement_no": row.settlement_no,
                "revision": row.revision,
                "delivery_id": delivery.delivery_id,
                "receipt_id": receipt.receipt_id,
                **json.loads(row.calculation),
                "prepared_by": row.prepared_by,
                "prepared_at": utc_text(row.prepared_at),
                "approved_by": actor.user_id,
                "approved_at": utc_text(now),
            },
            parents={"receipt": receipt.target_hash},
        )
        target_hash = record_document(tx, evidence, deps)
        settlements.add_approval(
            tx,
            settlements.ApprovalRow(
                settlement_id=row.settlement_id,
                delivery_id=delivery.delivery_id,
                approved_at=now,
                approved_by=actor.user_id,
                target_hash=target_hash,
            ),
        )
    return _state(row, "APPROVED", now, target_hash)


def return_settlement(command: ReturnSettlement, actor: Actor, deps: Deps) -> SettlementState:
    """Send a settlement back to its maker; the next one is a new revision."""
    reason = command.reason.strip()
    if not reason:
        raise ReturnReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        row, _delivery = _submitted(tx, command.settlement_id, actor)
        now = whole_second(deps.now())
        settlements.add_return(
            tx,
            settlements.ReturnRow(
                settlement_id=row.settlement_id,
                reason=reason,
                returned_at=now,
                returned_by=actor.user_id,
            ),
        )
    return _state(row, "RETURNED", now)


def delivery_resource(delivery: deliveries.DeliveryRow) -> Resource:
    """The delivery as the rights see it."""
    return Resource(
        site_id=delivery.site_id,
        organisation_ids=frozenset({delivery.plant_id, delivery.carrier_id}),
    )


def _submitted(
    tx: Tx, settlement_id: str, actor: Actor
) -> tuple[settlements.SettlementRow, deliveries.DeliveryRow]:
    """The settlement, locked, which waits for the second person, and its delivery."""
    row = settlements.settlement_by_id(tx, settlement_id, lock=True)
    if row is None:
        raise NotFoundError(field="settlement_id", what="settlement", key=settlement_id[:64])
    delivery = deliveries.delivery_by_id(tx, row.delivery_id)
    assert delivery is not None  # noqa: S101 # a foreign key holds it
    require(actor, Action.SETTLEMENT_APPROVE, delivery_resource(delivery))
    if settlements.approval_of(tx, settlement_id) is not None:
        raise SettlementDecidedError(
            field="settlement_id", value=row.settlement_no, limit="approved"
        )
    if settlements.return_of(tx, settlement_id) is not None:
        raise SettlementDecidedError(
            field="settlement_id", value=row.settlement_no, limit="returned"
        )
    return row, delivery


def _calculate(
    tx: Tx, delivery: deliveries.DeliveryRow, receipt: PlantReceiptRow, deps: Deps
) -> Settlement:
    accepted = document_record(entry_by_hash(tx, receipt.target_hash))
    passes = weighings_of(tx, receipt.visit_id)
    for weighed in passes:
        admit_source(weighed.source, deps)
    live = settlements.live_settlement_of(tx, delivery.delivery_id)
    delivered = document_record(entry_by_hash(tx, delivery.target_hash))["lines"].values()
    lines_kg = apportion(receipt.settlement_kg, [int(line["kg"]) for line in delivered])
    load = Load(
        price_on=business_date(receipt.received_at),
        buyer_weights=_weights(accepted, passes),
        rejected_kg=int(accepted["rejected_kg"]),
        deductions=_deductions(accepted["deduction"]),
        grades=tuple(
            GradePart(grade=line["grade"], kg=kg)
            for line, kg in zip(delivered, lines_kg, strict=True)
            if kg
        ),
        live_settlement_no=None if live is None else live.settlement_no,
    )
    price_lists = tuple(as_price_list(row) for row in price_lists_of(tx, delivery.plant_id))
    return settle(Terms(price_lists=price_lists), load, demo=deps.demo)


def _weights(accepted: Mapping[str, Any], passes: Sequence[WeighingRow]) -> ScaleWeights:
    """The plant's weights; where one was typed, both are as good as its witness (control C16)."""
    typed = next((row for row in passes if row.source == Source.MANUAL), None)
    return ScaleWeights(
        gross_kg=int(accepted["gross_kg"]),
        tare_kg=int(accepted["tare_kg"]),
        source=Source(passes[0].source) if typed is None else Source.MANUAL,
        approved_by=None if typed is None else typed.witness_id,
    )


def _deductions(entry: dict[str, Any]) -> tuple[ImpurityDeduction | PercentDeduction, ...]:
    if entry["kind"] == "KG":
        return (ImpurityDeduction(kg=int(entry["kg"])),)
    if entry["kind"] == "PCT":
        return (PercentDeduction(bp=int(entry["bp"])),)
    return ()


def collecting_bank(tx: Tx) -> str:
    """The operator's bank, to which the plant pays."""
    bank = next((o.organisation_id for o in organisations(tx) if o.kind == "bank"), None)
    if bank is None:
        raise NotFoundError(field="bank_id", what="bank", key="-")
    return bank


def _calculation(
    tx: Tx, calculated: Settlement, delivery: deliveries.DeliveryRow, bank_id: str
) -> dict[str, Any]:
    """What the document will say of the calculation, fixed when it is prepared."""
    assert calculated.price_list is not None  # noqa: S101 # terms name price lists alone
    site = site_by_id(tx, delivery.site_id)
    assert site is not None  # noqa: S101 # a foreign key holds it
    return {
        "seller_id": site.organisation_id,
        "buyer_id": delivery.plant_id,
        "bank_id": bank_id,
        "price_list": calculated.price_list.identity(),
        "price_on": calculated.price_on.isoformat(),
        "settlement_kg": calculated.settlement_kg,
        "lines": {
            str(place): {
                "grade": line.line,
                "kg": line.kg,
                "price_fen_per_t": line.price_fen_per_t,
                "num": line.num,
                "den": line.den,
                "amount_fen": line.amount_fen,
            }
            for place, line in enumerate(calculated.lines, 1)
        },
        "vat_bp": Terms().vat_bp,
        "tax_inclusive": Terms().tax_inclusive,
        "gross_fen": calculated.gross_fen,
        "net_fen": calculated.net_fen,
        "tax_fen": calculated.tax_fen,
        "offset_fen": calculated.offset_fen,
        "payable_fen": calculated.payable_fen,
        "receivable_fen": calculated.receivable_fen,
        "rounding": Terms().rounding.money.value,
        "trace_sha256": calculated.trace_sha256,
    }


def _trace_text(calculated: Settlement) -> str:
    return "".join(f"{line.step}\t{line.calculation}\n" for line in calculated.trace)


def _state(
    row: settlements.SettlementRow, state: str, at: datetime, target_hash: bytes | None = None
) -> SettlementState:
    return SettlementState(
        settlement_id=row.settlement_id,
        settlement_no=row.settlement_no,
        delivery_id=row.delivery_id,
        state=state,
        payable_fen=row.payable_fen,
        at=at,
        target_hash=target_hash,
    )
