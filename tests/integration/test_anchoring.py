"""Batches on their way to a real node, and the bundles that leave the house."""

import json

import pytest

from service.proof.trust import read_trust
from service.proof.verdict import Status
from service.proof.verify import verify, verify_together, worst
from service.storage import batches
from service.storage.journal import entries_of
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.bundle import bundle, trust_content
from tests.support.company import Company, company_on
from tests.support.registry_on_chain import RegistryOnChain


@pytest.fixture
def anchored(company_database, registry: RegistryOnChain):  # type: ignore[no-untyped-def]
    company = company_on(company_database.app_url, registry=registry.client.address)
    yield company, Anchorage(registry=registry.client, signer=registry.anchorer)
    company.deps.db.close()


def _finish(company: Company, anchorage: Anchorage) -> None:
    states: list[str] = []
    for _ in range(40):
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            states = [t.state for t in batches.states(tx)]
            if not batches.pending_entries(tx, limit=1) and set(states) == {"final"}:
                return
    raise AssertionError(states)


def _bundles(company: Company, *subjects: str) -> dict[str, bytes]:
    with company.deps.db.transaction() as tx:
        entries = [entry for subject in subjects for entry in entries_of(tx, subject)]
    return {
        f"{entry.kind} {entry.document_id}": bundle(entry.target_hash.hex(), company.deps)
        for entry in entries
    }


def test_every_document_of_a_truck_becomes_final_and_verifies_without_the_chain(
    anchored: tuple[Company, Anchorage], registry: RegistryOnChain
) -> None:
    company, anchorage = anchored
    truck = company.receive()
    _finish(company, anchorage)
    done = company.deliver({"BASE01-HRS101": 30_000})
    _finish(company, anchorage)
    with company.deps.db.transaction() as tx:
        arrived = tx.exec_driver_sql("SELECT visit_id FROM visit").scalars().all()
    found = _bundles(company, *arrived, done.delivery.delivery_id)
    assert len(found) == 5 + 2 + 2 + 4
    trust = read_trust(
        json.dumps(
            trust_content(
                company.deps,
                chain_id=registry.client.chain_id(),
                code_hash=registry.client.code_hash(registry.client.address),
                validators=[registry.bank.address],
            )
        ).encode()
    )
    assert trust.validators == {registry.client.chain_id(): (_bytes(registry.bank.address),)}
    for raw in found.values():
        alone = verify(raw, trust=trust)
        assert alone.verdict is Status.VALID, alone.as_json()
        assert alone.check("LOG_CONSISTENCY").status is Status.VALID
        assert verify(raw).verdict is Status.ERROR
    together = verify_together(
        found, lambda raw, parents: verify(raw, trust=trust, chain=registry.client, parents=parents)
    )
    assert worst(together) is Status.VALID, [v.as_json() for v in together.values()]
    assert truck.ticket.target_hash


def _bytes(address: str) -> bytes:
    return bytes.fromhex(address[2:])
