"""``ferrotrace migrate``: the schema of this version, and what kind of database it is."""

import click

from service.config import configure_logging
from service.storage.migrate import migrate


@click.command("migrate")
@click.option(
    "--owner-url",
    envvar="FERROTRACE_OWNER_URL",
    required=True,
    help="Address of the database for the role that owns the tables (FERROTRACE_OWNER_URL).",
)
def command(*, owner_url: str) -> None:
    """Bring the database to the schema of this version; harmless when it is there already.

    The roles ferrotrace_owner and ferrotrace_app must exist (docs/operating.md).
    """
    configure_logging()
    migrate(owner_url)
    click.echo("The database has the schema of this version.")
