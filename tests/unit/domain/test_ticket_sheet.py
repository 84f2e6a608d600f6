"""What a ticket shows: every legal field, and nothing left blank."""

import json
from typing import Any

import pytest

from service.domain.ticket_sheet import Copy, TicketSheet, ticket_sheet
from service.domain.ticket_words import LANGUAGES, WORDS, word
from tests.unit.domain.ticket_papers import INSTRUMENT, LINES, PRINT, QR_TEXT, issued, void, weighed


def sheet(copy: Copy | None = PRINT, **changes: Any) -> TicketSheet:
    return ticket_sheet(issued(**changes), language="en", copy=copy, qr_text=QR_TEXT)


def facts(shown: TicketSheet) -> dict[str, str]:
    return {line.label: line.value for section in shown.sections for line in section.lines}


def test_every_legal_field_is_shown() -> None:
    shown = sheet()
    assert [(box.label, box.weight) for box in shown.boxes] == [
        ("Gross", "48,620 kg"),
        ("Tare", "16,140 kg"),
        ("Net = gross − tare", "32,480 kg"),
        ("Check weighing", "NOT WEIGHED"),
    ]
    assert shown.boxes[0].notes == ("2026-11-20 14:32:06", "from the indicator")
    assert facts(shown) == {
        "Plate": "辽E·DEMO1",
        "Direction": "received",
        "Seller": "Qinghe Metal (example)",
        "Buyer": "北河再生资源（示例）",
        "Carrier": "not stated",
        "Driver": "not stated",
        "Goods": "recycled steel raw material",
        "Grade": "HRS101 · GB/T 39733-2024",
        "Lot": "BASE01-HRS101",
        "Booking": "YY-26-000037",
        "Radiation check": "not stated",
        "Net": "32,480 kg",
        "Rejected": "− 480 kg",
        "Accepted": "32,000 kg",
        "mass, soil, 2 photographs": "− 200 kg",
        "impurity 50 kg × 1.5, ore, slag, no photograph": "− 75 kg",
        "moisture 2.15 %, 2.00 % free, other, 雨后装车, no photograph": "− 48 kg",
        "Deductions in all": "− 323 kg",
        "Settlement mass": "31,677 kg",
        "Price, amount, settlement": "on the settlement",
        "Weighing fee": "none",
        "Scale": "WB-BASE01 Mettler Toledo IND246 B042 · Max 100,000 kg, e = 20 kg, class III"
        " · Certificate DEMO-2026-0188, valid to 2027-03-14",
        "Weigher, gross": "陈一 Chen Yi",
        "Weigher, tare": "陈一 Chen Yi",
        "Witness": "none",
        "Inspector": "周二 Zhou Er",
        "Rejected because": "2 closed vessels",
        "Controls": "Gross C6 FLAG",
        "Prints": "1 · 2026-11-20 15:14:02, 陈一 Chen Yi",
    }


@pytest.mark.parametrize("document", [issued(), void(), issued(gross=None, tare=None)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_place_is_left_blank(document: dict[str, Any], language: str) -> None:
    shown = ticket_sheet(document, language=language)
    lines = [line for section in shown.sections for line in section.lines]
    assert all(line.label and line.value for line in lines)
    assert all(box.weight for box in shown.boxes)


@pytest.mark.parametrize(
    ("copy_no", "edition"),
    [
        (None, "version 1 · on the screen, not a print"),
        (1, "version 1 · original"),
        (2, "version 1 · COPY 2"),
    ],
)
def test_a_duplicate_never_looks_original(copy_no: int | None, edition: str) -> None:
    copy = copy_no and Copy(copy_no=copy_no, printed_at=PRINT.printed_at, printed_by="x")
    assert sheet(copy or None).edition == edition


def test_what_was_typed_simulated_stored_or_weighed_on_another_day_is_marked() -> None:
    typed = weighed(16_140, "2026-11-19T07:12:40Z", source="MANUAL", witness="Li Si")
    shown = sheet(tare=typed, demo=True)
    assert shown.marks == ("SIMULATED DATA", "Tare MANUAL, typed")
    assert shown.boxes[2].notes == ("gross and tare were weighed on different days",)
    assert facts(shown)["Witness"] == "Li Si"
    stored = weighed(
        16_140, "2026-11-20T07:12:40Z", source="SIM", stored_on="2026-11-02", alibi_no="A-77"
    )
    assert sheet(tare=stored).boxes[1].notes[1:] == (
        "SIM, simulated",
        "stored tare, found on 2026-11-02",
        "Record of the indicator A-77",
    )


def test_two_scales_and_a_check_weighing_are_told_apart() -> None:
    other = weighed(16_140, "2026-11-20T07:12:40Z", instrument={**INSTRUMENT, "serial_no": "B043"})
    shown = sheet(tare=other, check=weighed(48_600, "2026-11-20T06:40:00Z"))
    assert "B042" in facts(shown)["Scale of the gross"]
    assert "B043" in facts(shown)["Scale of the tare"]
    assert shown.boxes[3].weight == "48,600 kg"


def test_driver_goods_and_radiation_check_are_shown() -> None:
    shown = facts(sheet(driver="Wang Wu", material="heavy scrap", radiation="OK"))
    assert (shown["Driver"], shown["Goods"]) == ("Wang Wu", "heavy scrap")
    assert shown["Radiation check"] == "passed"


def test_the_lines_of_a_split_load_are_told_with_their_sum() -> None:
    lines = next(each for each in sheet(lines=LINES).sections if each.title == "Lines of the load")
    assert [(line.label, line.value) for line in lines.lines] == [
        ("HRS101 · 60.00 %", "19,006 kg"),
        ("MRS201 · 35.00 %", "11,087 kg"),
        ("紫铜线 · 5.00 %", "1,584 kg"),
        ("Settlement mass", "31,677 kg"),
    ]


def test_a_correction_and_a_residual_are_told() -> None:
    shown = sheet(
        version=2, correction_reason="the mud was agreed away", residual_kg=60, rejected_kg=0
    )
    assert shown.edition == "version 2 · original"
    assert facts(shown)["Corrected because"] == "the mud was agreed away"
    assert facts(shown)["Left on the truck"] == "− 60 kg"


def test_a_single_deduction_of_old_documents_is_shown() -> None:
    assert (
        facts(sheet(deduction={"kind": "PCT", "bp": 120, "reason": "dirt"}))[
            "share 1.20 %, dirt, no photograph"
        ]
        == "− 384 kg"
    )
    assert "Deductions in all" in facts(sheet(deduction={"kind": "NONE"}))


def test_a_void_ticket_says_so_and_why() -> None:
    shown = ticket_sheet(void(), language="en")
    assert shown.is_void
    assert shown.marks == ("VOID",)
    assert shown.boxes == ()
    assert facts(shown)["Remarks"] == "the driver left"
    assert "series has no gap" in shown.notes[0]


def test_a_sheet_is_plain_json() -> None:
    document = sheet().document()
    assert json.loads(json.dumps(document))["ticket_no"] == "BASE01-E1-26-004217"
    assert document["code"] == "042317"


def test_each_word_is_there_in_both_languages_with_the_same_places() -> None:
    for chinese, english in WORDS.values():
        assert chinese
        assert sorted(_places(chinese)) == sorted(_places(english))
    assert word("HRS101", "zh") == "HRS101"


def _places(text: str) -> list[str]:
    return [part.partition(")s")[0] for part in text.split("%(")[1:]]
