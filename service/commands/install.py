"""``ferrotrace install``: schema, kind of database and contracts of a new installation."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from service.bootstrap.evidence import account_address
from service.chain.deploy import ensure_lien_registry, ensure_registry, fund_on_local_chain
from service.chain.registry import ContractClient, RegistryClient
from service.chain.signer import LocalSigner
from service.commands.company_file import read_company
from service.config import configure_logging, database_address, read_account
from service.domain.errors import FerrotraceError
from service.storage.db import Database
from service.storage.migrate import migrate
from service.usecases.installation import CompanyRecord, create_installation, enter_company


@click.command("install")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["demo", "real"]),
    help="What the database is, for ever: simulated weights count in a demo one alone.",
)
@click.option("--owner-url", envvar="FERROTRACE_OWNER_URL", required=True)
@click.option("--database-url", envvar="FERROTRACE_DATABASE_URL", required=True)
@click.option("--rpc-url", envvar="FERROTRACE_RPC_URL", required=True)
@click.option("--admin-key", envvar="FERROTRACE_ADMIN_KEY", required=True)
@click.option(
    "--bank",
    "banks",
    envvar="FERROTRACE_BANKS",
    multiple=True,
    metavar="ADDRESS",
    help="Account of a bank that may reserve deliveries; once for each.",
)
@click.option(
    "--company",
    "company_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Organisations and sites to put on record (docs/operating.md); needs --devices.",
)
@click.option(
    "--devices",
    "devices_file",
    envvar="FERROTRACE_DEVICES",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The hardware of the sites, as the edge units read it.",
)
@click.option(
    "--var",
    "var_dir",
    envvar="FERROTRACE_VAR",
    default=Path("var"),
    type=click.Path(path_type=Path),
)
def command(
    *,
    kind: Literal["demo", "real"],
    owner_url: str,
    database_url: str,
    rpc_url: str,
    admin_key: str,
    banks: tuple[str, ...],
    company_file: Path | None,
    devices_file: Path | None,
    var_dir: Path,
) -> None:
    """Prepare database and chain; harmless when it has been done before.

    Every option is better given as an environment variable (docs/operating.md). The admin key
    deploys the contracts and names the banks, and is needed at no other time; the addresses are
    kept in var/deployments. Run it again to name another bank.
    """
    configure_logging()
    if company_file and not devices_file:
        raise click.UsageError("--company needs --devices.")
    try:
        company = (
            read_company(company_file, devices_file) if company_file and devices_file else None
        )
        prepare_database(owner_url, database_url, kind, company)
        admin = LocalSigner(admin_key)
        anchorer = account_address(read_account())
        address = deploy_registry(rpc_url, var_dir, admin=admin, anchorer=anchorer)
        liens = deploy_lien_registry(rpc_url, var_dir, admin=admin, banks=banks)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"The database is a {kind} one; the registry is at {address}, the lien registry at {liens}."
    )


def prepare_database(
    owner_url: str,
    app_url: str,
    kind: Literal["demo", "real"],
    company: CompanyRecord | None = None,
) -> None:
    """Schema, kind and company; refuses a database of the other kind."""
    migrate(database_address(owner_url))
    db = Database(database_address(app_url))
    try:
        create_installation(db, kind, at=datetime.now(UTC))
        if company is not None:
            enter_company(company, db)
    finally:
        db.close()


def deploy_registry(rpc_url: str, var_dir: Path, *, admin: LocalSigner, anchorer: str) -> str:
    """Address of the registry: deployed the first time, found again ever after.

    One account anchors and revokes, so that both go out in one order of nonces.
    """
    with RegistryClient(tuple(rpc_url.split(",")), "") as client:
        if client.is_local():
            fund_on_local_chain(client, (admin.address, anchorer))
        return ensure_registry(
            client, folder=var_dir, admin=admin, anchorer=anchorer, revoker=anchorer
        ).address


def deploy_lien_registry(
    rpc_url: str, var_dir: Path, *, admin: LocalSigner, banks: Iterable[str]
) -> str:
    """Address of the lien registry: deployed the first time, found again ever after.

    Comes after ``deploy_registry``, so that a chain that starts again from nothing gets both at
    the same addresses. ``banks`` may reserve deliveries from now on.
    """
    with ContractClient(tuple(rpc_url.split(",")), "") as client:
        return ensure_lien_registry(client, folder=var_dir, admin=admin, banks=banks).address
