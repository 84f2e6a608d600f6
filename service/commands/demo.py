"""``ferrotrace demo``: the whole demo company in the foreground, as ``make run`` starts it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click

from service.bootstrap.deps import build_deps
from service.bootstrap.evidence import account_address
from service.chain.keystore import keystore_address, new_keystore
from service.chain.loopback import HOST
from service.chain.node import LocalNode
from service.chain.signer import LocalSigner
from service.commands.demo_children import service_children, site_children
from service.commands.demo_files import (
    demo_account,
    demo_secrets,
    kept_ports,
    require_free,
)
from service.commands.demo_sites import SCALES, port_names, site_devices, url
from service.commands.demo_welcome import welcome
from service.commands.install import deploy_lien_registry, deploy_registry, prepare_database
from service.config import KEPT_SETTINGS, configure_logging, read_account, read_settings
from service.devices.private_file import write_private
from service.devices.site import parse_site_devices
from service.domain.errors import FerrotraceError
from service.domain.instants import business_date
from service.jobs.supervisor import Child, Supervisor
from service.storage.embedded import EmbeddedPostgres
from service.usecases.demo_company import PEOPLE, seed_demo
from service.usecases.weighing import instrument_record

ROUND_S = 0.5


@click.command("demo")
@click.option("--port", envvar="FERROTRACE_PORT", default=8000, show_default=True)
@click.option(
    "--photos",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Folder of pictures for the cameras to serve.",
)
@click.option(
    "--upstream",
    help="Address under which the edge units find the service: that of a proxy between them.",
)
def command(*, port: int, photos: Path | None, upstream: str | None) -> None:
    """Start the demo company and keep it running until Ctrl-C.

    Its data stay in the folder var/ (FERROTRACE_VAR). FERROTRACE_DATABASE_URL with
    FERROTRACE_OWNER_URL, and FERROTRACE_RPC_URL, put another server or chain in place of the
    embedded ones.
    """
    var_dir = Path(os.environ.get("FERROTRACE_VAR", "var")).resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    (var_dir / "logs").mkdir(exist_ok=True)
    configure_logging(var_dir / "logs" / "demo.log")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with _alone(var_dir / "demo.lock"), ExitStack() as stack:
            DemoCompany(var_dir, port, photos, stack, upstream=upstream).run()
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("\nStopped / 已停止。")


class DemoCompany:
    """All parts of the demo company, started one after the other and kept running."""

    def __init__(
        self,
        var_dir: Path,
        port: int,
        photos: Path | None,
        stack: ExitStack,
        *,
        upstream: str | None = None,
    ) -> None:
        """Keep what the parts need; ``stack`` ends them in the opposite order."""
        self._var_dir = var_dir
        self._port = port
        self._photos = photos
        self._stack = stack
        self._secrets = demo_secrets(var_dir / "secrets.json")
        self._account = demo_account(var_dir / "keys", var_dir / "secrets.json")
        self._ports = kept_ports(var_dir / "ports.json", [*port_names(), "worker"])
        self._url = f"http://{HOST}:{port}"
        self._upstream = upstream or self._url
        self._node: LocalNode | None = None

    def run(self) -> None:
        """Start everything, say where it is, and start again whatever dies."""
        require_free(self._port)
        click.echo("Starting the demo company / 正在启动示例公司 ...")
        database = self._stack.enter_context(Supervisor(self._var_dir / "logs"))
        owner_url, app_url = self._start_database(database)
        rpc_url = self._start_chain()
        sites = self._write_sites()
        settings = self._settings(app_url, rpc_url)
        settings.update(self._deploy_contracts(rpc_url))
        write_private(self._var_dir / KEPT_SETTINGS, json.dumps(settings, indent=2))
        self._prepare_database(owner_url, settings, sites)
        programs = self._stack.enter_context(Supervisor(self._var_dir / "logs"))
        programs.start(
            *site_children(self._var_dir, self._ports, self._secrets, self._photos),
            *service_children(
                settings, self._account, port=self._port, metrics_port=self._ports["worker"]
            ),
        )
        self._write_about(rpc_url)
        click.echo(welcome(self._url, self._tablets(), PEOPLE, self._secrets.demo_password))
        while True:
            time.sleep(ROUND_S)
            database.tend()
            programs.tend()
            if self._node is not None and not self._node.is_running():
                self._node.start()

    def _tablets(self) -> dict[str, str]:
        """Where the tablet of each site opens the yard."""
        return {
            scale.site_id: f"{url(self._ports, scale.site_id, 'tablet')}/yard/" for scale in SCALES
        }

    def _start_database(self, supervisor: Supervisor) -> tuple[str, str]:
        """The embedded server, or the one that the environment names: owner's and service's URL."""
        if "FERROTRACE_DATABASE_URL" in os.environ:
            app_url = os.environ["FERROTRACE_DATABASE_URL"]
            return os.environ.get("FERROTRACE_OWNER_URL", app_url), app_url
        server = EmbeddedPostgres(self._var_dir / "postgres")
        supervisor.start(
            Child(
                name="postgres",
                command=tuple(server.command()),
                ready=server.is_ready,
                stop_signal=signal.SIGINT,
            )
        )
        server.ensure_roles()
        return server.owner_url, server.app_url

    def _start_chain(self) -> str:
        """The local node, or the chain that the environment names: its address."""
        if "FERROTRACE_RPC_URL" in os.environ:
            return os.environ["FERROTRACE_RPC_URL"]
        self._node = self._stack.enter_context(
            LocalNode(self._var_dir / "chain", pages_of=self._url)
        )
        return self._node.rpc_url

    def _deploy_contracts(self, rpc_url: str) -> dict[str, str]:
        """Addresses of both contracts, as settings; the demo bank may reserve deliveries."""
        admin = LocalSigner(self._secrets.admin_key)
        anchorer = account_address(read_account(self._account))
        registry = deploy_registry(rpc_url, self._var_dir, admin=admin, anchorer=anchorer)
        liens = deploy_lien_registry(rpc_url, self._var_dir, admin=admin, banks=[self._bank()])
        return {"FERROTRACE_REGISTRY": registry, "FERROTRACE_LIEN_REGISTRY": liens}

    def _bank(self) -> str:
        """Account of the demo bank, in a keystore that the demo password opens."""
        keystore = self._var_dir / "bank" / "keystore.json"
        if not keystore.exists():
            write_private(keystore, new_keystore(self._secrets.demo_password))
        return keystore_address(keystore)

    def _write_sites(self) -> list[dict[str, Any]]:
        """The hardware records, for simulators and edge units; their verification date stays."""
        path = self._var_dir / "sites" / "sites.json"
        verified_on = business_date(datetime.now(UTC))
        if path.exists():
            kept = json.loads(path.read_text())[0]["instrument"]["verified_on"]
            verified_on = date.fromisoformat(kept)
        sites = site_devices(self._ports, verified_on=verified_on, upstream=self._upstream)
        write_private(path, json.dumps(sites, indent=2))
        edges = {
            scale.site_id: {
                "url": url(self._ports, scale.site_id, "edge"),
                "token": self._secrets.token_of(scale.site_id),
            }
            for scale in SCALES
        }
        write_private(self._var_dir / "edges.json", json.dumps(edges, indent=2))
        return sites

    def _settings(self, app_url: str, rpc_url: str) -> dict[str, str]:
        """Environment of web and worker; the owner's password is not in it."""
        return {
            "FERROTRACE_VAR": str(self._var_dir),
            "FERROTRACE_DATABASE_URL": app_url,
            "FERROTRACE_RPC_URL": rpc_url,
            "FERROTRACE_SECRET_KEY": self._secrets.secret_key,
            "FERROTRACE_EDGES": str(self._var_dir / "edges.json"),
            "FERROTRACE_PUBLIC_URL": self._url,
            "FERROTRACE_ISSUER_NAME": "北河再生资源（示例） Beihe Recycling (example)",
            "FERROTRACE_ISSUER_LOCATION": "beihe.example",
        }

    def _prepare_database(
        self, owner_url: str, settings: Mapping[str, str], sites: list[dict[str, Any]]
    ) -> None:
        """Schema, kind and the demo company; refuses a database of the other kind."""
        prepare_database(owner_url, settings["FERROTRACE_DATABASE_URL"], "demo")
        deps = build_deps(read_settings({**os.environ, **settings}))
        records = [
            {"site_id": site.site_id, "instrument": instrument_record(site.instrument.instrument())}
            for site in parse_site_devices(json.dumps(sites))
        ]
        seed_demo(records, self._secrets.demo_password, deps)
        deps.db.close()

    def _write_about(self, rpc_url: str) -> None:
        """What other programs need to find the company: its address, its chain and logins."""
        logins = [
            {
                **{name: value for name, value in asdict(person).items() if name != "role"},
                "role": person.role.value,
                "password": self._secrets.demo_password,
            }
            for person in PEOPLE
        ]
        about = {
            "url": self._url,
            "tablets": self._tablets(),
            "rpc_url": rpc_url,
            "logins": logins,
        }
        write_private(self._var_dir / "demo.json", json.dumps(about, indent=2, ensure_ascii=False))


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    """Keep a second demo company off the same folder."""
    with lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            folder = lock_file.parent
            raise click.ClickException(f"A demo company runs on {folder} already.") from error
        yield


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """The first signal ends the program; while it ends, no other one disturbs it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
