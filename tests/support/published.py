"""A company whose documents are final in three batches on a real node, and one batch to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from service.storage import batches
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from tests.support.anvil import rolled_back
from tests.support.company import TEMPLATE, Company, company_on
from tests.support.registry_on_chain import RegistryOnChain

BATCHES = 3


@contextmanager
def published_company(url: str, registry: RegistryOnChain) -> Iterator[Company]:
    """The company on the database at ``url``; its newest documents are not yet on record."""
    company = company_on(url, registry=registry.client.address)
    anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
    for _ in range(BATCHES):
        company.receive()
        finish(company, anchorage)
    company.receive()
    yield company
    company.deps.db.close()


def finish(company: Company, anchorage: Anchorage) -> None:
    """Let the worker run until every document is final."""
    states: set[str] = set()
    for _ in range(60):
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            states = {t.state for t in batches.states(tx)}
            if not batches.pending_entries(tx, limit=1) and states == {"final"}:
                return
    raise AssertionError(states)


@pytest.fixture(scope="module")
def published(moved_in: EmbeddedPostgres, registry_chain: RegistryOnChain) -> Iterator[Company]:
    """One published company for the tests of a module, which only read."""
    name = f"published_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    with (
        rolled_back(registry_chain.client.rpc),
        published_company(moved_in.url(APP_ROLE, name), registry_chain) as company,
    ):
        yield company
    moved_in.drop_database(name)
