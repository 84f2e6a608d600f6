"""kill -9 of the edge unit: what it has answered is there again, numbered without a gap."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from service.devices.edge_client import EdgeClient, ScaleUnavailableError
from service.devices.simulator.simulator import Simulator
from service.devices.site import SiteDevices, parse_site_devices
from service.domain.weighing import Capture, WeighingPass
from tests.support.children import not_measured
from tests.support.devices import TOKEN, site_document, until

RATE = 50
ENTRY = "from service.commands.edge import edge; edge()"


@contextmanager
def edge_process(site: SiteDevices, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``ferrotrace edge`` in a process of its own, answering; killed at the end."""
    command = [sys.executable, "-c", ENTRY, "--site", site.site_id]
    paths = ["--devices", str(folder / "devices.json"), "--store", str(folder / "captures.db")]
    environment = not_measured(FERROTRACE_EDGE_TOKEN=TOKEN)
    with subprocess.Popen(
        [*command, *paths], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            until(lambda: answers(site))
            yield process
        finally:
            process.kill()


def answers(site: SiteDevices) -> bool:
    try:
        return requests.get(f"http://{site.listen}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[tuple[SiteDevices, Simulator]]:
    document = site_document()
    (tmp_path / "devices.json").write_text(json.dumps([document]), encoding="utf-8")
    site = parse_site_devices(json.dumps(document))[0]
    simulator = Simulator(site, rate=RATE)
    simulator.start()
    yield site, simulator
    simulator.stop()


def client_of(site: SiteDevices) -> EdgeClient:
    return EdgeClient(f"http://{site.listen}", TOKEN)


def mount(client: EdgeClient, simulator: Simulator) -> None:
    """Let the deck be seen empty, then a truck drive on."""
    simulator.deck.drive_off()
    until(lambda: client.state().kg == 0)
    time.sleep(4 / RATE)
    simulator.deck.drive_on(plate="A1", kg=30_000)


def chain_of(site: SiteDevices) -> list[dict[str, Any]]:
    url, headers = f"http://{site.listen}/captures", {"Authorization": f"Bearer {TOKEN}"}
    listed: list[dict[str, Any]] = requests.get(url, headers=headers, timeout=5).json()["captures"]
    return listed


def test_a_capture_survives_kill_nine_and_is_answered_the_same(
    tmp_path: Path, simulated: tuple[SiteDevices, Simulator]
) -> None:
    site, simulator = simulated
    client = client_of(site)
    with edge_process(site, tmp_path) as process:
        mount(client, simulator)
        first = client.capture("c-1", WeighingPass.GROSS, wait_ms=20_000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with pytest.raises(ScaleUnavailableError):
            client.state()
    with edge_process(site, tmp_path):
        assert client.capture("c-1", WeighingPass.GROSS) == first
        mount(client, simulator)
        second = client.capture("c-2", WeighingPass.TARE, wait_ms=20_000)
    assert (second.edge_seq, second.prev_hash) == (2, first.hash)


def test_numbers_have_no_gap_though_the_edge_is_killed_at_random_moments(
    tmp_path: Path, simulated: tuple[SiteDevices, Simulator]
) -> None:
    site, simulator = simulated
    client = client_of(site)
    moments = random.Random(20_260_601)  # noqa: S311 - moments, no secrets
    answered: dict[str, Capture] = {}
    for number in range(4):
        with edge_process(site, tmp_path) as process:
            mount(client, simulator)
            # From the window's close to the answer the capture takes some 0.1 s; aim at it.
            until(lambda: client.state().capture_allowed)
            killer = subprocess.Popen(
                ["/bin/sh", "-c", f"sleep {moments.uniform(0, 0.12):.3f}; kill -9 {process.pid}"]
            )
            try:
                for capture_id in (f"c-{number}-{again}" for again in range(50)):
                    capture = client.capture(capture_id, WeighingPass.CHECK, wait_ms=5_000)
                    answered[capture_id] = capture
            except ScaleUnavailableError:
                pass
            killer.wait()
    with edge_process(site, tmp_path):
        chain = chain_of(site)
        assert [head["edge_seq"] for head in chain] == list(range(1, len(chain) + 1))
        hashes = ["0" * 64, *(head["hash"] for head in chain)]
        assert [head["prev_hash"] for head in chain] == hashes[:-1]
        for capture_id, capture in answered.items():
            assert client.stored_capture(capture_id) == capture
    assert len(answered) <= len(chain)


def test_the_edge_unit_loads_neither_chain_nor_grader() -> None:
    script = (
        "import sys, service.commands.edge, service.devices.edge.unit, service.devices.edge_client;"
        "heavy = {'web3', 'sklearn', 'onnxruntime', 'onnx', 'sqlalchemy', 'grading'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
