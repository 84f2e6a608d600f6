"""The whole way of one load: booking, ticket, delivery, receipt, settlement."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.commands.simulate_client import Json, Person, RefusedError, waited_for
from service.commands.simulate_plan import D_KG, TruckPlan
from service.commands.simulate_yard import Yard
from service.domain.instants import business_date

NOT_FOUND = 404
STEPS = 12
REASON = "simulated decision of the inspector"

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of one base and of the plant, and their two yards."""

    supplier: Person
    inspector: Person
    clerk: Person
    approver: Person
    carrier_id: str
    plant_id: str
    base: Yard
    plant: Yard


@dataclass(slots=True)
class Results:
    """What came into being; ``subjects`` are the paths under which the documents are named."""

    ticket_nos: list[str] = field(default_factory=list)
    delivery_ids: list[str] = field(default_factory=list)
    settlement_nos: list[str] = field(default_factory=list)
    payable_fen: int = 0
    settlement_kg: int = 0
    subjects: list[str] = field(default_factory=list)


def drive(truck: TruckPlan, crew: Crew, results: Results, told: Told) -> None:
    """Take one load from the supplier's booking to the approved settlement."""
    lot_id, held_kg = _receive(truck, crew, results, told)
    delivery = _deliver(truck, crew, results, told, lot_id=lot_id, held_kg=held_kg)
    _unload(truck, crew, results, told, delivery)
    _settle(crew, results, told, delivery["delivery_id"])


def _receive(truck: TruckPlan, crew: Crew, results: Results, told: Told) -> tuple[str, int]:
    """Arrival to ticket; the lot that the material entered, and how many kg of it."""
    told("booking")
    booking = crew.supplier.post(
        "/v1/bookings",
        {
            "site_id": truck.site_id,
            "plate": truck.plate,
            "supplier_id": crew.supplier.login.organisation_id,
            "carrier_id": crew.carrier_id,
            "material": "废钢",
            "expected_on": business_date(datetime.now(UTC)).isoformat(),
        },
    )
    base, operator = crew.base, crew.base.operator
    with base.lock:
        told("gate")
        code = base.scan_at_gate(truck.plate, booking["code"])
        arrival = {"site_id": truck.site_id, "kind": "RECEIVING", "code": code}
        visit = f"/v1/visits/{operator.post('/v1/visits', arrival)['visit_id']}"
        results.subjects.append(visit)
        told("gross")
        visit_id = visit.rpartition("/")[2]
        base.weigh(visit_id, "gross", truck.plate, truck.gross_kg)
    told("grade")
    waited_for("a grade proposal", lambda: _proposal(crew.inspector, visit))
    decision = {
        "grade": truck.grade,
        "shares": {truck.grade: 10_000},
        "inclusions_bp": truck.inclusions_bp,
        "reason": REASON,
    }
    crew.inspector.post(f"{visit}/grade-decisions", decision)
    told("tare")
    with base.lock:
        base.weigh(visit_id, "tare", truck.plate, truck.tare_kg)
    told("ticket")
    ticket = operator.post(f"{visit}/tickets", _ticket(truck))
    results.ticket_nos.append(ticket["ticket_no"])
    return ticket["lot_id"], ticket["masses"]["accepted_kg"]


def _ticket(truck: TruckPlan) -> Json:
    ticket: dict[str, object] = {"rejected_kg": truck.rejected_kg}
    if truck.rejected_kg:
        ticket["rejected_reason"] = "sealed vessels"
    if truck.deduction_bp:
        ticket["deduction"] = {"kind": "PCT", "bp": truck.deduction_bp, "reason": "dirt"}
    return ticket


def _deliver(
    truck: TruckPlan, crew: Crew, results: Results, told: Told, *, lot_id: str, held_kg: int
) -> Json:
    """The loaded truck to the plant, tare first, and its delivery note."""
    base, operator = crew.base, crew.base.operator
    loaded_kg = held_kg - held_kg % D_KG
    opening = {
        "site_id": truck.site_id,
        "kind": "LOADING",
        "plate": truck.haulier_plate,
        "plant_id": crew.plant_id,
        "carrier_id": crew.carrier_id,
        "distance_km": truck.distance_km,
    }
    told("loading")
    visit_id = operator.post("/v1/visits", opening)["visit_id"]
    results.subjects.append(f"/v1/visits/{visit_id}")
    for weighing_pass, kg in (("tare", 0), ("gross", loaded_kg)):
        with base.lock:
            laden_kg = truck.haulier_tare_kg + kg
            base.weigh(visit_id, weighing_pass, truck.haulier_plate, laden_kg)
    told("delivery note")
    lines = [{"lot_id": lot_id, "kg": loaded_kg}]
    delivery: Json = operator.post(f"/v1/visits/{visit_id}/deliveries", {"lines": lines})
    results.delivery_ids.append(delivery["delivery_id"])
    results.subjects.append(f"/v1/deliveries/{delivery['delivery_id']}")
    return delivery


def _unload(truck: TruckPlan, crew: Crew, results: Results, told: Told, delivery: Json) -> None:
    """Arrival at the plant by the QR of the delivery note, to the plant's receipt."""
    plant, receiver = crew.plant, crew.plant.operator
    gross_kg = truck.haulier_tare_kg + delivery["net_kg"] + truck.scale_gap_kg
    with plant.lock:
        told("plant gate")
        code = plant.scan_at_gate(truck.haulier_plate, delivery["code"])
        arrival = {"site_id": plant.site_id, "kind": "UNLOADING", "code": code}
        visit_id = receiver.post("/v1/visits", arrival)["visit_id"]
        results.subjects.append(f"/v1/visits/{visit_id}")
        told("plant scale")
        for weighing_pass, kg in (("gross", gross_kg), ("tare", truck.haulier_tare_kg)):
            plant.weigh(visit_id, weighing_pass, truck.haulier_plate, kg)
    told("receipt")
    receipt = receiver.post(f"/v1/visits/{visit_id}/plant-receipts", {})
    results.settlement_kg += receipt["masses"]["settlement_kg"]


def _settle(crew: Crew, results: Results, told: Told, delivery_id: str) -> None:
    """One person prepares, another approves."""
    told("settlement")
    prepared = crew.clerk.post(f"/v1/deliveries/{delivery_id}/settlements")
    approved = crew.approver.post(f"/v1/settlements/{prepared['settlement_id']}/approvals")
    results.settlement_nos.append(approved["settlement_no"])
    results.payable_fen += approved["payable_fen"]


def _proposal(inspector: Person, visit: str) -> Json | None:
    try:
        proposal: Json = inspector.get(f"{visit}/grade-proposal")
    except RefusedError as error:
        if error.status == NOT_FOUND:
            return None
        raise
    return proposal
