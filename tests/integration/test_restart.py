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
from typing import Any

import psutil
import pytest

from service.commands.simulate_client import Login, Person, RefusedError, waited_for
from service.commands.simulate_tablet import Tablet
from service.commands.simulate_yard import Yard
from service.usecases import demo_company
from tests.support.ports import free_ports
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
        """The first base, its simulated scale hurried, its people at new tablets."""
        path = "/v1/sites/BASE01/simulator/speed"
        self.person("administrator").put(path, {"rate": RATE})
        return Yard(
            site_id="BASE01",
            operator=self._tablet("operator"),
            inspector=self._tablet("inspector"),
            supervisor=self._tablet("supervisor"),
            hardware=self.person("operator"),
        )

    def _tablet(self, username: str) -> Tablet:
        address = json.loads((self._folder / "var" / "demo.json").read_text("utf-8"))["tablets"]
        return Tablet(address["BASE01"], self.person(username).login)


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


@pytest.mark.soak
def test_the_company_goes_on_after_ctrl_c_and_after_kill_nine(demo: Demo) -> None:
    with demo.running(within_s=START_LIMIT_S) as process:
        visit_id = _arrive(demo)
        children = family(process)
        assert len(children) >= 8
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_LIMIT_S) == 0
        assert ended(children, 1)
    with demo.running(within_s=RESTART_LIMIT_S) as process:
        ticket_no = _graded_and_weighed(demo, visit_id)
        children = family(process)
        process.kill()
        assert ended(children, ORPHAN_LIMIT_S)
    with demo.running(within_s=RESTART_LIMIT_S) as process:
        operator = demo.person("operator")
        shown = waited_for("the ticket", lambda: _found(operator, f"/v1/tickets/{ticket_no}"))
        assert shown["record"]["net_kg"] == 32_480
        auditor = demo.person("auditor")
        path = f"/v1/documents/{shown['target_hash']}"
        wait_for(lambda: auditor.get(path)["state"] == "final", 60)
        audited = demo.ferrotrace("audit")
        assert audited.returncode == 0, audited.stdout
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_LIMIT_S) == 0


def _arrive(demo: Demo) -> str:
    """A truck comes and is weighed full: its visit."""
    yard = demo.yard()
    visit_id = yard.arrive(
        {
            "visit_kind": "RECEIVING",
            "identified_by": "TYPED",
            "plate": PLATE,
            "supplier_id": demo_company.SUPPLIERS[0],
        }
    )
    gross = {"weigh-gross": lambda visit: yard.weigh(visit, "gross", PLATE, 48_620)}
    yard.go(visit_id, acts=gross, until="grade")
    return visit_id


def _graded_and_weighed(demo: Demo, visit_id: str) -> str:
    """The truck goes on to its ticket; what was done before the end is still there."""
    yard = demo.yard()
    (gross,) = yard.operator.visit(visit_id)["passes"]
    assert (gross["pass"], gross["kg"]) == ("gross", 48_620)
    decision = {
        "visit_id": visit_id,
        "grade": "HRS101",
        "shares": {"HRS101": 10_000},
        "reason": "seen with own eyes",
    }
    yard.inspector.enter("grade.decided", decision)
    tare = {"weigh-tare": lambda visit: yard.weigh(visit, "tare", PLATE, 16_140)}
    yard.go(visit_id, acts=tare, until="ticket")
    ticket = yard.operator.enter("ticket.issued", {"visit_id": visit_id})["body"]
    assert ticket["ticket_no"].endswith("-000001")
    return str(ticket["ticket_no"])


def _found(reader: Person, path: str) -> Any:
    try:
        return reader.get(path)
    except RefusedError:
        return None
