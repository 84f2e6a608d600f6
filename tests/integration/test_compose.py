"""The compose file holds, and its very commands run as native processes against one PostgreSQL."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from service.chain.keystore import new_keystore
from service.chain.node import LocalNode
from service.config import ACCOUNT_SETTINGS
from tests.support.children import not_measured
from tests.support.database import TestDatabase
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
COMPOSE = shutil.which("docker-compose")
SECRETS = {
    "APP_PASSWORD": "app",
    "OWNER_PASSWORD": "owner",
    "POSTGRES_PASSWORD": "superuser",
    "FERROTRACE_SECRET_KEY": "1" * 64,
    "FERROTRACE_ADMIN_KEY": "0x" + "3" * 64,
    "ANCHOR_KEYS": "./keys",
}

pytestmark = pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed")


def _config(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    assert COMPOSE is not None
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [COMPOSE, "--file", "docker-compose.yml", "config"],
        cwd=ROOT,
        env={**keep, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    shown = _config(SECRETS)
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = yaml.safe_load(shown.stdout)["services"]
    return found


def test_the_compose_file_names_every_part(services: dict[str, Any]) -> None:
    assert set(services) == {"database", "chain", "install", "web", "worker"}
    assert "besu" in services["chain"]["image"]
    assert services["database"]["image"].startswith("postgres:")


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name: str) -> None:
    without = {key: value for key, value in SECRETS.items() if key != name}
    assert _config(without).returncode != 0


def test_each_program_is_told_only_what_it_needs(services: dict[str, Any]) -> None:
    web, worker = services["web"]["environment"], services["worker"]["environment"]
    assert not set(ACCOUNT_SETTINGS) & set(web)
    assert "FERROTRACE_ANCHOR_KEYSTORE" in worker
    assert "/run/keys" not in json.dumps(services["web"])
    for environment in (web, worker):
        assert "FERROTRACE_ADMIN_KEY" not in environment
        assert "FERROTRACE_OWNER_URL" not in environment


def test_the_network_of_the_chain_is_a_qbft_one() -> None:
    network = json.loads((ROOT / "deploy" / "besu" / "network.json").read_text())
    assert "qbft" in network["genesis"]["config"]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[LocalNode]:
    with LocalNode(tmp_path / "chain") as running:
        yield running


@pytest.mark.soak
def test_two_web_processes_and_a_worker_run_against_one_database(
    services: dict[str, Any], database: TestDatabase, node: LocalNode, tmp_path: Path
) -> None:
    here = {
        "FERROTRACE_DATABASE_URL": database.app_url,
        "FERROTRACE_OWNER_URL": database.owner_url,
        "FERROTRACE_RPC_URL": node.rpc_url,
        "FERROTRACE_FINALITY": "finalized",
        "FERROTRACE_VAR": str(tmp_path / "var"),
    }
    keystore, password = tmp_path / "anchor.json", tmp_path / "anchor.password"
    password.write_text("of the test")
    keystore.write_text(new_keystore("of the test"))
    account = {"FERROTRACE_ANCHOR_KEYSTORE": str(keystore)}
    install = _Process(services["install"], {**here, **account}, tmp_path / "install.log")
    assert install.process.wait(120) == 0, install.said()
    *web_addresses, metrics = [f"127.0.0.1:{free_port()}" for _ in range(3)]
    with ExitStack() as stack:
        webs = {}
        for number, address in enumerate(web_addresses):
            settings = {**here, "FERROTRACE_BIND": address}
            process = _Process(services["web"], settings, tmp_path / f"web-{number}.log")
            webs[address] = stack.enter_context(process)
        account["FERROTRACE_ANCHOR_PASSWORD_FILE"] = str(password)
        settings = {**here, **account, "FERROTRACE_METRICS": metrics}
        worker = _Process(services["worker"], settings, tmp_path / "worker.log")
        stack.enter_context(worker)
        for address, web in webs.items():
            web.until(partial(_is_ready, address))
        worker.until(lambda: 'outcome="done"' in _get(metrics, "/metrics").text)
        assert 'outcome="failed"' not in _get(metrics, "/metrics").text


class _Process:
    """A service of the compose file as a native process: its command, its environment but for
    the addresses of ``here``."""

    def __init__(self, service: dict[str, Any], here: dict[str, str], log_file: Path) -> None:
        self._log_file = log_file
        with log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", *service["command"]],
                cwd=ROOT,
                env=not_measured(**{**service["environment"], **here}),
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def said(self) -> str:
        return self._log_file.read_text()

    def until(self, fact: Callable[[], bool], *, limit_s: float = 120) -> None:
        deadline_s = time.monotonic() + limit_s
        while True:
            assert self.process.poll() is None, self.said()
            try:
                if fact():
                    return
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline_s
            time.sleep(0.1)


def _get(address: str, path: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"http://{address}{path}", timeout=30)


def _is_ready(address: str) -> bool:
    parts = _get(address, "/readyz").json()
    return bool(set(parts.values()) == {"ok"})
