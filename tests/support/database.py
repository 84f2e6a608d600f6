"""One embedded PostgreSQL for each test process, and a fresh database for each test that asks.

The schema is migrated once, into a template; a test's own database is a copy of it (about 20 ms).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from service.storage.embedded import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDatabase:
    """Addresses of one test's database, for each of the two roles."""

    __test__ = False

    name: str
    app_url: str
    owner_url: str


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server whose files are thrown away."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    with server.running():
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The server with the product's schema in the database that tests copy."""
    from service.storage.migrate import migrate

    migrate(postgres.owner_url)
    return postgres


@pytest.fixture
def database(migrated_postgres: EmbeddedPostgres) -> Iterator[TestDatabase]:
    """A database of the test's own, migrated and empty."""
    name = f"test_{uuid4().hex}"
    migrated_postgres.create_database(name, template=DATABASE)
    yield TestDatabase(
        name=name,
        app_url=migrated_postgres.url(APP_ROLE, name),
        owner_url=migrated_postgres.url(OWNER_ROLE, name),
    )
    migrated_postgres.drop_database(name)


@pytest.fixture
def database_url(database: TestDatabase) -> str:
    """Address of the test's database for the running service."""
    return database.app_url


@pytest.fixture
def owner_url(database: TestDatabase) -> str:
    """Address of the test's database for migrations and for tampering."""
    return database.owner_url
