"""``ferrotrace edge`` and ``ferrotrace simulator`` as processes that are asked to end."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from service.commands.edge import edge
from service.commands.simulator import simulator
from service.devices.edge_client import EdgeClient, ScaleUnavailableError
from tests.support.devices import TOKEN, site_document, until


def test_edge_and_simulator_run_as_commands_until_they_are_asked_to_end(tmp_path: Path) -> None:
    document = site_document()
    devices = tmp_path / "devices.json"
    devices.write_text(json.dumps(document), encoding="utf-8")
    environment = {
        **os.environ,
        "FERROTRACE_DEVICES": str(devices),
        "FERROTRACE_EDGE_STORE": str(tmp_path / "captures.db"),
        "FERROTRACE_EDGE_TOKEN": TOKEN,
    }
    commands = [
        [sys.executable, "-m", "service", name, "--site", "BASE01"]
        for name in ("simulator", "edge")
    ]
    client = EdgeClient(f"http://{document['listen']}", TOKEN)

    def reads_zero() -> bool:
        try:
            return client.state().kg == 0
        except ScaleUnavailableError:
            return False

    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE))
            for command in commands
        ]
        try:
            until(reads_zero)
            deck = requests.get(f"{document['simulator_url']}/deck", timeout=5).json()
            assert (deck["phase"], deck["rate"]) == ("empty", 1)
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            said = [process.communicate(timeout=20)[0].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert "simulator of BASE01: indicator on " in said[0]
    assert "edge unit of BASE01 listens on port " in said[1]


@pytest.mark.parametrize("command", [edge, simulator])
def test_a_site_that_is_not_described_is_refused(tmp_path: Path, command: object) -> None:
    devices = tmp_path / "devices.json"
    devices.write_text(json.dumps(site_document()), encoding="utf-8")
    arguments = ["--site", "BASE09", "--devices", str(devices)]
    if command is edge:
        arguments += ["--store", str(tmp_path / "captures.db"), "--token", TOKEN]
    done = CliRunner().invoke(command, arguments)  # type: ignore[arg-type]
    assert done.exit_code == 1
    assert "site BASE09 (one of BASE01)" in done.output
