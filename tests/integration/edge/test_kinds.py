"""Everything that is done on a yard comes up as entries, and is on record as it was done."""

from typing import Any

import pytest
from sqlalchemy import text

from service.bootstrap.deps import new_id
from service.devices.edge.entries import instant_ms
from service.domain.control.verdict import Outcome, Verdict
from service.domain.party import Actor
from service.domain.weighing import curve_sha256
from service.storage import views
from service.storage.control import verdicts_of_weighings
from service.storage.db import Tx
from service.storage.ticket import ticket_by_no
from service.storage.weighing import every_weighing_of
from service.usecases import demo_company
from service.usecases.audit import Kind, audit
from service.usecases.stored_tare import KeepTare, keep_tare
from tests.support.company import Company
from tests.support.edge_entries import Unit, Yard


def all_applied(yard: Yard) -> None:
    outcomes = [(o.entry_seq, o.code, o.message_values) for o in yard.send().outcomes if o.code]
    assert outcomes == []


def no_differences(company: Company) -> None:
    found = audit(company.deps.db, None).differences
    assert [each for each in found if each.kind is not Kind.UNKNOWN] == []


def person(actor: Actor) -> dict[str, str]:
    return {"user_id": actor.user_id, "name": actor.name, "role": actor.role.value}


CHECK = {
    "background_nsv_h": [90, 92, 91, 90, 93],
    "max_nsv_h": 20,
    "alarm_level_nsv_h": 250,
    "rescans_nsv_h": [],
    "decision": "OK",
    "officer": "王",
    "instrument": "RM-1",
    "calibration_due": "2027-01-01",
}


def test_a_truck_goes_every_step_of_the_yard(company: Company) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    yard.add("radiation.checked", "operator", {"visit_id": visit_id, "check": CHECK})
    call = {"visit_id": visit_id, "place": "scale", "order": 1}
    yard.add("visit.called", "operator", call)
    wrong = yard.weigh(visit_id, "gross", 47_000)
    voided = {"weighing_id": wrong, "reason": "a wheel stood off the deck"}
    yard.add("weighing.voided", "supervisor", voided)
    gross = yard.weigh(visit_id, "gross", 48_620)
    curve = [[0, 48_620], [900, None], [4_000, 20]]
    left = {
        "visit_id": visit_id,
        "weighing_id": gross,
        "empty_after_ms": 4_000,
        "rise_kg": 0,
        "curve": curve,
        "curve_sha256": curve_sha256([(0, 48_620), (900, None), (4_000, 20)]),
    }
    yard.add("weighing.left", "operator", left)
    seen = {"visit_id": visit_id, "sealed_vessels_ok": True}
    yard.add("visit.inspected", "inspector", seen)
    picture = yard.picture("load")
    photograph = {
        "photograph_id": new_id(),
        "visit_id": visit_id,
        "camera_id": "tablet",
        "origin": "UPLOADED",
        "taken_at": instant_ms(yard.unit.at),
        "sha256": picture,
        "media_type": "image/jpeg",
    }
    yard.add("photograph.added", "inspector", photograph)
    yard.grade(visit_id)
    yard.add("visit.unloaded", "operator", {"visit_id": visit_id, "place": "bay 3"})
    yard.weigh(visit_id, "tare", 16_140)
    number = yard.ticket(visit_id)
    printed = {"ticket_no": number, "copy_no": 1, "paper": "80MM"}
    yard.add("ticket.printed", "operator", printed)
    yard.add("visit.exited", "operator", {"visit_id": visit_id, "at_gate": "gate 1"})
    all_applied(yard)
    no_differences(company)
    with company.deps.db.transaction() as tx:
        (found,) = verdict_of(tx, "C6", visit_id)
    assert (found.outcome, found.value) == (Outcome.PASS, "4 s")


def verdict_of(tx: Tx, control: str, visit_id: str) -> list[Verdict]:
    """What a control said of the weighings of the visit."""
    weighed = [row.weighing_id for row in every_weighing_of(tx, visit_id)]
    said = verdicts_of_weighings(tx, weighed).values()
    return [each for verdicts in said for each in verdicts if each.control == control]


@pytest.mark.parametrize(
    "wrong", [{"curve_sha256": "ab" * 32}, {"curve": [[0]]}, {"weighing_id": "none"}]
)
def test_what_followed_a_weighing_is_held_where_it_does_not_fit(
    company: Company, wrong: dict[str, Any]
) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    left = {
        "visit_id": visit_id,
        "weighing_id": yard.weigh(visit_id, "gross", 48_620),
        "empty_after_ms": 10,
        "rise_kg": 0,
        "curve": [],
        "curve_sha256": curve_sha256([]),
    }
    yard.add("weighing.left", "operator", left | wrong)
    assert yard.send().outcomes[-1].outcome == "held"


