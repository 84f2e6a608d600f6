"""The whole way of one load: booking, ticket, delivery, receipt, settlement.

What happens on a yard is done at its tablets and goes up by itself; what others do waits for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.commands.simulate_client import (
    UPLOAD_POLL_S,
    Json,
    Person,
    RefusedError,
    waited_for,
)
from service.commands.simulate_plan import D_KG, TruckPlan
from service.commands.simulate_yard import Yard
from service.domain.instants import business_date

NOT_FOUND = 404
STEPS = 12
UPLOAD_LIMIT_S = 600.0
REASON = "simulated decision of the inspector"

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of one base and of the plant, and their two yards."""

    supplier: Person
    clerk: Person
    approver: Person
    carrier_id: str
    plant_id: str
    base: Yard
    plant: Yard


@dataclass(slots=True)
class Results:
    """What came into being; ``subjects`` are the paths under which the documents are named.

    ``failures`` tell which loads did not come through, and why.
    """

    ticket_nos: list[str] = field(default_factory=list)
    delivery_ids: list[str] = field(default_factory=list)
    settlement_nos: list[str] = field(default_factory=list)
    payable_fen: int = 0
    settlement_kg: int = 0
    subjects: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def drive(truck: TruckPlan, crew: Crew, results: Results, told: Told) -> None:
    """Take one load from the supplier's booking to the approved settlement."""
    accepted_kg = _receive(truck, crew, results, told)
    delivery_id = _deliver(truck, crew, results, told, held_kg=accepted_kg)
    delivery = _on_record(crew.clerk, f"/v1/deliveries/{delivery_id}")
    _unload(truck, crew, results, told, delivery)
    _settle(crew, results, told, delivery_id)


def _receive(truck: TruckPlan, crew: Crew, results: Results, told: Told) -> int:
    """Arrival to ticket; the kilograms that were accepted."""
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
    base = crew.base
    told("gate")
    code = base.scan_at_gate(truck.plate, booking["code"])
    arrival = {"visit_kind": "RECEIVING", "identified_by": "QR", "code": code}
    visit_id = base.arrive({**arrival, "plate": truck.plate})
    results.subjects.append(f"/v1/visits/{visit_id}")

    def weigh(weighing_pass: str, kg: int) -> Callable[[str], None]:
        def weighed(visit_id: str) -> None:
            told(weighing_pass)
            base.weigh(visit_id, weighing_pass, truck.plate, kg)

        return weighed

    def grade(visit_id: str) -> None:
        told("grade")
        base.inspector.enter("grade.decided", _decision(truck, visit_id))

    base.go(
        visit_id,
        acts={
            "weigh-gross": weigh("gross", truck.gross_kg),
            "weigh-tare": weigh("tare", truck.tare_kg),
            "grade": grade,
        },
        until="ticket",
    )
    told("ticket")
    ticket = base.operator.enter("ticket.issued", _ticket(truck, visit_id))["body"]
    base.go(visit_id, acts={}, until="")
    results.ticket_nos.append(ticket["ticket_no"])
    return truck.gross_kg - truck.tare_kg - truck.rejected_kg


def _decision(truck: TruckPlan, visit_id: str) -> Json:
    return {
        "visit_id": visit_id,
        "grade": truck.grade,
        "shares": {truck.grade: 10_000},
        "inclusions_bp": truck.inclusions_bp,
        "reason": REASON,
    }


def _ticket(truck: TruckPlan, visit_id: str) -> Json:
    ticket: dict[str, object] = {"visit_id": visit_id, "rejected_kg": truck.rejected_kg}
    if truck.rejected_kg:
        ticket["rejected_reason"] = "sealed vessels"
    if truck.deduction_bp:
        line = {"kind": "PCT", "bp": truck.deduction_bp, "reason_code": "SOIL", "reason": "dirt"}
        ticket["deductions"] = [line]
    return ticket


