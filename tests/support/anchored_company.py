"""The demo company with a truck received and a delivery settled, all of it anchored and final."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from service.proof.document import WrappedDocument
from service.proof.trust import Trust, read_trust
from service.storage import batches
from service.storage.tables import journal
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.bundle import bundle, trust_content
from tests.support.company import Company, company_on
from tests.support.registry_on_chain import RegistryOnChain

MOST_TICKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredCompany:
    """``bundles`` by kind and document number; ``trust`` is the file that stands for them."""

    company: Company
    registry: RegistryOnChain
    bundles: Mapping[str, bytes]
    trust: Trust

    def bundle(self, kind: str) -> bytes:
        """The first bundle of a kind."""
        return next(raw for name, raw in self.bundles.items() if name.startswith(f"{kind} "))

    def document(self, kind: str) -> WrappedDocument:
        """The document in it, with its place in the batch."""
        document: WrappedDocument = json.loads(self.bundle(kind))["document"]
        return document


@contextmanager
def anchored_company(database_url: str, registry: RegistryOnChain) -> Iterator[AnchoredCompany]:
    """One truck from the gate to its ticket, one delivery to its settlement, anchored by ticks of
    the worker until nothing is left."""
    company = company_on(database_url, registry=registry.client.address)
    company.receive()
    company.deliver({"BASE01-HRS101": 30_000})
    anchor_all(company, registry)
    yield AnchoredCompany(
        company=company,
        registry=registry,
        bundles=dict(_bundles(company)),
        trust=trust_of(company, registry),
    )
    company.deps.db.close()


def anchor_all(company: Company, registry: RegistryOnChain) -> None:
    """Tick as the worker does until every document is final."""
    anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
    states: set[str] = set()
    for _ in range(MOST_TICKS):
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            states = {transition.state for transition in batches.states(tx)}
            if not batches.pending_entries(tx, limit=1) and states == {"final"}:
                return
    raise AssertionError(states)


def trust_of(company: Company, registry: RegistryOnChain) -> Trust:
    """The trust file as the worker writes it now."""
    chain = registry.client
    content = trust_content(
        company.deps, chain_id=chain.chain_id(), code_hash=chain.code_hash(chain.address)
    )
    return read_trust(json.dumps(content).encode())


def _bundles(company: Company) -> Iterator[tuple[str, bytes]]:
    columns = (journal.c.kind, journal.c.document_id, journal.c.target_hash)
    with company.deps.db.transaction() as tx:
        rows = tx.execute(select(*columns).order_by(journal.c.journal_id)).all()
    for row in rows:
        yield f"{row.kind} {row.document_id}", bundle(row.target_hash.hex(), company.deps)
