"""The demo company with documents of every kind, all of them anchored and final."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import select

from service.domain.appeal import Outcome
from service.proof.document import WrappedDocument
from service.proof.trust import Trust, read_trust
from service.storage import batches
from service.storage.tables import journal
from service.storage.trail import TASKS
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.bundle import bundle, trust_content
from service.usecases.control import state_control_documents
from service.usecases.key_keeping import keep_keys
from service.usecases.lien_recording import record_relayed
from tests.support.company import YEARS_S, Company, company_on
from tests.support.later import answered, appealed, corrected, liens_on, ordered, paid
from tests.support.liens_on_chain import LiensOnChain
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
        return self._of(kind)[0]

    def document(self, kind: str) -> WrappedDocument:
        """The first document of a kind, with its place in the batch."""
        return self.documents(kind)[0]

    def documents(self, kind: str) -> list[WrappedDocument]:
        """Every document of a kind, oldest first."""
        return [json.loads(raw)["document"] for raw in self._of(kind)]

    def _of(self, kind: str) -> list[bytes]:
        return [raw for name, raw in self.bundles.items() if name.startswith(f"{kind} ")]


@contextmanager
def anchored_company(database_url: str, registry: RegistryOnChain) -> Iterator[AnchoredCompany]:
    """Two trucks from the gate to their tickets, one delivery to its settlement, all that is said
    of them later, and the worker's ticks until nothing is left. The second ticket was corrected."""
    company = company_on(
        database_url, registry=registry.client.address, lien_registry=registry.liens.address
    )
    company.deps = replace(company.deps, merge_delay_s=YEARS_S)
    registry.let_anchorer_revoke()
    anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
    state_control_documents(company.deps)
    keep_keys(company.deps, anchorage)
    truck, other = company.receive(), company.receive()
    done = company.deliver({"BASE01-HRS101": 30_000})
    answered(company, appealed(company, truck), Outcome.REJECTED)
    corrected(company, other)
    paid(company, done, 1_000, "PAY-1")
    liens = liens_on(registry, done.delivery)
    ordered(company, done.delivery, liens, LiensOnChain.reserve, cap_fen=5_000_000)
    anchor_all(company, anchorage)
    record_relayed(company.deps, registry.liens)
    anchor_all(company, anchorage)
    yield AnchoredCompany(
        company=company,
        registry=registry,
        bundles=dict(_bundles(company)),
        trust=trust_of(company, registry),
    )
    company.deps.db.close()


def anchor_all(company: Company, anchorage: Anchorage) -> None:
    """Tick as the worker does until every document and every call is final."""
    states: set[str] = set()
    for _ in range(MOST_TICKS):
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            states = {step.state for step in (*batches.states(tx), *TASKS.states(tx))}
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
