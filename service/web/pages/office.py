"""The office: deliveries with both scales, and settlements that two people make."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.storage import identity, views
from service.storage.db import Tx
from service.usecases.payment import RecordPayment, record_payment
from service.usecases.settlement import (
    ApproveSettlement,
    PrepareSettlement,
    ReturnSettlement,
    approve_settlement,
    prepare_settlement,
    return_settlement,
)
from service.web.context import actor, allowed, deps, reader
from service.web.pages.correction import version_columns
from service.web.pages.figures import instant
from service.web.pages.forms import Form, answered_once, fields_called, shows_again
from service.web.pages.language import _
from service.web.pages.masses import deducted
from service.web.pages.reading import (
    PAGE_LENGTH,
    Page,
    directory,
    found,
    older_than,
    page_of,
)

bp = Blueprint("office", __name__)

_MIDDLE_X, _LIMIT_X, _EDGE_X = 190, 128, 176


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """Gross, tare or net on both scales, in kg; None where the plant has not weighed."""

    word: str
    base_kg: int | None
    plant_kg: int | None
    sum: bool = False

    @property
    def difference_kg(self) -> int | None:
        if self.base_kg is None or self.plant_kg is None:
            return None
        return self.plant_kg - self.base_kg


@bp.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    who = reader(Action.DELIVERY_VIEW)
    with deps().db.transaction() as tx:
        rows = views.deliveries(tx, who, limit=PAGE_LENGTH, before=older_than())
        known = directory(tx)
    return render_template("office/deliveries.html", page=page_of(rows, "issued_at"), known=known)


@bp.get("/deliveries/<record:delivery_id>")
def delivery(delivery_id: str) -> ResponseReturnValue:
    who = reader(Action.DELIVERY_VIEW)
    with deps().db.transaction() as tx:
        detail = found(views.delivery(tx, who, delivery_id), what="delivery", key=delivery_id)
        page = _delivery_page(tx, detail)
    return render_template("office/delivery.html", **page)


def _delivery_page(tx: Tx, detail: views.DeliveryDetail) -> dict[str, Any]:
    known = directory(tx)
    row = detail.row
    is_received = detail.receipt is not None
    return {
        "note": row,
        "distance_km": detail.distance_km,
        "plate": row.plate,
        "site": known.sites[row.site_id],
        "plant": known.organisations[row.plant_id],
        "carrier": known.organisations[row.carrier_id],
        "can_prepare": is_received
        and detail.settlement is None
        and allowed(Action.SETTLEMENT_PREPARE),
        **version_columns(tx, views.delivery_versions(tx, row.delivery_id)),
        "can_correct": not is_received and allowed(Action.CORRECTION_RECORD),
        "lien_state": row.stage == "settled" and allowed(Action.LIEN_VIEW),
        "steps": detail.way,
        "receipt": detail.receipt,
        "received": detail.receipt_record,
        "deductions": deducted(detail.receipt_record or {}),
        "scales": _scales(detail),
        "mark_x": _mark_x(row.difference_kg, row.limit_kg),
        "lines": [{"lot_id": lot, "grade": grade, "kg": kg} for lot, grade, kg in detail.lines],
        "settlement": detail.settlement if allowed(Action.SETTLEMENT_VIEW) else None,
        "money": detail.settlement.calculation if detail.settlement else None,
        "carbon": detail.carbon_record if allowed(Action.CARBON_VIEW) else None,
        "rows": detail.documents,
    }


def _scales(detail: views.DeliveryDetail) -> list[ScaleLine]:
    base_gross, base_tare = _kg(detail.base_gross), _kg(detail.base_tare)
    plant_gross, plant_tare = _kg(detail.plant_gross), _kg(detail.plant_tare)
    return [
        ScaleLine(_("Gross"), base_gross, plant_gross),
        ScaleLine(_("Tare"), base_tare, plant_tare),
        ScaleLine(_("Net"), _less(base_gross, base_tare), _less(plant_gross, plant_tare), sum=True),
    ]


def _kg(weighing: views.WeighingView | None) -> int | None:
    return None if weighing is None else weighing.kg


def _less(gross_kg: int | None, tare_kg: int | None) -> int | None:
    return None if gross_kg is None or tare_kg is None else gross_kg - tare_kg


def _mark_x(difference_kg: int | None, limit_kg: int | None) -> int:
    """Where the difference stands on the drawing; far beyond the limit it stays at its end."""
    if difference_kg is None or not limit_kg:
        return _MIDDLE_X
    away = difference_kg * _LIMIT_X // limit_kg
    return _MIDDLE_X + max(-_EDGE_X, min(_EDGE_X, away))


@bp.get("/deliveries/<record:delivery_id>/note")
def delivery_note(delivery_id: str) -> ResponseReturnValue:
    """The delivery note on paper, with the code for the plant's gate."""
    who = reader(Action.DELIVERY_VIEW)
    with deps().db.transaction() as tx:
        detail = found(views.delivery(tx, who, delivery_id), what="delivery", key=delivery_id)
        page = _delivery_page(tx, detail)
    document = next((d for d in detail.documents if d.kind == "delivery"), None)
    return render_template(
        "office/delivery_note.html",
        waybill_code=detail.code,
        issuer=deps().issuer.name,
        target_hash=document.target_hash if document else "",
        **page,
    )


