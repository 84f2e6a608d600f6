"""A correction: the whole record stated again with other figures, and a reason.

Nothing is edited. The corrected record supersedes the former one; what the scale said, and what
names the load, is never corrected (ledger.md, section 11).
"""

import re
from collections.abc import Mapping
from typing import Any

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.load_lines import LoadLines, lines_of
from service.domain.ticket import Deduction, Deductions, TicketMasses, masses, rejection_reason

LONGEST_REASON = 500
_WAYBILL = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]{3,39}\Z")


class CorrectionReasonMissingError(RuleBrokenError):
    """A correction gives no reason."""

    message = gettext_noop("A correction needs a reason.")


class NothingCorrectedError(RuleBrokenError):
    """A correction says what stood there already."""

    message = gettext_noop("The correction changes nothing in %(value)s.")


class VoidNotCorrectedError(ConflictError):
    """A void ticket is to be corrected."""

    message = gettext_noop("Ticket %(value)s is void and has no masses. Open a new visit instead.")


class LotShortError(ConflictError):
    """The lot would hold less than nothing, because deliveries took it already."""

    message = gettext_noop(
        "Deliveries took %(value)s kg more from lot %(lot_id)s than would remain. Accept at least"
        " %(limit)s kg here, or correct another ticket of the lot first."
    )


class DeliveryReceivedError(ConflictError):
    """The plant has received the delivery: its receipt rests on the note as it stands."""

    message = gettext_noop(
        "The plant received delivery %(value)s already; receipt and carbon statement rest on its"
        " note. Agree on the difference with the plant before the settlement is approved."
    )


class DeliverySettledError(ConflictError):
    """The settlement that rests on the delivery is approved."""

    message = gettext_noop(
        "Settlement %(limit)s of delivery %(value)s is approved; its note stays as it is. Agree on"
        " the difference with plant and bank, and pay it with the next settlement."
    )


class WaybillInvalidError(RuleBrokenError):
    """A waybill number is none."""

    message = gettext_noop("Waybill %(value)s is not written as %(limit)s.")


class WaybillTakenError(ConflictError):
    """The waybill number belongs to another delivery."""

    message = gettext_noop("Waybill %(value)s belongs to delivery %(limit)s.")


def standing_record(data: Mapping[str, Any]) -> dict[str, Any]:
    """The business record that a document's data states: of a correction the corrected one."""
    record = data["record"]
    return dict(record["values"] if data["kind"] == "correction" else record)


def correction_reason(text: str) -> str:
    """The reason without surrounding space; raises ``CorrectionReasonMissingError``."""
    if not text.strip():
        raise CorrectionReasonMissingError(field="reason")
    return text.strip()[:LONGEST_REASON]


def corrected_ticket(
    record: Mapping[str, Any],
    *,
    rejected_kg: int,
    rejected_reason: str,
    deduction: Deduction | Deductions,
    lines: LoadLines | None = None,
) -> tuple[dict[str, Any], TicketMasses]:
    """The ticket's record with another rejected mass and deduction, and the masses that follow.

    ``lines`` split the load anew; None keeps the split as it was stated. Gross, tare and residual
    stay as weighed. Raises ``VoidNotCorrectedError``, ``NothingCorrectedError`` and what
    ``masses``, ``rejection_reason`` and the lines refuse.
    """
    if record["status"] == "void":
        raise VoidNotCorrectedError(field="ticket_no", value=record["ticket_no"])
    fixed = masses(
        record["gross_kg"],
        record["tare_kg"],
        rejected_kg=rejected_kg,
        residual_kg=record["residual_kg"],
        deduction=deduction,
    )
    entered = {
        "rejected_kg": rejected_kg,
        "rejected_reason": rejection_reason(rejected_kg, rejected_reason),
        "accepted_kg": fixed.accepted_kg,
        "deduction": deduction.record(),
        "deducted_kg": fixed.deducted_kg,
        "settlement_kg": fixed.settlement_kg,
        "lines": (lines_of(record.get("lines", {})) if lines is None else lines).record(
            fixed.settlement_kg
        ),
    }
    return _changed(record, entered, record["ticket_no"]), fixed


def corrected_delivery(
    record: Mapping[str, Any], *, waybill_no: str, carrier_id: str, distance_km: str
) -> dict[str, Any]:
    """The delivery note's record with another waybill, carrier or distance; masses and lots stay.

    Raises ``WaybillInvalidError``, ``NothingCorrectedError``.
    """
    if _WAYBILL.match(waybill_no) is None:
        raise WaybillInvalidError(field="waybill_no", value=waybill_no[:64], limit="YD-26-000001")
    entered = {"waybill_no": waybill_no, "carrier_id": carrier_id, "distance_km": distance_km}
    return _changed(record, entered, record["delivery_no"])


def lot_after(lot_id: str, held_kg: int, *, old_accepted_kg: int, new_accepted_kg: int) -> int:
    """What the lot holds after the correction, kg; raises ``LotShortError`` below zero."""
    after_kg = held_kg - old_accepted_kg + new_accepted_kg
    if after_kg < 0:
        raise LotShortError(
            field="rejected_kg", value=-after_kg, limit=new_accepted_kg - after_kg, lot_id=lot_id
        )
    return after_kg


def _changed(record: Mapping[str, Any], entered: Mapping[str, Any], number: str) -> dict[str, Any]:
    whole = {**record, **entered}
    corrected = {name: value for name, value in whole.items() if value is not None}
    if corrected == dict(record):
        raise NothingCorrectedError(field="reason", value=number)
    return corrected
