"""The way of one truck through the use cases, and what each step leaves in the journal."""

import json

from service.proof.document import document_data, target_hash
from service.storage import views
from service.storage.journal import entries_of
from tests.support.company import Company


def test_a_truck_is_received_delivered_and_settled(company: Company) -> None:
    truck = company.receive()
    assert truck.ticket.ticket_no == "BASE01-S1-26-000001"
    assert truck.ticket.masses is not None
    assert truck.ticket.masses.net_kg == 32_480
    assert truck.ticket.masses.deducted_kg == 390
    done = company.deliver({"BASE01-HRS101": 30_000})
    assert done.receipt.comparison.difference_kg == -40
    assert done.receipt.comparison.limit_kg == 102
    assert not done.receipt.comparison.alarm
    assert done.settlement.state == "APPROVED"
    with company.deps.db.transaction() as tx:
        (lot,) = views.lots(tx, views.EVERYTHING)
        assert lot.held_kg == 32_480 - 30_000
        detail = views.delivery(tx, views.EVERYTHING, done.delivery.delivery_id)
        assert detail is not None
        assert [row.kind for row in detail.documents] == [
            "delivery",
            "plant-receipt",
            "carbon-statement",
            "settlement",
        ]


def test_every_document_hashes_to_its_name_and_says_that_it_is_a_demo(company: Company) -> None:
    truck = company.receive()
    with company.deps.db.transaction() as tx:
        entries = entries_of(tx, truck.visit.visit_id)
    assert [entry.kind for entry in entries] == [
        "weighing",
        "grade-proposal",
        "grade-decision",
        "weighing",
        "ticket",
    ]
    for entry in entries:
        wrapped = json.loads(entry.document)
        assert target_hash(wrapped["data"]) == entry.target_hash.hex()
        assert document_data(wrapped)["demo"] is True


def test_views_show_the_truck_on_its_way(company: Company) -> None:
    truck = company.receive()
    with company.deps.db.transaction() as tx:
        detail = views.visit(tx, views.EVERYTHING, truck.visit.visit_id)
        assert detail is not None
        assert detail.next_action == ""
        assert [step.step for step in detail.way if step.state == "done"] == [
            "arrived",
            "gross",
            "graded",
            "unloaded",
            "tare",
            "ticket",
        ]
        assert views.tickets(tx, views.EVERYTHING)[0].ticket_no == truck.ticket.ticket_no
        shown = views.ticket(tx, views.EVERYTHING, truck.ticket.ticket_no)
        assert shown is not None
        assert shown.record["net_kg"] == 32_480
        assert views.visits(tx, views.EVERYTHING, open_only=True) == []
        hits = views.search(tx, views.EVERYTHING, "辽E·demo")
        assert [hit.kind for hit in hits] == ["visit"]
