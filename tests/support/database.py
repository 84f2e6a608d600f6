"""One embedded PostgreSQL for each test process, and a fresh database for each test that asks.

The schema is migrated once, into a template; a test's own database is a copy of it (about 30 ms of
processor time where its files lie in memory, 220 ms on a disk).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
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


IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
"""Where Linux keeps files that never reach a disk."""
ROOMY_BYTES = 4 * 1024**3


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A running server whose files are thrown away, kept in memory where the system can."""
    with TemporaryDirectory(prefix="ferrotrace-", dir=_place()) as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        with server.running():
            yield server


def _place() -> Path | None:
    """Memory where enough of it is free for the databases of all test processes, else a disk."""
    if IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free >= ROOMY_BYTES:
        return IN_MEMORY
    return None


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
