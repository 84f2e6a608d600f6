"""Corrections, appeals, payments and liens on their pages."""

from io import BytesIO

import pytest
from flask import Flask

from tests.support.company import Company, Delivered, Truck
from tests.support.later import appealed, corrected, noted
from tests.support.pages import Person, pages_of, text_of


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


@pytest.fixture
def truck(company: Company) -> Truck:
    return company.receive()


@pytest.fixture
def settled(company: Company, truck: Truck) -> Delivered:
    assert truck.ticket.lot_id
    return company.deliver({truck.ticket.lot_id: 20_000})


def test_a_supervisor_corrects_a_ticket_and_sees_both_versions(app: Flask, truck: Truck) -> None:
    supervisor = Person(app, "supervisor")
    page = f"/tickets/{truck.ticket.ticket_no}"
    assert "Corrected" not in supervisor.read(page)
    form = page + "/correction"
    refused = supervisor.fill(form, form, rejected_kg="480", rejected_reason="tyres")
    assert refused.status_code == 422
    assert "A correction needs a reason." in text_of(refused.text)
    assert 'value="480"' in refused.text
    sent = supervisor.fill(
        form, form, why="tyres were found", rejected_kg="480", rejected_reason="tyres"
    )
    assert sent.status_code == 303
    shown = supervisor.get(page).text
    assert '<s class="faint">32,480 kg</s>' in shown
    text = text_of(shown)
    for part in ("Corrected 1 time", "tyres were found", "version 2 · on the screen", "replaced"):
        assert part in text
    assert "version 2 · on the screen" in supervisor.read(page + "?paper=80mm")
    stranger = Person(app)
    public = stranger.read(f"/t/{truck.ticket.ticket_no}")
    assert "Corrected 1 time" in public
    assert "after signing in" in public


def test_the_sums_follow_while_a_correction_is_typed(app: Flask, truck: Truck) -> None:
    supervisor = Person(app, "supervisor")
    form = f"/tickets/{truck.ticket.ticket_no}/correction"
    answer = supervisor.client.post(
        form + "/sums",
        data={**supervisor.form(form, form).fields, "rejected_kg": "480"},
    )
    assert "32,000 kg" in text_of(answer.text)


@pytest.mark.parametrize(
    ("entries", "shown"),
    [
        ({"deduction__kind": "KG", "deduction__kg": "80", "deduction__reason": "mud"}, "80 kg"),
        ({"deduction__kind": "NONE"}, "none"),
    ],
)
def test_a_deduction_is_shown_as_it_was_entered(
    app: Flask, truck: Truck, entries: dict[str, str], shown: str
) -> None:
    supervisor = Person(app, "supervisor")
    form = f"/tickets/{truck.ticket.ticket_no}/correction"
    assert supervisor.fill(form, form, why="mud", **entries).status_code == 303
    page = supervisor.read(f"/tickets/{truck.ticket.ticket_no}")
    assert "1.20 %, dirt, rubber" in page
    assert shown in page


def test_a_note_is_corrected_until_the_plant_received_it(
    app: Flask, company: Company, settled: Delivered
) -> None:
    supervisor = Person(app, "supervisor")
    late = f"/deliveries/{settled.delivery.delivery_id}/correction"
    assert "The plant has received this delivery." in supervisor.read(late)
    refused = supervisor.fill(late, late, why="road", distance_km="90")
    assert refused.status_code == 409
    assert "is approved; its note stays as it is" in text_of(refused.text)
    delivery = company.load({"BASE01-HRS101": 1_000})
    form = f"/deliveries/{delivery.delivery_id}/correction"
    sent = supervisor.fill(form, form, why="road", waybill_no="HY-1001", distance_km="90")
    assert sent.status_code == 303
    page = supervisor.read(f"/deliveries/{delivery.delivery_id}")
    for part in ("Corrected 1 time", "HY-1001", "86.4", "road"):
        assert part in page


def test_another_carrier_is_shown_by_name(app: Flask, company: Company, truck: Truck) -> None:
    delivery = company.load({str(truck.ticket.lot_id): 1_000})
    noted(company, delivery, "HY-1002")
    page = Person(app, "supervisor").read(f"/deliveries/{delivery.delivery_id}")
    assert "HY-1002" in page


