"""Corrections: the newest version counts everywhere, and nothing is edited."""

import json
from dataclasses import replace
from typing import Any

import pytest

from service.domain.access import Role
from service.domain.correction import (
    CorrectionReasonMissingError,
    DeliveryReceivedError,
    DeliverySettledError,
    LotShortError,
    NothingCorrectedError,
    VoidNotCorrectedError,
    WaybillInvalidError,
    WaybillTakenError,
)
from service.domain.delivery import DistanceInvalidError
from service.domain.errors import FerrotraceError, ForbiddenError, NotFoundError
from service.domain.party import Actor
from service.domain.ticket import Deduction, DeductionKind
from service.domain.visit import VisitKind
from service.proof.document import document_data
from service.storage import views
from service.storage.journal import entry_by_hash
from service.usecases import demo_company
from service.usecases.booking import PartyKindError
from service.usecases.correction import (
    CorrectDelivery,
    Correction,
    CorrectTicket,
    correct_delivery,
    correct_ticket,
)
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.usecases.ticket import VoidTicket, void_ticket
from service.usecases.visit import OpenVisit, open_visit
from tests.support.audits import assert_audit_clean
from tests.support.company import Company

STONES = Deduction(kind=DeductionKind.KG, kg=300, reason="stones")


def corrected(company: Company, number: str, **entries: Any) -> Correction:
    command = CorrectTicket(ticket_no=number, reason="the weigher forgot the stones")
    return correct_ticket(replace(command, **entries), company.people["supervisor"], company.deps)


def noted(company: Company, delivery_id: str, **entries: str) -> Correction:
    command = CorrectDelivery(
        delivery_id=delivery_id,
        reason="the driver took another road",
        waybill_no="HY-88231",
        carrier_id=demo_company.CARRIER,
        distance_km="91.5",
    )
    return correct_delivery(replace(command, **entries), company.people["supervisor"], company.deps)


def document_of(company: Company, target_hash: bytes) -> dict[str, Any]:
    with company.deps.db.transaction() as tx:
        entry = entry_by_hash(tx, target_hash)
    assert entry is not None
    return document_data(json.loads(entry.document))


def held_kg(company: Company) -> int:
    with company.deps.db.transaction() as tx:
        return sum(lot.held_kg for lot in views.lots(tx, views.EVERYTHING))


def test_a_corrected_ticket_states_everything_again_and_supersedes_the_first(
    company: Company,
) -> None:
    truck = company.receive()
    made = corrected(company, truck.ticket.ticket_no, rejected_kg=480, rejected_reason="tyres")
    assert made.correction_no == f"{truck.ticket.ticket_no}-R2"
    first = document_of(company, truck.ticket.target_hash)
    second = document_of(company, made.target_hash)
    assert second["kind"] == "correction"
    assert second["links"] == {
        "parents": first["links"]["parents"],
        "supersedes": truck.ticket.target_hash.hex(),
    }
    assert second["personal"] == first["personal"]
    values = second["record"]["values"]
    assert values["rejected_kg"] == 480
    assert values["accepted_kg"] == 32_000
    assert values["net_kg"] == 32_480
    assert values["settlement_kg"] == 32_000
    assert values["lot_id"] == "BASE01-HRS101"


def test_the_newest_version_of_a_ticket_counts_in_lots_lists_and_on_its_page(
    company: Company,
) -> None:
    truck = company.receive()
    corrected(company, truck.ticket.ticket_no, rejected_kg=480, rejected_reason="tyres")
    corrected(company, truck.ticket.ticket_no, deduction=STONES)
    assert held_kg(company) == 32_480
    with company.deps.db.transaction() as tx:
        shown = views.ticket(tx, views.EVERYTHING, truck.ticket.ticket_no)
        assert shown is not None
        assert (shown.version, shown.accepted_kg, shown.settlement_kg) == (3, 32_480, 32_180)
        assert shown.record["deduction"] == {"kind": "KG", "kg": 300, "reason": "stones"}
        assert "rejected_reason" not in shown.record
        versions = views.ticket_versions(tx, truck.ticket.ticket_no)
    assert [row.version for row in versions] == [1, 2, 3]
    assert [row.stands for row in versions] == [False, False, True]
    assert [row.record["accepted_kg"] for row in versions] == [32_480, 32_000, 32_480]
    assert versions[2].reason == "the weigher forgot the stones"
    assert versions[2].document_id == f"{truck.ticket.ticket_no}-R3"
    assert_audit_clean(company)


def test_a_correction_cannot_take_out_of_a_lot_what_deliveries_took(company: Company) -> None:
    truck = company.receive()
    company.load({"BASE01-HRS101": 32_000})
    corrected(company, truck.ticket.ticket_no, rejected_kg=480, rejected_reason="tyres")
    with pytest.raises(LotShortError) as refused:
        corrected(company, truck.ticket.ticket_no, rejected_kg=500, rejected_reason="tyres")
    assert refused.value.values == {"value": 20, "limit": 32_000, "lot_id": "BASE01-HRS101"}
    assert held_kg(company) == 0
    assert_audit_clean(company)


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ({"reason": "  "}, CorrectionReasonMissingError),
        ({"ticket_no": "BASE01-S1-26-000099"}, NotFoundError),
        (
            {"deduction": Deduction(kind=DeductionKind.PCT, bp=120, reason="dirt, rubber")},
            NothingCorrectedError,
        ),
    ],
)
def test_a_correction_of_a_ticket_is_refused(
    company: Company, entries: dict[str, Any], refusal: type[FerrotraceError]
) -> None:
    truck = company.receive()
    with pytest.raises(refusal):
        corrected(company, truck.ticket.ticket_no, **entries)


