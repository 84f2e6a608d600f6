"""A company for each test that asks, on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from service.storage.embedded import APP_ROLE, DATABASE, EmbeddedPostgres
from tests.integration.api.company import Company, company, move_in

_TEMPLATE = "api_company_template"


@pytest.fixture(scope="session")
def lived_in(migrated_postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The server with a database in which the company lives; tests copy it."""
    migrated_postgres.create_database(_TEMPLATE, template=DATABASE)
    move_in(migrated_postgres.url(APP_ROLE, _TEMPLATE))
    return migrated_postgres


@pytest.fixture
def ferro(lived_in: EmbeddedPostgres) -> Iterator[Company]:
    """The company, empty: nobody has weighed anything yet."""
    with _on_its_own(lived_in) as found:
        yield found


@pytest.fixture(scope="module")
def refusing(lived_in: EmbeddedPostgres) -> Iterator[Company]:
    """The company, empty, for all tests of a module whose requests leave nothing behind."""
    with _on_its_own(lived_in) as found:
        yield found


@contextmanager
def _on_its_own(lived_in: EmbeddedPostgres) -> Iterator[Company]:
    name = f"api_{uuid4().hex}"
    lived_in.create_database(name, template=_TEMPLATE)
    with company(lived_in.url(APP_ROLE, name)) as found:
        yield found
    lived_in.drop_database(name)