def test_a_supplier_disputes_a_ticket_and_reads_the_answer(app: Flask, truck: Truck) -> None:
    supplier, supervisor = Person(app, "supplier"), Person(app, "supervisor")
    assert "No appeal yet" in supplier.read("/appeals")
    form = f"/tickets/{truck.ticket.ticket_no}/appeal"
    empty = supplier.fill(form, form, ground="deduction")
    assert empty.status_code == 422
    assert "Say what is wrong" in text_of(empty.text)
    assert supplier.fill(form, form, statement="x").status_code == 422
    sent = supplier.fill(form, form, ground="deduction", statement="there was no mud")
    assert sent.location == "/appeals/FY-26-000001"
    again = supplier.fill(form, form, ground="deduction", statement="really")
    assert again.status_code == 409
    assert "FY-26-000001" in text_of(again.text)
    assert "there was no mud" in supervisor.read("/appeals/FY-26-000001")
    mute = supervisor.fill("/appeals/FY-26-000001", "answer", outcome="upheld")
    assert "needs an answer" in text_of(mute.text)
    answer = supervisor.fill(
        "/appeals/FY-26-000001", "answer", outcome="upheld", answer="the curve shows it"
    )
    assert answer.status_code == 303
    told = supplier.read("/appeals/FY-26-000001")
    assert "upheld" in told
    assert "the curve shows it" in told
    assert "Correct the ticket" in supervisor.read("/appeals/FY-26-000001")
    assert "FY-26-000001" in supervisor.read("/appeals")
    assert "FY-26-000001" in supplier.read(f"/tickets/{truck.ticket.ticket_no}")
    clerk = Person(app, "clerk")
    assert "upheld" in clerk.read("/appeals/FY-26-000001")
    assert clerk.client.get("/v1/appeals").get_json()["items"][0]["state"] == "upheld"
    assert clerk.client.get("/v1/appeals/FY-26-000001").get_json()["ground"] == "deduction"


def test_an_open_appeal_tells_the_supplier_who_will_answer(
    app: Flask, company: Company, truck: Truck
) -> None:
    raised = appealed(company, truck)
    assert "will answer here" in Person(app, "supplier").read(f"/appeals/{raised.appeal_no}")


def test_a_clerk_records_payments_up_to_what_is_open(app: Flask, settled: Delivered) -> None:
    clerk, bank = Person(app, "clerk"), Person(app, "bank")
    page = f"/settlements/{settled.settlement.settlement_id}"
    assert "Nothing was paid yet." in bank.read(page)
    typed = {"paid_on": "2026-11-20", "bank_reference": "ICBC-1"}
    refused = clerk.fill(page, "payment", amount_yuan="999999999", **typed)
    assert refused.status_code == 409
    assert "CNY 999999999.00 is more than the CNY" in text_of(refused.text)
    assert 'value="999999999"' in refused.text
    assert clerk.fill(page, "payment", amount_yuan="1000.50", **typed).status_code == 303
    text = bank.read(page)
    for part in ("paid in part", "1,000.50", "ICBC-1", "FK-26-000001"):
        assert part in text
    rest = settled.settlement.payable_fen - 100_050
    yuan = f"{rest // 100}.{rest % 100:02d}"
    last = typed | {"bank_reference": "ICBC-2"}
    assert clerk.fill(page, "payment", amount_yuan=yuan, **last).status_code == 303
    assert "Record the payment" not in clerk.read(page)
    listed = bank.client.get(f"/v1{page}/payments").get_json()["items"]
    assert [row["payment_no"] for row in listed] == ["FK-26-000001", "FK-26-000002"]
    assert bank.client.get(f"/v1{page}").get_json()["paid_fen"] == settled.settlement.payable_fen


def test_a_bank_sees_what_it_may_lend_on_and_how_to_order_it(
    app: Flask, settled: Delivered
) -> None:
    bank = Person(app, "bank")
    assert settled.delivery.delivery_no in bank.read("/liens")
    page = f"/deliveries/{settled.delivery.delivery_id}/lien"
    text = bank.read(page)
    assert "ferrotrace lien order reserve" in text
    assert "No order yet." in text
    missing = bank.fill(page, page, cap_yuan="100")
    assert "Choose the order file first." in text_of(missing.text)
    broken = bank.fill(page, page, cap_yuan="100", order=(BytesIO(b"{}"), "order.json"))
    assert broken.status_code == 422
    listed = bank.client.get("/v1/liens").get_json()["items"]
    assert [row["state"] for row in listed] == ["free"]
    told = bank.client.get(f"/v1{page}").get_json()
    assert (told["state"], told["orders"]) == ("free", [])
    approver = Person(app, "approver").read(page)
    assert "Hand in an order" not in approver


def test_pages_without_anything_teach(app: Flask) -> None:
    assert "No delivery to lend on yet" in Person(app, "bank").read("/liens")
    assert "还没有复议" in Person(app, "supervisor", language="zh").read("/appeals")


def test_versions_are_told_to_programs(app: Flask, company: Company, truck: Truck) -> None:
    corrected(company, truck)
    clerk = Person(app, "clerk").client
    told = clerk.get(f"/v1/tickets/{truck.ticket.ticket_no}/versions").get_json()["items"]
    assert [row["stands"] for row in told] == [False, True]
    assert clerk.get(f"/v1/tickets/{truck.ticket.ticket_no}").get_json()["version"] == 2
    delivery = company.load({str(truck.ticket.lot_id): 1_000})
    told = clerk.get(f"/v1/deliveries/{delivery.delivery_id}/versions").get_json()["items"]
    assert [row["version"] for row in told] == [1]
