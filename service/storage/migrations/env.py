"""Run by Alembic: migrates over the connection that ``service.storage.migrate`` opened."""

from alembic import context

from service.storage import identity, tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[tables.metadata, identity.metadata],
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
