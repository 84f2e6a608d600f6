"""Keeps child processes running, ends them with this one, and leaves none behind.

A child is the leader of its own process group and is killed by the kernel when this process dies,
also by kill -9. It must be started from the main thread: the kernel watches the starting thread.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from service.domain.errors import UnavailableError, gettext_noop

READY_LIMIT_S = 180.0
STOP_LIMIT_S = 10.0
SHORTEST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # a child that lived this long starts anew without a pause to pay for the past
LOG_LIMIT_BYTES = 10_000_000
_POLL_S = 0.05

log = structlog.get_logger(__name__)


class ChildStartError(UnavailableError):
    """A child process that did not become ready."""

    message = gettext_noop("%(name)s did not start within %(limit_s)s s; see %(log_file)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A program to keep running. ``ready`` answers whether it does its work yet."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class _Running:
    """A child and its present process."""

    child: Child
    process: subprocess.Popen[bytes]
    started_s: float
    failures: int = 0
    restart_at_s: float | None = None


class Supervisor:
    """The children of this process. Leaving the ``with`` block ends them all."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._children: list[_Running] = []
        log_dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, *children: Child) -> None:
        """Start ``children`` side by side and wait until each is ready.

        One that dies meanwhile is started again. Raises ``ChildStartError`` after
        ``READY_LIMIT_S``.
        """
        deadline_s = time.monotonic() + READY_LIMIT_S
        for child in children:
            running = _Running(child, self._spawn(child), time.monotonic())
            self._children.append(running)
        for child in children:
            while not child.ready():
                if time.monotonic() > deadline_s:
                    raise ChildStartError(
                        name=child.name, limit_s=READY_LIMIT_S, log_file=self._log_file(child)
                    )
                self.tend()
                time.sleep(_POLL_S)

    def tend(self) -> None:
        """Start again what has died: at once the first time, then after ever longer pauses."""
        now_s = time.monotonic()
        for running in self._children:
            if running.process.poll() is None:
                continue
            if running.restart_at_s is None:
                self._note_death(running, now_s)
            elif now_s >= running.restart_at_s:
                running.process = self._spawn(running.child)
                running.started_s = now_s
                running.restart_at_s = None

    def stop(self) -> None:
        """Ask every child to end, and kill with its whole group whatever does not."""
        for running in self._children:
            if running.process.poll() is None:
                running.process.send_signal(running.child.stop_signal)
        deadline_s = time.monotonic() + STOP_LIMIT_S
        for running in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(max(0.0, deadline_s - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
        self._children.clear()

    def pids(self) -> dict[str, int]:
        """Process ids by name of child."""
        return {running.child.name: running.process.pid for running in self._children}

    def _note_death(self, running: _Running, now_s: float) -> None:
        steady = now_s - running.started_s > STEADY_S
        running.failures = 0 if steady else running.failures + 1
        pause_s = min(LONGEST_PAUSE_S, SHORTEST_PAUSE_S * 2 ** max(0, running.failures - 1))
        running.restart_at_s = now_s + pause_s
        log.warning(
            "child_died",
            child=running.child.name,
            status=running.process.returncode,
            restart_in_s=pause_s,
        )

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        log_file = self._log_file(child)
        if log_file.exists() and log_file.stat().st_size > LOG_LIMIT_BYTES:
            log_file.replace(log_file.with_suffix(".log.1"))
        with log_file.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - commands of our own making, no shell
                _bound_to_this_process(child.command),
                env={**os.environ, **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _log_file(self, child: Child) -> Path:
        return self._log_dir / f"{child.name}.log"


def _bound_to_this_process(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command so that the kernel kills it with us; a command that arranges that is left."""
    if command[0] == "setpriv":
        return command
    return ("setpriv", "--pdeathsig", "KILL", "--", *command)
