"""What is unfinished is no difference; what cannot be told is said so."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.chain.registry import RegistryClient
from service.commands.audit import command
from service.domain.visit import VisitKind
from service.storage.db import Database
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.audit import Kind, audit
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.usecases.sealing import seal
from service.usecases.settlement import (
    PrepareSettlement,
    ReturnSettlement,
    prepare_settlement,
    return_settlement,
)
from service.usecases.ticket import VoidTicket, void_ticket
from service.usecases.visit import OpenVisit, open_visit
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, company_on
from tests.support.database import TestDatabase
from tests.support.pictures import heap_jpeg
from tests.support.registry_on_chain import RegistryOnChain

REAL = "ALTER TABLE installation DISABLE TRIGGER USER; UPDATE installation SET kind = 'real'"


@pytest.fixture
def anchoring(
    company_database: TestDatabase, registry: RegistryOnChain
) -> Iterator[tuple[Company, Anchorage]]:
    company = company_on(company_database.app_url, registry=registry.client.address)
    yield company, Anchorage(registry=registry.client, signer=registry.anchorer)
    company.deps.db.close()


def open_by_plate(company: Company) -> str:
    command = OpenVisit(
        site_id="BASE01", kind=VisitKind.RECEIVING, plate="辽A10001", supplier_id="SU-QINGHE"
    )
    return open_visit(command, company.people["operator"], company.deps).visit_id


def received_delivery(company: Company) -> str:
    """A delivery that the plant has received and nobody has settled."""
    delivery = company.load({"BASE01-HRS101": 20_000})
    unload = OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code)
    visit_id = open_visit(unload, company.people["plant"], company.deps).visit_id
    company.weigh(visit_id, "PLANT01", "gross", 35_400, "plant")
    company.weigh(visit_id, "PLANT01", "tare", 15_400, "plant")
    receipt = RecordPlantReceipt(visit_id=visit_id)
    record_plant_receipt(receipt, company.people["plant"], company.deps)
    return delivery.delivery_id


def test_documents_that_wait_to_be_sealed_are_no_difference(company: Company) -> None:
    company.receive()
    assert_audit_clean(company)


def test_a_truck_in_the_yard_with_an_uploaded_photograph_is_no_difference(
    company: Company,
) -> None:
    visit_id = open_by_plate(company)
    company.weigh(visit_id, "BASE01", "gross", 40_000, "operator")
    upload = UploadPhotograph(visit_id=visit_id, content=heap_jpeg(), media_type="image/jpeg")
    upload_photograph(upload, company.people["inspector"], company.deps)
    assert_audit_clean(company)


def test_a_void_ticket_keeps_its_number_and_is_no_difference(company: Company) -> None:
    visit_id = open_by_plate(company)
    company.weigh(visit_id, "BASE01", "gross", 40_000, "operator")
    void = VoidTicket(visit_id=visit_id, reason="sent back")
    void_ticket(void, company.people["supervisor"], company.deps)
    company.receive()
    assert_audit_clean(company)


def test_a_settlement_returned_and_one_prepared_again_are_no_difference(company: Company) -> None:
    company.receive()
    delivery_id = received_delivery(company)
    prepare = PrepareSettlement(delivery_id=delivery_id)
    first = prepare_settlement(prepare, company.people["clerk"], company.deps)
    assert_audit_clean(company)
    back = ReturnSettlement(settlement_id=first.settlement_id, reason="price")
    return_settlement(back, company.people["approver"], company.deps)
    assert_audit_clean(company)
    prepare_settlement(prepare, company.people["clerk"], company.deps)
    assert_audit_clean(company)


def test_a_batch_is_clean_in_every_state_on_its_way(
    anchoring: tuple[Company, Anchorage],
) -> None:
    company, anchorage = anchoring
    company.receive()
    assert seal(company.deps) is not None
    assert_audit_clean(company, anchorage.registry)
    states: set[str] = set()
    while "final" not in states and len(states) < 10:
        states.add(tick(company.deps, anchorage))
        assert_audit_clean(company, anchorage.registry)
    company.receive()
    assert_audit_clean(company, anchorage.registry)


def test_an_anchor_that_the_chain_lost_is_a_difference_until_it_is_made_again(
    anchoring: tuple[Company, Anchorage], registry: RegistryOnChain
) -> None:
    company, anchorage = anchoring
    snapshot = registry.client.rpc.call("evm_snapshot")
    company.receive()
    finish(company, anchorage)
    registry.client.rpc.call("evm_revert", snapshot)
    lost = audit(company.deps.db, registry.client).differences
    assert {(d.table, d.kind) for d in lost} >= {("chain", Kind.MISSING)}
    finish(company, anchorage)
    assert_audit_clean(company, registry.client)


def finish(company: Company, anchorage: Anchorage) -> None:
    for _ in range(200):
        if tick(company.deps, anchorage) == "final":
            return
    raise AssertionError("the batch did not become final")


def test_a_chain_that_does_not_answer_leaves_only_the_chain_untold(company: Company) -> None:
    company.receive()
    with RegistryClient(["http://127.0.0.1:9"], "0x" + "00" * 20, timeout_s=0.2) as silent:
        report = audit(company.deps.db, silent)
    assert [difference.kind for difference in report.differences] == [Kind.UNKNOWN]
    assert report.is_uncertain
    assert report.block is None


def test_documents_that_name_another_registry_are_a_difference(
    company: Company, registry: RegistryOnChain
) -> None:
    company.receive()
    found = audit(company.deps.db, registry.client).differences
    assert {(d.table, d.column) for d in found} == {("journal", "document")}


@pytest.mark.parametrize(
    ("statement", "table", "column"),
    [
        (REAL, "weighing", "source"),
        (REAL, "ticket", "demo"),
        ("UPDATE visit SET plate = 'B' WHERE kind = 'RECEIVING'", "visit", "plate"),
        ("UPDATE visit SET site_id = 'BASE02' WHERE kind = 'RECEIVING'", "visit", "site_id"),
        ("UPDATE price_list SET prices = prices || '{\"HRS101\": 1}'", "price_list", "prices"),
        ("UPDATE price_list SET sha256 = sha256(sha256)", "price_list", "sha256"),
        ("UPDATE series SET last_no = 1 WHERE prefix = 'BASE01-S1'", "series", "last_no"),
        ("UPDATE series SET last_no = 3 WHERE prefix = 'BASE01-S1'", "ticket", "-"),
        ("DELETE FROM series WHERE prefix = 'SH'", "series", "-"),
    ],
)
def test_what_stands_beside_the_evidence_is_compared_too(
    company: Company, company_database: TestDatabase, statement: str, table: str, column: str
) -> None:
    company.receive()
    company.receive()
    company.deliver({"BASE01-HRS101": 20_000})
    owner = Database(company_database.owner_url)
    with owner.transaction() as tx:
        for part in statement.split(";"):
            tx.execute(text(part))
    owner.close()
    found = audit(company.deps.db, None).differences
    assert (table, column) in {(d.table, d.column) for d in found}, "\n".join(map(str, found))


def test_the_command_prints_what_it_found_and_answers_by_its_exit_code(
    anchoring: tuple[Company, Anchorage],
    company_database: TestDatabase,
    registry: RegistryOnChain,
) -> None:
    company, anchorage = anchoring
    company.receive()
    finish(company, anchorage)
    environment = {
        "FERROTRACE_DATABASE_URL": company_database.app_url,
        "FERROTRACE_SECRET_KEY": "s" * 32,
        "FERROTRACE_RPC_URL": registry.rpc_url,
        "FERROTRACE_REGISTRY": registry.client.address,
    }
    clean = CliRunner().invoke(command, [], env=environment)
    assert clean.output.startswith("clean: 5 documents, 1 batches, head ")
    assert clean.exit_code == 0
    untold = CliRunner().invoke(command, ["--json"], env={**environment, "FERROTRACE_RPC_URL": ""})
    assert json.loads(untold.output)["differences"][0]["kind"] == "unknown"
    assert untold.exit_code == 2
    owner = Database(company_database.owner_url)
    with owner.transaction() as tx:
        tx.execute(text("UPDATE weighing SET kg = 16000 WHERE weighing_pass = 'tare'"))
    owner.close()
    changed = CliRunner().invoke(command, [], env=environment)
    assert "kg is 16000, the evidence says 16140" in changed.output
    assert changed.exit_code == 1
