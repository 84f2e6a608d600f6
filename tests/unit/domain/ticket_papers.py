"""Tickets as plain documents, for tests of what is printed."""

from datetime import UTC, datetime
from typing import Any

from service.domain.ticket_sheet import Copy

INSTRUMENT = {
    "instrument_id": "WB-BASE01",
    "make": "Mettler Toledo",
    "model": "IND246",
    "serial_no": "B042",
    "max_kg": 100_000,
    "d_kg": 20,
    "e_kg": 20,
    "accuracy_class": "III",
    "certificate_no": "DEMO-2026-0188",
    "verified_on": "2026-03-15",
    "valid_to": "2027-03-14",
}
PRINT = Copy(
    copy_no=1,
    printed_at=datetime(2026, 11, 20, 7, 14, 2, tzinfo=UTC),
    printed_by="陈一 Chen Yi",
    code="042317",
)
QR_TEXT = "https://base.example/t/BASE01-E1-26-004217#receipt"
LINES = {
    "1": {"grade": "HRS101", "bp": 6_000, "kg": 19_006},
    "2": {"grade": "MRS201", "bp": 3_500, "kg": 11_087},
    "3": {"material": "紫铜线", "bp": 500, "kg": 1_584},
}


def weighed(kg: int, taken_at: str, **changes: Any) -> dict[str, Any]:
    """A weighing as the sheet's document has it."""
    return {
        "kg": kg,
        "taken_at": taken_at,
        "source": "LIVE",
        "instrument": INSTRUMENT,
        "weigher": "陈一 Chen Yi",
        **changes,
    }


def issued(**changes: Any) -> dict[str, Any]:
    """An issued ticket with three deductions, 32,000 kg accepted."""
    return {
        "ticket_no": "BASE01-E1-26-004217",
        "status": "issued",
        "version": 1,
        "issued_at": "2026-11-20T07:13:04Z",
        "demo": False,
        "site": {"site_id": "BASE01", "name_zh": "北河一号基地", "name_en": "Beihe base 1"},
        "issuer": "北河再生资源（示例）",
        "kind": "RECEIVING",
        "plate": "辽E·DEMO1",
        "supplier": {"name_zh": "清河金属回收（示例）", "name_en": "Qinghe Metal (example)"},
        "booking_no": "YY-26-000037",
        "grade": "HRS101",
        "grade_standard": "GB/T 39733-2024",
        "lot_id": "BASE01-HRS101",
        "inspector": "周二 Zhou Er",
        "gross": weighed(
            48_620,
            "2026-11-20T06:32:06Z",
            controls=[
                {"control": "C6", "outcome": "FLAG", "value": "-", "limit": "-"},
                {"control": "C1", "outcome": "PASS", "value": "0 kg", "limit": "40 kg"},
            ],
        ),
        "tare": weighed(16_140, "2026-11-20T07:12:40Z"),
        "check": None,
        "net_kg": 32_480,
        "rejected_kg": 480,
        "rejected_reason": "2 closed vessels",
        "residual_kg": 0,
        "accepted_kg": 32_000,
        "deduction": {
            "1": {
                "kind": "KG",
                "kg": 200,
                "reason_code": "SOIL",
                "photographs": {"1": "p-1", "2": "p-2"},
            },
            "2": {"kind": "IMPURITY", "kg": 50, "multiplier_e2": 150, "reason_code": "DOUBLE"},
            "3": {
                "kind": "MOISTURE",
                "bp": 215,
                "free_bp": 200,
                "reason_code": "OTHER",
                "reason": "雨后装车",
            },
        },
        "deducted_kg": 323,
        "settlement_kg": 31_677,
        "target_hash": "9f3c07d2a61be845c7701e2b54f8d06a3be19c4427d5f0a86612cd93be7f0418",
        **changes,
    }


def void() -> dict[str, Any]:
    """A ticket number that was drawn and given up."""
    kept = ("ticket_no", "version", "issued_at", "demo", "site", "issuer", "kind", "plate")
    whole = issued()
    return {name: whole[name] for name in kept} | {
        "status": "void",
        "void_reason": "the driver left",
    }
