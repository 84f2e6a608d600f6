"""What seals, proves and audits: the registry, the account that writes to it, the trust file."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from service.config import ChainAccount, SettingMissingError, Settings
from service.storage.db import Database
from service.usecases.ports import Deps

if TYPE_CHECKING:
    from service.chain.signer import Signer
    from service.usecases.anchorage import Anchorage
    from service.usecases.audit import Report, Run

WEI_PER_GWEI = 10**9


def anchorage(settings: Settings) -> "Anchorage":
    """The registry with the account that writes to it; the worker's alone."""
    from service.chain.registry import RegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.anchorage import Anchorage, FinalityPolicy  # noqa: PLC0415
    from service.usecases.pace import Pace  # noqa: PLC0415

    return Anchorage(
        registry=RegistryClient(settings.rpc_urls, settings.registry_address),
        signer=account_signer(settings.account),
        finality=FinalityPolicy.of(settings.finality),
        max_cost_wei=settings.anchor_max_gwei * WEI_PER_GWEI,
        pace=Pace.adaptive(
            shortest=timedelta(seconds=settings.batch_interval_s),
            wei_a_day=settings.anchor_gwei_a_day * WEI_PER_GWEI,
        ),
    )


def account_signer(account: ChainAccount) -> "Signer":
    """The account as it signs: behind a service, from its keystore, or from the key itself.

    Raises ``SettingMissingError`` where no setting leads to a key, and ``KeyFileError``.
    """
    from service.chain.keystore import signer_from_file  # noqa: PLC0415 - loads the chain client
    from service.chain.remote_signer import RemoteSigner  # noqa: PLC0415
    from service.chain.signer import LocalSigner  # noqa: PLC0415

    if account.signer_url:
        return RemoteSigner(account.signer_url, address=account.address)
    if account.keystore is not None:
        return signer_from_file(account.keystore, lambda: _password(account))
    if not account.key:
        raise SettingMissingError(name="FERROTRACE_ANCHOR_KEYSTORE")
    return LocalSigner(account.key)


def account_address(account: ChainAccount) -> str:
    """Address of the account; of a keystore it is told without the password."""
    from service.chain.keystore import keystore_address  # noqa: PLC0415 - loads the chain client

    if account.keystore is not None and not account.signer_url:
        return keystore_address(account.keystore)
    return account_signer(account).address


def _password(account: ChainAccount) -> str:
    if account.password_file is None:
        raise SettingMissingError(name="FERROTRACE_ANCHOR_PASSWORD_FILE")
    return account.password_file.read_text("utf-8").rstrip("\r\n")


def lien_recorder(settings: Settings, deps: Deps) -> Callable[[], int]:
    """What puts relayed orders of liens on record; does nothing without a lien registry."""
    from service.chain.liens import LienRegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.lien_recording import record_relayed  # noqa: PLC0415

    if not settings.lien_registry_address:
        return lambda: 0
    registry = LienRegistryClient(settings.rpc_urls, settings.lien_registry_address)
    return lambda: record_relayed(deps, registry)


def trust_content(settings: Settings, deps: Deps) -> dict[str, Any]:
    """The trust file of this service, with the registry as the chain has it now."""
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.usecases.bundle import trust_content as content  # noqa: PLC0415

    with ChainReader(settings.rpc_urls, settings.registry_address) as reader:
        return content(
            deps,
            chain_id=reader.chain_id(),
            code_hash=reader.code_hash(settings.registry_address),
            validators=reader.validators() if settings.finality == "qbft" else [],
        )


def trust_file_bytes(settings: Settings) -> bytes | None:
    """The trust file that the worker wrote last, None before the first."""
    try:
        return settings.trust_file.read_bytes()
    except FileNotFoundError:
        return None


def auditor(settings: Settings, db: Database, run: "Run | None" = None) -> "Callable[[], Report]":
    """The audit of this service: its database against its registry, where it has one."""
    from service.chain.registry import RegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.audit import audit  # noqa: PLC0415

    def report() -> "Report":
        if not settings.rpc_urls or not settings.registry_address:
            return audit(db, None, run)
        with RegistryClient(settings.rpc_urls, settings.registry_address) as chain:
            return audit(db, chain, run)

    return report