def test_a_typed_weight_has_its_witness_and_is_decided_about(company: Company) -> None:
    yard = Yard(company)
    people = company.people
    visit_id = yard.arrive("辽E12345")
    typed = {
        "visit_id": visit_id,
        "weighing_id": new_id(),
        "pass": "gross",
        "kg": 48_620,
        "reason_code": "INDICATOR_DOWN",
        "reason": "the line to the indicator is cut",
        "witness": person(people["supervisor"]),
        "photographs": [yard.picture("display")],
        "controls": [
            {"control": "C16", "outcome": "FLAG", "value": "MANUAL", "limit": "two people"}
        ],
    }
    yard.add("weighing.typed", "operator", typed)
    all_applied(yard)
    with company.deps.db.transaction() as tx:
        found = views.visit(tx, views.EVERYTHING, visit_id)
    assert found is not None
    assert found.gross is not None
    assert (found.gross.source, found.gross.kg) == ("MANUAL", 48_620)
    no_differences(company)


def test_a_held_weighing_is_released_at_the_yard_by_a_second_person(company: Company) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    jump = {"control": "C5", "outcome": "HOLD", "value": "9 t/s", "limit": "4 t/s"}
    weighing_id = yard.weigh(visit_id, "gross", 48_620, controls=[jump])
    decision = {
        "weighing_id": weighing_id,
        "decision": "RELEASE",
        "reason_code": "SECOND_SCALE",
        "reason": "weighed again on the second scale",
        "photographs": [yard.picture("hold")],
    }
    yard.add("hold.decided", "supervisor", decision)
    yard.grade(visit_id)
    yard.weigh(visit_id, "tare", 16_140)
    yard.ticket(visit_id)
    all_applied(yard)
    no_differences(company)


def test_loading_and_unloading_work_while_the_link_is_cut(company: Company) -> None:
    yard = Yard(company)
    yard.receive()
    loading = yard.arrive(
        "辽B55555",
        visit_kind="LOADING",
        supplier_id=None,
        plant_id=demo_company.PLANT,
        carrier_id=demo_company.CARRIER,
        distance_km="86.4",
    )
    yard.weigh(loading, "tare", 15_400)
    yard.weigh(loading, "gross", 35_400)
    note = {
        "visit_id": loading,
        "delivery_id": new_id(),
        "delivery_no": "SH-BASE01-E1-26-000001",
        "lines": [{"lot_id": "BASE01-HRS101", "kg": 20_000}],
        "issued_at": instant_ms(yard.unit.at),
    }
    yard.add("delivery.issued", "operator", note)
    all_applied(yard)
    there = Yard(company, Unit(site_id="PLANT01", edge_id="EDGE-PLANT01", at=yard.unit.at))
    unloading = there.arrive(
        "辽B55555",
        by="plant",
        visit_kind="UNLOADING",
        supplier_id=None,
        identified_by="WAYBILL",
        code="FERROTRACE:WAYBILL:YD-BASE01-E1-26-000001",
    )
    there.weigh(unloading, "gross", 35_380, by="plant")
    there.weigh(unloading, "tare", 15_400, by="plant")
    receipt = {
        "visit_id": unloading,
        "receipt_id": new_id(),
        "receipt_no": "SG-PLANT01-E1-26-000001",
        "deductions": [
            {"kind": "PCT", "bp": 50, "reason_code": "SOIL"},
            {"kind": "KG", "kg": 20, "reason_code": "OIL"},
        ],
        "received_at": instant_ms(there.unit.at),
    }
    there.add("receipt.issued", "plant", receipt)
    all_applied(there)
    no_differences(company)
    with company.deps.db.transaction() as tx:
        row = tx.execute(text("SELECT waybill_no, issued_at FROM delivery")).one()
        settled = tx.execute(text("SELECT settlement_kg FROM plant_receipt")).scalar_one()
    assert settled == 19_980 - 100 - 20
    assert row.waybill_no == "YD-BASE01-E1-26-000001"


def test_an_entry_about_another_site_is_held(company: Company) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    all_applied(yard)
    there = Yard(company, Unit(site_id="BASE02", edge_id="EDGE-BASE02"))
    there.add("visit.called", "operator", {"visit_id": visit_id, "place": "scale", "order": 1})
    assert [outcome.code for outcome in there.send().outcomes] == ["OtherSite"]


