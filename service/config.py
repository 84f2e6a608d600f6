"""Settings, read once from the environment. A secret has no default."""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog

from service.domain.errors import FerrotraceError, gettext_noop
from service.proof.promise import DEFAULT_MERGE_DELAY_S


class SettingMissingError(FerrotraceError):
    """A setting that this process cannot do without."""

    message = gettext_noop("The setting %(name)s is missing.")


class SettingInvalidError(FerrotraceError):
    """A setting that says nothing usable."""

    message = gettext_noop("The setting %(name)s is %(value)s; allowed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeAddress:
    """Where the edge unit of a site answers, and the token that it asks for."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainAccount:
    """Where the key of the account that anchors and revokes is; the worker's alone.

    A signing service, an encrypted keystore with the file of its password, or, for tests, the key
    itself. ``address`` picks one of several accounts of a signing service.
    """

    signer_url: str = ""
    address: str = ""
    keystore: Path | None = None
    password_file: Path | None = None
    key: str = field(default="", repr=False)


ACCOUNT_SETTINGS = (
    "FERROTRACE_SIGNER_URL",
    "FERROTRACE_ANCHOR_ADDRESS",
    "FERROTRACE_ANCHOR_KEYSTORE",
    "FERROTRACE_ANCHOR_PASSWORD_FILE",
    "FERROTRACE_ANCHOR_KEY",
)
"""The settings that lead to a key, which the web process is never told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one process of the service is told. Secrets are kept out of ``repr``."""

    var_dir: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    rpc_urls: tuple[str, ...]
    registry_address: str
    lien_registry_address: str
    account: ChainAccount
    edges: Mapping[str, EdgeAddress]
    public_url: str
    issuer_name: str
    issuer_location: str
    unit: str
    finality: str
    anchor_max_gwei: int
    anchor_gwei_a_day: int
    batch_interval_s: int
    chain_id: int
    merge_delay_s: int
    trust_file: Path
    head_file: Path | None
    dns_resolver: str | None = None


KEPT_SETTINGS = "settings.json"
"""Written by the demo company, mode 0600, for commands that are called beside it."""

EMBEDDED_CHAIN_ID = 1337
"""The chain of the demo company; where a registry was deployed, its record names the chain."""

_WHOLE = re.compile(r"[1-9]\d{0,15}")
_FINALITY = re.compile(r"finalized|qbft|k-blocks:\d{1,4}")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this process.

    Where the environment names no database, those that the demo company keeps in its folder count.
    Raises ``SettingMissingError`` for database or secret key, and
    ``SettingInvalidError`` for one that says nothing usable.
    """
    var_dir = Path(environment.get("FERROTRACE_VAR", "var"))
    kept = var_dir / KEPT_SETTINGS
    if "FERROTRACE_DATABASE_URL" not in environment and kept.exists():
        environment = {**json.loads(kept.read_text("utf-8")), **environment}
    head_file = environment.get("FERROTRACE_HEAD")
    deployed = _deployed(var_dir / "deployments")
    return Settings(
        var_dir=var_dir,
        database_url=database_address(_needed(environment, "FERROTRACE_DATABASE_URL")),
        secret_key=_needed(environment, "FERROTRACE_SECRET_KEY"),
        rpc_urls=_words(environment.get("FERROTRACE_RPC_URL", "")),
        registry_address=environment.get("FERROTRACE_REGISTRY") or deployed.get("address", ""),
        lien_registry_address=environment.get("FERROTRACE_LIEN_REGISTRY")
        or _deployed(var_dir / "deployments" / "liens").get("address", ""),
        account=read_account(environment),
        edges=_edges(environment.get("FERROTRACE_EDGES")),
        public_url=environment.get("FERROTRACE_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        issuer_name=environment.get("FERROTRACE_ISSUER_NAME", "Ferrotrace"),
        issuer_location=environment.get("FERROTRACE_ISSUER_LOCATION", "localhost"),
        unit=environment.get("FERROTRACE_UNIT", "S1"),
        finality=_finality(environment.get("FERROTRACE_FINALITY", "finalized")),
        anchor_max_gwei=_positive(environment, "FERROTRACE_ANCHOR_MAX_GWEI", default=10**8),
        anchor_gwei_a_day=_positive(environment, "FERROTRACE_ANCHOR_GWEI_A_DAY", default=10**7),
        batch_interval_s=_positive(environment, "FERROTRACE_BATCH_INTERVAL_S", default=15),
        chain_id=_positive(
            environment, "FERROTRACE_CHAIN_ID", default=deployed.get("chainId", EMBEDDED_CHAIN_ID)
        ),
        merge_delay_s=_positive(
            environment, "FERROTRACE_MAX_MERGE_DELAY_S", default=DEFAULT_MERGE_DELAY_S
        ),
        trust_file=Path(environment.get("FERROTRACE_TRUST", var_dir / "trust.json")),
        head_file=Path(head_file) if head_file else None,
        dns_resolver=environment.get("FERROTRACE_DNS_RESOLVER") or None,
    )


def database_address(url: str) -> str:
    """The address as SQLAlchemy wants it, from the form every other tool uses."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def configure_logging(file: Path | None = None) -> None:
    """Write every log line, ours and the libraries', as one JSON object.

    It goes to standard error, or to ``file``.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr) if file is None else logging.FileHandler(file)
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[remove_meta, as_json]
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for talkative in ("apscheduler", "urllib3", "web3"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _deployed(folder: Path) -> dict[str, Any]:
    """Address and chain of the contract that ``install`` deployed; empty before it did."""
    records = sorted(folder.glob("*.json"))
    return dict(json.loads(records[-1].read_text("utf-8"))) if records else {}


def _positive(environment: Mapping[str, str], name: str, *, default: int) -> int:
    value = environment.get(name, str(default))
    if not _WHOLE.fullmatch(value):
        raise SettingInvalidError(name=name, value=value, limit="a whole number above 0")
    return int(value)


def read_account(environment: Mapping[str, str] = os.environ) -> ChainAccount:
    """Where this process finds the key of the account, if it is told."""
    keystore = environment.get("FERROTRACE_ANCHOR_KEYSTORE")
    password_file = environment.get("FERROTRACE_ANCHOR_PASSWORD_FILE")
    return ChainAccount(
        signer_url=environment.get("FERROTRACE_SIGNER_URL", ""),
        address=environment.get("FERROTRACE_ANCHOR_ADDRESS", ""),
        keystore=Path(keystore) if keystore else None,
        password_file=Path(password_file) if password_file else None,
        key=environment.get("FERROTRACE_ANCHOR_KEY", ""),
    )


def without_account(environment: MutableMapping[str, str]) -> None:
    """Take out of ``environment`` whatever leads to a key of the chain."""
    for name in ACCOUNT_SETTINGS:
        environment.pop(name, None)


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingMissingError(name=name)
    return value


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _finality(value: str) -> str:
    if not _FINALITY.fullmatch(value):
        limit = "finalized, qbft or k-blocks:NUMBER"
        raise SettingInvalidError(name="FERROTRACE_FINALITY", value=value, limit=limit)
    return value


def _edges(file_name: str | None) -> Mapping[str, EdgeAddress]:
    """Edge units by site from a JSON file ``{site_id: {"url", "token"}}``; none without a file."""
    if not file_name:
        return MappingProxyType({})
    try:
        listed = json.loads(Path(file_name).read_text(encoding="utf-8"))
        return MappingProxyType({site: EdgeAddress(**edge) for site, edge in listed.items()})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        limit = 'a JSON file {site: {"url", "token"}}'
        raise SettingInvalidError(name="FERROTRACE_EDGES", value=file_name, limit=limit) from error
