import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from service.jobs import supervisor as module
from service.jobs.supervisor import Child, ChildStartError, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, sys, time, pathlib\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "pathlib.Path(sys.argv[1]).touch()\n"
    "time.sleep(60)",
)


def _always() -> bool:
    return True


def _until(fact: Callable[[], bool], *, limit_s: float = 60) -> None:
    deadline_s = time.monotonic() + limit_s
    while not fact():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_leaving_the_block_ends_every_child(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(*(Child(name=name, command=SLEEPER, ready=_always) for name in "ab"))
        pids = supervisor.pids()
        assert all(psutil.pid_exists(pid) for pid in pids.values())
    assert set(pids) == {"a", "b"}
    assert not any(psutil.pid_exists(pid) for pid in pids.values())


def test_a_child_that_ignores_the_signal_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_LIMIT_S", 0.3)
    up = tmp_path / "up"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Child(name="deaf", command=(*DEAF, str(up)), ready=up.exists))
        pid = supervisor.pids()["deaf"]
    assert not psutil.pid_exists(pid)


def test_a_killed_child_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORTEST_PAUSE_S", 0.05)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Child(name="a", command=SLEEPER, ready=_always))
        first = supervisor.pids()["a"]
        psutil.Process(first).send_signal(signal.SIGKILL)

        def replaced() -> bool:
            supervisor.tend()
            return supervisor.pids()["a"] != first

        _until(replaced)


def test_a_child_that_keeps_dying_is_started_after_longer_and_longer_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHORTEST_PAUSE_S", 0.1)
    monkeypatch.setattr(module, "READY_LIMIT_S", 2.0)
    starts = tmp_path / "starts"
    command = ("sh", "-c", f"echo start >> {starts}; exit 3")
    with Supervisor(tmp_path) as supervisor, pytest.raises(ChildStartError, match=r"a\.log"):
        supervisor.start(Child(name="a", command=command, ready=lambda: False))
    assert 3 <= starts.read_text().count("start") <= 5  # at about 0, 0.1, 0.3, 0.7 and 1.5 s


def test_a_child_that_lived_long_pays_no_pause_for_its_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY_S", 0.0)
    monkeypatch.setattr(module, "SHORTEST_PAUSE_S", 0.01)
    starts = tmp_path / "starts"
    command = ("sh", "-c", f"echo start >> {starts}")
    with Supervisor(tmp_path) as supervisor:
        ready = lambda: starts.exists() and starts.read_text().count("start") >= 12  # noqa: E731
        supervisor.start(Child(name="a", command=command, ready=ready))


def test_output_goes_to_the_childs_log_which_is_put_aside_when_it_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_LIMIT_BYTES", 3)
    (tmp_path / "a.log").write_text("long ago")
    log_file = tmp_path / "a.log"
    command = ("sh", "-c", 'echo "$WORD"; sleep 60')
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(
            Child(
                name="a",
                command=command,
                environment={"WORD": "said"},
                ready=lambda: log_file.read_text() == "said\n",
            )
        )
    assert (tmp_path / "a.log.1").read_text() == "long ago"


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from service.jobs.supervisor import Child, Supervisor
        up = Path(sys.argv[1]) / "up"
        command = (sys.executable, "-c", sys.argv[2], str(up))
        with Supervisor(Path(sys.argv[1])) as supervisor:
            supervisor.start(Child(name="deaf", command=command, ready=up.exists))
            print(supervisor.pids()["deaf"], flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), DEAF[2]], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
    _until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")