def test_a_void_ticket_has_nothing_to_correct(company: Company) -> None:
    visit = open_visit(
        OpenVisit(
            site_id="BASE01",
            kind=VisitKind.RECEIVING,
            plate="辽EDEMO9",
            supplier_id=demo_company.SUPPLIERS[0],
        ),
        company.people["operator"],
        company.deps,
    )
    void = void_ticket(
        VoidTicket(visit_id=visit.visit_id, reason="left"),
        company.people["supervisor"],
        company.deps,
    )
    with pytest.raises(VoidNotCorrectedError):
        corrected(company, void.ticket_no)


@pytest.mark.parametrize("name", ["operator", "inspector", "clerk", "supplier"])
def test_nobody_but_a_supervisor_of_the_site_corrects(company: Company, name: str) -> None:
    truck = company.receive()
    delivery = company.load({"BASE01-HRS101": 30_000})
    elsewhere = replace(company.people["supervisor"], site_ids=frozenset({"BASE09"}))
    for person in (company.people[name], elsewhere):
        assert isinstance(person, Actor)
        assert person.role is not Role.SUPERVISOR or person is elsewhere
        with pytest.raises(ForbiddenError):
            correct_ticket(
                CorrectTicket(ticket_no=truck.ticket.ticket_no, reason="x"), person, company.deps
            )
        with pytest.raises(ForbiddenError):
            correct_delivery(
                CorrectDelivery(
                    delivery_id=delivery.delivery_id,
                    reason="x",
                    waybill_no="HY-88231",
                    carrier_id=demo_company.CARRIER,
                    distance_km="91.5",
                ),
                person,
                company.deps,
            )


def test_a_corrected_note_keeps_lots_masses_and_secret(company: Company) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 30_000})
    made = noted(company, delivery.delivery_id)
    assert made.correction_no == f"{delivery.delivery_no}-R2"
    values = document_of(company, made.target_hash)["record"]["values"]
    assert values["delivery_secret"] == delivery.secret.hex()
    assert (values["waybill_no"], values["distance_km"]) == ("HY-88231", "91.5")
    with company.deps.db.transaction() as tx:
        shown = views.delivery(tx, views.EVERYTHING, delivery.delivery_id)
        assert shown is not None
        assert (shown.row.waybill_no, shown.distance_km) == ("HY-88231", "91.5")
        assert [v.stands for v in views.delivery_versions(tx, delivery.delivery_id)] == [
            False,
            True,
        ]
    assert_audit_clean(company)


def test_the_plant_receives_a_corrected_delivery_by_the_printed_code_or_the_new_one(
    company: Company,
) -> None:
    company.receive()
    company.receive()
    for place, kg in enumerate((30_000, 20_000)):
        delivery = company.load({"BASE01-HRS101": kg})
        made = noted(company, delivery.delivery_id, waybill_no=f"HY-{place}0001")
        code = delivery.code if place else f"FERROTRACE:WAYBILL:HY-{place}0001"
        visit = open_visit(
            OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=code),
            company.people["plant"],
            company.deps,
        )
        assert visit.delivery_id == delivery.delivery_id
        company.weigh(visit.visit_id, "PLANT01", "gross", 15_400 + kg, "plant")
        company.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
        receipt = record_plant_receipt(
            RecordPlantReceipt(visit_id=visit.visit_id), company.people["plant"], company.deps
        )
        content = document_of(company, receipt.target_hash)
        assert content["links"]["parents"]["delivery"] == made.target_hash.hex()
        with company.deps.db.transaction() as tx:
            shown = views.delivery(tx, views.EVERYTHING, delivery.delivery_id)
        assert shown is not None
        assert shown.carbon_record is not None
        assert shown.carbon_record["legs"]["outbound"]["distance_km"] == "91.5"
    assert_audit_clean(company)


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ({"reason": ""}, CorrectionReasonMissingError),
        ({"delivery_id": "00000000-0000-4000-8000-000000000000"}, NotFoundError),
        ({"waybill_no": "运单 1"}, WaybillInvalidError),
        ({"distance_km": "0"}, DistanceInvalidError),
        ({"carrier_id": "nobody"}, PartyKindError),
    ],
)
def test_a_correction_of_a_note_is_refused(
    company: Company, entries: dict[str, str], refusal: type[FerrotraceError]
) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 30_000})
    with pytest.raises(refusal):
        noted(company, **({"delivery_id": delivery.delivery_id} | entries))


def test_no_two_deliveries_bear_one_waybill(company: Company) -> None:
    company.receive()
    first = company.load({"BASE01-HRS101": 10_000})
    second = company.load({"BASE01-HRS101": 10_000})
    noted(company, first.delivery_id)
    for taken in ("HY-88231", first.waybill_no):
        with pytest.raises(WaybillTakenError):
            noted(company, second.delivery_id, waybill_no=taken)


def test_a_note_stays_once_the_plant_received_it_or_a_settlement_rests_on_it(
    company: Company,
) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 10_000})
    visit = open_visit(
        OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code),
        company.people["plant"],
        company.deps,
    )
    company.weigh(visit.visit_id, "PLANT01", "gross", 25_400, "plant")
    company.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
    record_plant_receipt(
        RecordPlantReceipt(visit_id=visit.visit_id), company.people["plant"], company.deps
    )
    with pytest.raises(DeliveryReceivedError):
        noted(company, delivery.delivery_id)
    settled = company.deliver({"BASE01-HRS101": 10_000})
    with pytest.raises(DeliverySettledError) as refused:
        noted(company, settled.delivery.delivery_id)
    assert refused.value.values["limit"] == settled.settlement.settlement_no
