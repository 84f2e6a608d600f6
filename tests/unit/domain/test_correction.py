from typing import Any

import pytest

from service.domain.correction import (
    CorrectionReasonMissingError,
    LotShortError,
    NothingCorrectedError,
    VoidNotCorrectedError,
    WaybillInvalidError,
    corrected_delivery,
    corrected_ticket,
    correction_reason,
    lot_after,
    standing_record,
)
from service.domain.load_lines import NO_LINES, LinesNotSettlementError
from service.domain.ticket import NO_DEDUCTION, Deduction, DeductionKind, ReasonMissingError

TICKET: dict[str, Any] = {
    "ticket_no": "BASE01-S1-26-000001",
    "status": "issued",
    "gross_kg": 48_620,
    "tare_kg": 16_140,
    "net_kg": 32_480,
    "rejected_kg": 480,
    "rejected_reason": "tyres",
    "residual_kg": 0,
    "accepted_kg": 32_000,
    "deduction": {"kind": "NONE"},
    "deducted_kg": 0,
    "settlement_kg": 32_000,
    "grade": "HRS101",
}
NOTE = {
    "delivery_no": "SH-26-000001",
    "waybill_no": "YD-26-000001",
    "carrier_id": "CARRIER-A",
    "distance_km": "86.4",
    "net_kg": 30_000,
}


def test_a_corrected_ticket_repeats_what_the_scale_said_and_reckons_the_rest_anew() -> None:
    stones = Deduction(kind=DeductionKind.KG, kg=80, reason="stones")
    record, fixed = corrected_ticket(TICKET, rejected_kg=0, rejected_reason="", deduction=stones)
    assert (fixed.accepted_kg, fixed.settlement_kg) == (32_480, 32_400)
    assert record == {
        **{name: value for name, value in TICKET.items() if name != "rejected_reason"},
        "rejected_kg": 0,
        "accepted_kg": 32_480,
        "deduction": {"kind": "KG", "kg": 80, "reason": "stones"},
        "deducted_kg": 80,
        "settlement_kg": 32_400,
    }


def test_lines_by_share_follow_the_corrected_mass_and_lines_by_kg_are_stated_anew() -> None:
    stones = Deduction(kind=DeductionKind.KG, kg=80, reason="stones")
    entered: dict[str, Any] = {"rejected_kg": 480, "rejected_reason": "tyres", "deduction": stones}
    shares = {
        "1": {"grade": "HRS101", "bp": 5_000, "kg": 16_000},
        "2": {"grade": "MRS201", "bp": 5_000, "kg": 16_000},
    }
    record, _ = corrected_ticket({**TICKET, "lines": shares}, **entered)
    assert [line["kg"] for line in record["lines"].values()] == [15_960, 15_960]
    masses = {"1": {"grade": "HRS101", "kg": 16_000}, "2": {"grade": "MRS201", "kg": 16_000}}
    with pytest.raises(LinesNotSettlementError):
        corrected_ticket({**TICKET, "lines": masses}, **entered)
    record, _ = corrected_ticket({**TICKET, "lines": masses}, **entered, lines=NO_LINES)
    assert "lines" not in record


def test_a_correction_that_says_the_same_again_is_none() -> None:
    with pytest.raises(NothingCorrectedError):
        corrected_ticket(TICKET, rejected_kg=480, rejected_reason="tyres", deduction=NO_DEDUCTION)
    with pytest.raises(NothingCorrectedError):
        corrected_delivery(
            NOTE, waybill_no="YD-26-000001", carrier_id="CARRIER-A", distance_km="86.4"
        )


def test_a_void_ticket_and_a_rejection_without_reason_are_not_corrected() -> None:
    with pytest.raises(VoidNotCorrectedError):
        corrected_ticket(
            {"status": "void", "ticket_no": "T"},
            rejected_kg=0,
            rejected_reason="",
            deduction=NO_DEDUCTION,
        )
    with pytest.raises(ReasonMissingError):
        corrected_ticket(TICKET, rejected_kg=10, rejected_reason=" ", deduction=NO_DEDUCTION)


def test_a_corrected_note_keeps_its_masses() -> None:
    record = corrected_delivery(
        NOTE, waybill_no="HY-88231", carrier_id="CARRIER-B", distance_km="91.5"
    )
    assert record == {
        **NOTE,
        "waybill_no": "HY-88231",
        "carrier_id": "CARRIER-B",
        "distance_km": "91.5",
    }


@pytest.mark.parametrize("waybill_no", ["", "abc", "运单0001", "A" * 41, "HY 88231", "HY-1\n"])
def test_a_waybill_is_written_in_plain_letters(waybill_no: str) -> None:
    with pytest.raises(WaybillInvalidError):
        corrected_delivery(NOTE, waybill_no=waybill_no, carrier_id="C", distance_km="1")


def test_a_correction_says_why() -> None:
    assert correction_reason("  late  ") == "late"
    with pytest.raises(CorrectionReasonMissingError):
        correction_reason("  ")


def test_a_lot_never_holds_less_than_nothing() -> None:
    assert lot_after("L", 500, old_accepted_kg=1_000, new_accepted_kg=500) == 0
    with pytest.raises(LotShortError) as refused:
        lot_after("L", 500, old_accepted_kg=1_000, new_accepted_kg=499)
    assert refused.value.values == {"value": 1, "limit": 500, "lot_id": "L"}


def test_the_standing_record_of_a_correction_is_the_corrected_one() -> None:
    assert standing_record({"kind": "ticket", "record": TICKET}) == TICKET
    corrected = {"kind": "correction", "record": {"corrects": "ticket", "values": TICKET}}
    assert standing_record(corrected) == TICKET
