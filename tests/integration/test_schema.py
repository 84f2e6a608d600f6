"""The migrations and the tables of the code say the same, and the service's role is bound."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from service.storage import identity, tables
from service.storage.db import Database
from service.storage.embedded import EmbeddedPostgres
from service.storage.migrate import is_migrated, migrate
from tests.support.database import TestDatabase


def test_the_schema_is_what_the_migrations_make(owner_url: str) -> None:
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        both = [tables.metadata, identity.metadata]  # Alembic takes several, its types do not
        assert compare_metadata(context, both) == []  # type: ignore[arg-type]


def test_every_condition_of_the_tables_stands_in_the_database(owner_url: str) -> None:
    """Alembic's comparison is blind to CHECK constraints."""
    wanted = {
        f"ck_{table.name}_{str(constraint.name).removeprefix(f'ck_{table.name}_')}"
        for metadata in (tables.metadata, identity.metadata)
        for table in metadata.tables.values()
        for part in (table, *table.columns)
        for constraint in part.constraints
        if isinstance(constraint, CheckConstraint)
    }
    names = text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck_%'")
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        found = set(connection.execute(names).scalars())
    assert found == wanted


def test_migrating_again_changes_nothing(database: TestDatabase) -> None:
    migrate(database.owner_url)
    db = Database(database.app_url)
    with db.transaction() as tx:
        assert is_migrated(tx)
    db.close()


def test_an_empty_database_is_not_migrated(postgres: EmbeddedPostgres) -> None:
    postgres.create_database("empty")
    db = Database(postgres.url("ferrotrace_app", "empty"))
    with db.transaction() as tx:
        assert not is_migrated(tx)
    db.close()
    postgres.drop_database("empty")


@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET {} = {}", "TRUNCATE {}"])
def test_the_service_may_only_add_to_records(database_url: str, verb: str) -> None:
    db = Database(database_url)
    for table in tables.APPEND_ONLY:
        column = f'"{list(table.columns)[-1].name}"'
        statement = text(verb.format(table.name, column, column))
        with pytest.raises(ProgrammingError, match="permission denied"), db.transaction() as tx:
            tx.execute(statement)
    db.close()


def test_every_table_is_append_only_but_series_and_accounts() -> None:
    everything = {*tables.metadata.tables, *identity.metadata.tables}
    changeable = everything - {table.name for table in tables.APPEND_ONLY}
    assert changeable == {"series", "account", "sign_in_failure"}


def test_migrations_are_numbered_without_gap() -> None:
    folder = Path(tables.__file__).parent / "migrations" / "versions"
    numbers = sorted(path.name[:4] for path in folder.glob("[0-9]*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
