"""One truck end to end over the JSON API, and every address that shows it afterwards."""

import io
import zipfile

from tests.integration.api.company import Company


def test_a_truck_goes_its_whole_way_over_the_api(ferro: Company) -> None:
    received = ferro.receive(plate="辽E12345")
    ticket = received["ticket"]
    assert ticket["masses"] == {
        "net_kg": 32_480,
        "accepted_kg": 32_480,
        "deducted_kg": 0,
        "settlement_kg": 32_480,
    }
    delivered = ferro.deliver(plate="辽B99999", lot_id=ticket["lot_id"])
    delivery_id = delivered["delivery"]["delivery_id"]
    assert delivered["receipt"]["comparison"]["difference_kg"] == 20
    settled = ferro.settle(delivery_id)
    assert settled["settlement"]["state"] == "APPROVED"

    visit = ferro.get("operator", f"/v1/visits/{received['visit']['visit_id']}")
    assert visit["ticket"]["ticket_no"] == ticket["ticket_no"]
    assert visit["way"][0]["step"] == "arrived"
    weighing_id = visit["gross"]["weighing_id"]
    assert ferro.get("operator", f"/v1/weighings/{weighing_id}")["kg"] == 48_620
    proposal = ferro.get("operator", f"/v1/visits/{visit['visit']['visit_id']}/grade-proposal")
    assert proposal["record"]["decision"] == "manual"
    shown = ferro.get("operator", f"/v1/tickets/{ticket['ticket_no']}")
    assert shown["record"]["net_kg"] == 32_480
    assert ferro.get("operator", "/v1/lots")["items"][0]["held_kg"] == 12_480
    detail = ferro.get("plant", f"/v1/deliveries/{delivery_id}")
    assert detail["delivery"]["stage"] == "settled"
    assert detail["settlement"]["payable_fen"] == settled["settlement"]["payable_fen"]
    receipt_id = delivered["receipt"]["receipt_id"]
    assert ferro.get("plant", f"/v1/plant-receipts/{receipt_id}")["alarm"] is False
    settlement_id = settled["settlement"]["settlement_id"]
    assert ferro.get("bank", f"/v1/settlements/{settlement_id}")["state"] == "APPROVED"
    statements = ferro.get("plant", f"/v1/carbon-statements?delivery={delivery_id}")["items"]
    statement = ferro.get("plant", f"/v1/carbon-statements/{statements[0]['statement_no']}")
    assert statement["record"]["settlement_kg"] == 20_020
    assert ferro.get("auditor", "/v1/alarms") == {"items": []}


def test_bundles_of_a_delivery_come_as_one_file(ferro: Company) -> None:
    received = ferro.receive(plate="辽E12345")
    delivered = ferro.deliver(plate="辽B99999", lot_id=received["ticket"]["lot_id"])
    delivery_id = delivered["delivery"]["delivery_id"]
    answer = ferro.client("auditor").get(f"/v1/deliveries/{delivery_id}/bundles")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert [name.rsplit("-", 5)[0] for name in names][:3] == [
        "delivery",
        "plant-receipt",
        "carbon-statement",
    ] or len(names) == 7
    target_hash = delivered["receipt"]["target_hash"]
    document = ferro.get("auditor", f"/v1/documents/{target_hash}")
    assert (document["kind"], document["state"]) == ("plant-receipt", "recorded")
    bundle = ferro.client("auditor").get(f"/v1/documents/{target_hash}/bundle")
    assert bundle.get_json()["v"] == 1


def test_a_photograph_comes_back_byte_by_byte(ferro: Company) -> None:
    received = ferro.receive(plate="辽E12345")
    photograph_id = received["weighing"]["photograph_ids"][0]
    answer = ferro.client("inspector").get(f"/v1/photographs/{photograph_id}")
    assert answer.mimetype == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8\xff")


def test_search_finds_what_the_reader_may_see_and_nothing_else(ferro: Company) -> None:
    ferro.receive(plate="辽E12345")
    kinds = {hit["kind"] for hit in ferro.get("supervisor", "/v1/search?q=E12345")["items"]}
    assert kinds == {"visit"}
    assert ferro.get("supplier-b", "/v1/search?q=E12345") == {"items": []}
    assert ferro.get("administrator", "/v1/search?q=E12345") == {"items": []}
