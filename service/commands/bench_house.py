"""A house of its own for ``ferrotrace bench evidence``: database and chain, thrown away after.

Everything is made as an operator makes it, by the functions of ``ferrotrace install``.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.bootstrap.deps import build_deps
from service.bootstrap.evidence import anchorage
from service.chain.node import LocalNode, NodeBinaryMissingError
from service.chain.signer import LocalSigner
from service.commands.install import deploy_registry, prepare_database
from service.config import Settings, read_settings
from service.storage.embedded import EmbeddedPostgres
from service.usecases.anchorage import Anchorage
from service.usecases.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a service has; ``anchorage`` is None where no local chain is installed.

    ``environment`` is what another process reads the same settings from.
    """

    environment: Mapping[str, str]
    settings: Settings
    deps: Deps
    anchorage: Anchorage | None


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """A demo installation in ``folder`` while the block runs: durable database, local chain."""
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "postgres").running())
        prepare_database(server.owner_url, server.app_url, "demo")
        environment = {
            "FERROTRACE_VAR": str(folder),
            "FERROTRACE_DATABASE_URL": server.app_url,
            "FERROTRACE_SECRET_KEY": secrets.token_hex(),
            **_chain(stack, folder),
        }
        settings = read_settings(environment)
        deps = build_deps(settings)
        stack.callback(deps.db.close)
        has_chain = bool(settings.rpc_urls)
        yield House(
            environment=environment,
            settings=settings,
            deps=deps,
            anchorage=anchorage(settings) if has_chain else None,
        )


def _chain(stack: ExitStack, folder: Path) -> dict[str, str]:
    """A local chain with the registry on it, as settings; none where it is not installed."""
    try:
        node = stack.enter_context(LocalNode(folder / "chain"))
    except NodeBinaryMissingError:
        return {"FERROTRACE_REGISTRY": "0x" + "00" * 20}
    admin, anchor_key = LocalSigner(_new_key()), _new_key()
    address = deploy_registry(
        node.rpc_url, folder, admin=admin, anchorer=LocalSigner(anchor_key).address
    )
    return {
        "FERROTRACE_RPC_URL": node.rpc_url,
        "FERROTRACE_REGISTRY": address,
        "FERROTRACE_ANCHOR_KEY": anchor_key,
    }


def _new_key() -> str:
    return "0x" + secrets.token_hex(32)
