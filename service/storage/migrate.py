"""Brings a database to the schema of this version, and tells whether it is there."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from service.storage.db import Tx

_ONE_AT_A_TIME = 0x66657272  # advisory lock: two processes that migrate wait for each other


def migrate(owner_url: str) -> None:
    """Run what is missing, in one transaction, as the role that owns the tables."""
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        command.upgrade(_config(connection), "head")


def is_migrated(tx: Tx) -> bool:
    """Whether the database has exactly the schema of this version."""
    found = MigrationContext.configure(tx).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config(tx)).get_heads())


def _config(connection: Connection) -> Config:
    config = Config()
    folder = str(files("service.storage") / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
