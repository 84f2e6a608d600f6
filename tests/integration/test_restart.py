"""The demo company ends without leaving a process behind, and goes on where it was."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import psutil
import pytest

from service.commands.simulate_client import Login, Person, RefusedError, waited_for
from service.commands.simulate_yard import Yard
from service.usecases import demo_company
from tests.support.devices import free_ports
from tests.support.registry_on_chain import require_anvil

PROJECT = Path(__file__).parents[2]
START_LIMIT_S = 180
RESTART_LIMIT_S = 90
STOP_LIMIT_S = 40
ORPHAN_LIMIT_S = 20
RATE = 20
PLATE = "辽E12345"


class Demo:
    """``ferrotrace demo`` on one folder and one port, started and ended again and again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_ports(1)[0]
        self._environment = {**os.environ, "FERROTRACE_VAR": str(folder / "var")}

    @contextmanager
    def running(self, *, within_s: float) -> Iterator[subprocess.Popen[bytes]]:
        """The company, open to visitors; killed at the end if the test has not ended it."""
        log = self._folder / "demo.log"
        command = [sys.executable, "-m", "service", "demo", "--port", str(self._port)]
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command, cwd=PROJECT, env=self._environment, stdout=output, stderr=output
            ) as process,
        ):
            try:
                wait_for(
                    lambda: b"http://" in log.read_bytes() or process.poll() is not None, within_s
                )
                assert process.poll() is None, log.read_text("utf-8")
                yield process
            finally:
                process.kill()

    def ferrotrace(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command beside the running company."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=PROJECT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def person(self, username: str) -> Person:
        about = json.loads((self._folder / "var" / "demo.json").read_text("utf-8"))
        login = next(login for login in about["logins"] if login["username"] == username)
        return Person(
            about["url"],
            Login(
                username=username,
                password=login["password"],
                role=login["role"],
                organisation_id=login["organisation_id"],
                site_ids=tuple(login["site_ids"]),
            ),
        )

    def yard(self) -> Yard:
        """The first base, its simulated scale hurried."""
        path = "/v1/sites/BASE01/simulator/speed"
        self.person("administrator").put(path, {"rate": RATE})
        return Yard(site_id="BASE01", operator=self.person("operator"), lock=Lock())


def wait_for(what: Callable[[], bool], within_s: float) -> None:
    deadline_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline_s, f"not within {within_s} s"
        time.sleep(0.1)


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Every process that the demo company started, and theirs."""
    return psutil.Process(process.pid).children(recursive=True)


def ended(processes: list[psutil.Process], within_s: float) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=within_s)
    return not alive


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    require_anvil()
    return Demo(tmp_path)


def test_the_company_goes_on_after_ctrl_c_and_after_kill_nine(demo: Demo) -> None:
    with demo.running(within_s=START_LIMIT_S) as process:
        visit_id, gross = _arrive(demo)
        children = family(process)
        assert len(children) >= 8
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_LIMIT_S) == 0
        assert ended(children, 1)
    with demo.running(within_s=RESTART_LIMIT_S) as process:
        ticket = _graded_and_weighed(demo, visit_id, gross)
        children = family(process)
        process.kill()
        assert ended(children, ORPHAN_LIMIT_S)
    with demo.running(within_s=RESTART_LIMIT_S) as process:
        operator = demo.person("operator")
        shown = operator.get(f"/v1/tickets/{ticket['ticket_no']}")
        assert shown["record"]["net_kg"] == 32_480
        auditor = demo.person("auditor")
        path = f"/v1/documents/{ticket['target_hash']}"
        wait_for(lambda: auditor.get(path)["state"] == "final", 60)
        audited = demo.ferrotrace("audit")
        assert audited.returncode == 0, audited.stdout
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_LIMIT_S) == 0


def _arrive(demo: Demo) -> tuple[str, Any]:
    """A truck comes and is weighed full: its visit and the weighing."""
    yard = demo.yard()
    arrival = {
        "site_id": "BASE01",
        "kind": "RECEIVING",
        "plate": PLATE,
        "supplier_id": demo_company.SUPPLIERS[0],
    }
    visit_id = yard.operator.post("/v1/visits", arrival)["visit_id"]
    return visit_id, yard.weigh(visit_id, "gross", PLATE, 48_620)


def _graded_and_weighed(demo: Demo, visit_id: str, gross: Any) -> Any:
    """The truck goes on to its ticket; what was answered before the end is still there."""
    yard, inspector = demo.yard(), demo.person("inspector")
    visit = yard.operator.get(f"/v1/visits/{visit_id}")
    assert visit["gross"]["weighing_id"] == gross["weighing_id"]
    assert visit["gross"]["target_hash"] == gross["target_hash"]
    waited_for("a grade proposal", lambda: _proposal(inspector, visit_id))
    decision = {
        "grade": "HRS101",
        "shares": {"HRS101": 10_000},
        "inclusions_bp": 0,
        "reason": "seen with own eyes",
    }
    inspector.post(f"/v1/visits/{visit_id}/grade-decisions", decision)
    yard.weigh(visit_id, "tare", PLATE, 16_140)
    ticket = yard.operator.post(f"/v1/visits/{visit_id}/tickets", {"rejected_kg": 0})
    assert ticket["ticket_no"].endswith("-000001")
    return ticket


def _proposal(inspector: Person, visit_id: str) -> Any:
    try:
        return inspector.get(f"/v1/visits/{visit_id}/grade-proposal")
    except RefusedError:
        return None