def test_a_capture_of_another_unit_is_held(company: Company) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    yard.weigh(visit_id, "gross", 48_620)
    entry = yard.unit.entries.pop()
    capture = entry["body"]["capture"]
    for change in ({"kg": 40_000}, {"edge_id": "EDGE-BASE02"}, {"photographs": "none"}):
        body = entry["body"] | {"capture": capture | change}
        yard.add("weighing.recorded", "operator", body)
    assert [o.code for o in yard.send().outcomes] == [None, *["CaptureNotOwn"] * 3]


def test_what_a_rule_refuses_is_held_with_its_code(company: Company) -> None:
    yard = Yard(company)
    visit_id = yard.arrive("辽E12345")
    at = instant_ms(yard.unit.at)
    ticket = {"visit_id": visit_id, "issued_at": at}
    receipt = {"visit_id": visit_id, "receipt_id": new_id(), "received_at": at}
    oil = {"kind": "KG", "kg": 10, "reason_code": "OIL"}
    decision: dict[str, Any] = {
        "decision": "RELEASE",
        "reason_code": "OTHER",
        "reason": "-",
        "photographs": [],
    }
    bad_day = CHECK | {"calibration_due": "2026-13-45"}
    unknown_code = [oil | {"reason_code": "RUST"}]
    refused: list[tuple[str, dict[str, Any], str | None]] = [
        ("radiation.checked", {"visit_id": visit_id, "check": bad_day}, "DayInvalid"),
        ("hold.decided", decision | {"weighing_id": new_id(), "photographs": []}, "NotFound"),
        ("ticket.voided", TICKETS[2] | {"visit_id": visit_id}, "NumberForeign"),
        ("ticket.voided", TICKETS[1] | {"visit_id": visit_id}, "NumberNotNext"),
        (
            "ticket.issued",
            ticket | {"ticket_no": "BASE01-E1-26-000001", "deductions": unknown_code},
            "ReasonCodeUnknown",
        ),
        ("number.voided", TICKETS[0], None),
        ("number.voided", TICKETS[0], "NumberVoid"),
        ("ticket.voided", TICKETS[1] | {"visit_id": visit_id}, None),
        ("number.voided", TICKETS[1], "NumberInUse"),
        (
            "receipt.issued",
            receipt | {"receipt_no": "SG-BASE01-E1-26-000001", "deductions": unknown_code},
            "ReasonCodeUnknown",
        ),
    ]
    for kind, body, _ in refused:
        yard.add(kind, "supervisor", body)
    outcomes = yard.send().outcomes
    assert [outcome.code for outcome in outcomes] == [None, *(code for *_, code in refused)]
    no_differences(company)


TICKETS = [
    {"ticket_no": number, "reason": "torn"}
    for number in ("BASE01-E1-26-000001", "BASE01-E1-26-000002", "BASE02-E1-26-000001")
]


def test_a_stored_tare_stands_for_the_second_weighing(company: Company) -> None:
    yard = Yard(company)
    visit_id, _ = yard.receive()
    all_applied(yard)
    with company.deps.db.transaction() as tx:
        found = views.visit(tx, views.EVERYTHING, visit_id)
    assert found is not None
    assert found.tare is not None
    keep = KeepTare(weighing_id=found.tare.weighing_id)
    tare = keep_tare(keep, company.people["supervisor"], company.deps)
    with company.deps.db.transaction() as tx:
        told = views.brief(tx, yard.unit.edge_id, "BASE01", now=company.deps.now())["vehicles"]
    assert [(each["plate"], [t["kg"] for t in each["tares"]]) for each in told] == [
        ("辽E12345", [16_140])
    ]
    again = yard.arrive("辽E12345")
    yard.weigh(again, "gross", 40_000)
    yard.grade(again)
    used = {"visit_id": again, "weighing_id": new_id(), "tare_id": tare.tare_id, "kg": 16_140}
    yard.add("stored_tare.used", "operator", used)
    lines = [{"grade": "HRS101", "bp": 9_500}, {"material": "copper", "bp": 500}]
    number = yard.ticket(again, residual_kg=200, lines=lines)
    all_applied(yard)
    no_differences(company)
    with company.deps.db.transaction() as tx:
        row = ticket_by_no(tx, number)
    assert row is not None
    assert row.accepted_kg == 40_000 - 16_140 - 200