def _deliver(truck: TruckPlan, crew: Crew, results: Results, told: Told, *, held_kg: int) -> str:
    """The loaded truck to the plant, tare first, and its delivery note."""
    base, plate = crew.base, truck.haulier_plate
    loaded_kg = held_kg - held_kg % D_KG
    told("loading")
    visit_id = base.arrive(
        {
            "visit_kind": "LOADING",
            "identified_by": "PLATE",
            "plate": plate,
            "plant_id": crew.plant_id,
            "carrier_id": crew.carrier_id,
            "distance_km": truck.distance_km,
        }
    )
    results.subjects.append(f"/v1/visits/{visit_id}")
    laden_kg = truck.haulier_tare_kg + loaded_kg
    base.go(
        visit_id,
        acts={
            "weigh-tare": lambda visit: base.weigh(visit, "tare", plate, truck.haulier_tare_kg),
            "weigh-gross": lambda visit: base.weigh(visit, "gross", plate, laden_kg),
        },
        until="delivery",
    )
    told("delivery note")
    lines = [{"lot_id": f"{truck.site_id}-{truck.grade}", "kg": loaded_kg}]
    note = {"visit_id": visit_id, "lines": lines}
    delivery = base.operator.enter("delivery.issued", note)["body"]
    base.go(visit_id, acts={}, until="")
    results.delivery_ids.append(delivery["delivery_id"])
    results.subjects.append(f"/v1/deliveries/{delivery['delivery_id']}")
    return str(delivery["delivery_id"])


def _unload(truck: TruckPlan, crew: Crew, results: Results, told: Told, delivery: Json) -> None:
    """Arrival at the plant by the QR of the delivery note, to the plant's receipt."""
    plant, plate = crew.plant, truck.haulier_plate
    gross_kg = truck.haulier_tare_kg + delivery["delivery"]["net_kg"] + truck.scale_gap_kg
    told("plant gate")
    code = plant.scan_at_gate(plate, delivery["code"])
    arrival = {"visit_kind": "UNLOADING", "identified_by": "WAYBILL", "code": code}
    visit_id = plant.arrive({**arrival, "plate": plate})
    results.subjects.append(f"/v1/visits/{visit_id}")
    told("plant scale")
    plant.go(
        visit_id,
        acts={
            "weigh-gross": lambda visit: plant.weigh(visit, "gross", plate, gross_kg),
            "weigh-tare": lambda visit: plant.weigh(visit, "tare", plate, truck.haulier_tare_kg),
        },
        until="receipt",
    )
    told("receipt")
    plant.operator.enter("receipt.issued", {"visit_id": visit_id})
    plant.go(visit_id, acts={}, until="")


def _settle(crew: Crew, results: Results, told: Told, delivery_id: str) -> None:
    """One person prepares, once the plant's receipt is on record; another approves."""
    told("settlement")
    prepared = waited_for(
        f"the receipt of {delivery_id}",
        lambda: _prepared(crew.clerk, delivery_id),
        limit_s=UPLOAD_LIMIT_S,
        poll_s=UPLOAD_POLL_S,
    )
    approved = crew.approver.post(f"/v1/settlements/{prepared['settlement_id']}/approvals")
    results.settlement_nos.append(approved["settlement_no"])
    results.payable_fen += approved["payable_fen"]
    receipt = crew.clerk.get(f"/v1/deliveries/{delivery_id}")["receipt"]
    results.settlement_kg += receipt["settlement_kg"]


def _prepared(clerk: Person, delivery_id: str) -> Json | None:
    try:
        prepared: Json = clerk.post(f"/v1/deliveries/{delivery_id}/settlements")
    except RefusedError as error:
        if error.code == "StepMissing":
            return None
        raise
    return prepared


def _on_record(reader: Person, path: str) -> Json:
    """What the service says under ``path``, once the yard has sent it up."""

    def look() -> Json | None:
        try:
            found: Json = reader.get(path)
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return found

    what = f"{path} on record"
    return waited_for(what, look, limit_s=UPLOAD_LIMIT_S, poll_s=UPLOAD_POLL_S)
