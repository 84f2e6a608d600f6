"""The whole demo company as a child process, on free ports and in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.cable import Cable, cable_to
from tests.support.children import not_measured
from tests.support.ports import free_port

STARTS_WITHIN_S = 600
STOPS_WITHIN_S = 30
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Where it answers, the password of its people, and the cable from its yards to the service.

    Its data lie in ``var_dir``; ``end`` stops all of it.
    """

    address: str
    password: str
    upstream: Cable
    var_dir: Path
    end: Callable[[], None]


@contextmanager
def demo_company(folder: Path, *, measured: bool = False) -> Iterator[Company]:
    """Start ``ferrotrace demo``; its data stay in ``folder``.

    ``measured`` counts the lines that it runs as covered.
    """
    port = free_port()
    said = folder / "demo.txt"
    var_dir = folder / "var"
    own = {"FERROTRACE_VAR": str(var_dir), "PYTHONUNBUFFERED": "1"}
    environment = {**os.environ, **own} if measured else not_measured(**own)
    with said.open("wb") as output, cable_to(port) as cable:
        through = f"http://127.0.0.1:{cable.port}"
        child = subprocess.Popen(
            [
                *(sys.executable, "-m", "service", "demo"),
                *("--port", str(port), "--upstream", through),
            ],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

        def end() -> None:
            child.send_signal(signal.SIGINT)
            child.wait(timeout=STOPS_WITHIN_S)

        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, child, said)
            password = _password(said.read_text())
            yield Company(
                address=address, password=password, upstream=cable, var_dir=var_dir, end=end
            )
        finally:
            end()


def _wait_until_ready(address: str, child: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise AssertionError(f"the demo company ended at once:\n{said.read_text()}")
        if "administrator" in said.read_text() and _answers(f"{address}/healthz"):
            return
        time.sleep(0.3)
    raise AssertionError(f"the demo company did not start:\n{said.read_text()}")


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _password(welcome: str) -> str:
    found = re.search(r"operator\s+operator\s+(\S+)", welcome)
    assert found, welcome
    return found.group(1)
