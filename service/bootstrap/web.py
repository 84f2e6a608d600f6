"""The web application, and what it asks of the chain."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from service.bootstrap.deps import build_deps
from service.bootstrap.engine import catalogues
from service.bootstrap.evidence import auditor, trust_file_bytes
from service.config import Settings
from service.storage.migrate import is_migrated

if TYPE_CHECKING:
    from flask import Flask


def web_app(settings: Settings) -> "Flask":
    """The web application."""
    from service.web.app import create_app  # noqa: PLC0415 - only the web needs it
    from service.web.context import Outside  # noqa: PLC0415

    deps = build_deps(settings)

    def migrated() -> bool:
        with deps.db.transaction() as tx:
            return is_migrated(tx)

    return create_app(
        deps,
        settings,
        Outside(
            verify=_verifier(settings),
            chain_answers=lambda: _chain_answers(settings),
            is_migrated=migrated,
            audit=auditor(settings, deps.db),
            trust=lambda: trust_file_bytes(settings),
            edge_tokens={site: edge.token for site, edge in settings.edges.items()},
            catalogues=catalogues,
        ),
    )


def _verifier(settings: Settings) -> Callable[[bytes, str | None], dict[str, Any]]:
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.proof.trust import read_trust  # noqa: PLC0415
    from service.proof.verify import verify  # noqa: PLC0415

    def verdict(bundle: bytes, audience: str | None) -> dict[str, Any]:
        trust_file = settings.trust_file
        trust = read_trust(trust_file.read_bytes()) if trust_file.exists() else None
        with ChainReader(settings.rpc_urls, settings.registry_address) as chain:
            return verify(bundle, trust=trust, chain=chain, audience=audience).as_json()

    return verdict


def _chain_answers(settings: Settings) -> bool:
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.domain.errors import UnavailableError  # noqa: PLC0415

    try:
        with ChainReader(settings.rpc_urls, settings.registry_address, timeout_s=2) as reader:
            return reader.chain_id() > 0
    except UnavailableError:
        return False