@bp.get("/settlements")
def settlements() -> ResponseReturnValue:
    who = reader(Action.SETTLEMENT_VIEW)
    with deps().db.transaction() as tx:
        rows = views.settlements(tx, who)
        waiting = _waiting(tx, rows) if allowed(Action.SETTLEMENT_PREPARE) else []
        known = directory(tx)
    return render_template(
        "office/settlements.html", page=Page(rows, None), waiting=waiting, known=known
    )


def _waiting(tx: Tx, rows: list[views.SettlementView]) -> list[views.DeliveryRow]:
    """Received deliveries without a settlement that stands."""
    live = {row.delivery_id for row in rows if row.state != "RETURNED"}
    received = views.deliveries(tx, reader(Action.DELIVERY_VIEW))
    return [row for row in received if row.stage == "received" and row.delivery_id not in live]


@bp.get("/settlements/<record:settlement_id>")
def settlement(settlement_id: str) -> ResponseReturnValue:
    who = reader(Action.SETTLEMENT_VIEW)
    with deps().db.transaction() as tx:
        view = found(views.settlement(tx, who, settlement_id), what="settlement", key=settlement_id)
        known = directory(tx)
        documents = views.documents(tx, who, view.delivery_id)
        names = {user.user_id: user.name for user in identity.users(tx)}
        paid = views.payments(tx, settlement_id)
    is_open = view.state == "SUBMITTED"
    is_own = view.prepared_by == actor().user_id
    return render_template(
        "office/settlement.html",
        settlement=view,
        money=view.calculation,
        plant=known.organisations[view.plant_id],
        is_own=is_own,
        can_approve=is_open and not is_own and allowed(Action.SETTLEMENT_APPROVE),
        names=names,
        rows=[row for row in documents if row.kind in {"settlement", "payment"}],
        payments=paid,
        paid_state=_paid_state(view),
        can_pay=view.state == "APPROVED"
        and view.paid_fen < view.payable_fen
        and allowed(Action.PAYMENT_RECORD),
        today=instant(deps().now()).date(),
    )


def _paid_state(view: views.SettlementView) -> str:
    if view.paid_fen == 0:
        return "unpaid"
    return "paid" if view.paid_fen == view.payable_fen else "part"


class PaymentForm(Form):
    """What the bank statement shows, the amount in yuan."""

    amount_yuan: Decimal = Field(gt=0, le=10**13, decimal_places=2)
    paid_on: date
    bank_reference: str = Field(min_length=1, max_length=64)


@bp.post("/settlements/<record:settlement_id>/payment")
@shows_again(settlement)
def pay(settlement_id: str) -> ResponseReturnValue:
    form = PaymentForm.of_request()

    def recorded() -> str:
        command = RecordPayment(
            settlement_id=settlement_id,
            amount_fen=int(form.amount_yuan * 100),
            paid_on=form.paid_on,
            bank_reference=form.bank_reference,
        )
        with fields_called(amount_fen="amount_yuan"):
            record_payment(command, actor(), deps())
        return url_for("office.settlement", settlement_id=settlement_id)

    return answered_once(recorded)


@bp.post("/deliveries/<record:delivery_id>/settlement")
@shows_again(delivery)
def prepare(delivery_id: str) -> ResponseReturnValue:
    def prepared() -> str:
        made = prepare_settlement(PrepareSettlement(delivery_id=delivery_id), actor(), deps())
        return url_for("office.settlement", settlement_id=made.settlement_id)

    return answered_once(prepared)


@bp.post("/settlements/<record:settlement_id>/approval")
@shows_again(settlement)
def approve(settlement_id: str) -> ResponseReturnValue:
    def approved() -> str:
        approve_settlement(ApproveSettlement(settlement_id=settlement_id), actor(), deps())
        return url_for("office.settlement", settlement_id=settlement_id)

    return answered_once(approved)


class ReturnForm(Form):
    """Why a settlement goes back to its maker."""

    reason: str = Field("", max_length=500)


@bp.post("/settlements/<record:settlement_id>/return")
@shows_again(settlement)
def give_back(settlement_id: str) -> ResponseReturnValue:
    form = ReturnForm.of_request()

    def returned() -> str:
        command = ReturnSettlement(settlement_id=settlement_id, reason=form.reason)
        return_settlement(command, actor(), deps())
        return url_for("office.settlement", settlement_id=settlement_id)

    return answered_once(returned)
