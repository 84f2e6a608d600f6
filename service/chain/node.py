"""The embedded chain: a local Anvil that this process starts, and that ends with it.

One folder holds everything: the state file, two copies of it known to be whole, the cache of the
node, its log and the file that names its process. After a kill -9 of this process the kernel ends
the node; whatever is left of an earlier one is found by that file and ended before a new start.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from service.chain.contract import CONTRACTS_FOLDER
from service.chain.loopback import HOST, free_port, is_free
from service.chain.node_state import StateKeeper
from service.chain.rpc import ChainUnavailableError, RpcClient
from service.domain.errors import ConflictError, UnavailableError, gettext_noop

LOCAL_CHAIN_ID = 1337  # ledger rule: the only local chain id that stock verifiers accept
STATES_IN_MEMORY = 64  # blocks whose state can still be asked for; none is written to disk
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 15


class NodeBinaryMissingError(UnavailableError):
    """The node's program is not installed."""

    message = gettext_noop("The local chain is not installed. Type: npm ci --prefix %(folder)s")


class NodeStartError(UnavailableError):
    """The node did not come up."""

    message = gettext_noop("The local chain did not start within %(limit)s s: %(reason)s.")


class NodeBusyError(ConflictError):
    """Another process, which is alive, runs a node on this folder."""

    message = gettext_noop("Process %(value)s already runs the local chain in %(folder)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeFile:
    """What the process file says of the node that runs on a folder, and who started it."""

    pid: int
    port: int
    parent_pid: int


def anvil_binary() -> Path:
    """Anvil as npm installed it; raises ``NodeBinaryMissingError`` with the line to type."""
    packages = CONTRACTS_FOLDER / "node_modules" / "@foundry-rs"
    for binary in sorted(packages.glob("anvil-*/bin/anvil*")):
        return binary
    raise NodeBinaryMissingError(folder=CONTRACTS_FOLDER)


class LocalNode:
    """One Anvil on one folder. ``port`` None takes the port of last time, or a free one.

    ``pages_of`` is the address whose pages may ask the node from a browser; without it none may,
    for whoever may ask this node may also move its clock and its balances.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, pages_of: str | None = None
    ) -> None:
        self._folder = folder
        self._port = port
        self._pages_of = pages_of
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = StateKeeper(folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def rpc_url(self) -> str:
        """Address of the started node."""
        return f"http://{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id while this object has a process."""
        return None if self._process is None else self._process.pid

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the node and wait until it answers. Starting a running node does nothing.

        Raises ``NodeStartError`` with the end of the node's log, ``NodeBinaryMissingError``,
        ``NodeBusyError`` or ``StateLostError``.
        """
        if self.is_running():
            return
        self._keeper.stop()  # of a node that ended by itself
        binary = anvil_binary()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        last = self._end_leftover()
        if self._port is None:
            self._port = last.port if last is not None and is_free(last.port) else free_port()
        elif not is_free(self._port):
            raise NodeStartError(limit=START_TIMEOUT_S, reason=f"port {self._port} is in use")
        self._keeper.restore()
        self._process = self._spawn(binary)
        running = {"pid": self._process.pid, "port": self._port, "parent_pid": os.getpid()}
        self._node_file.write_text(json.dumps(running))
        try:
            self._wait_until_ready()
        except NodeStartError:
            self.stop()
            raise
        self._keeper.start()

    def stop(self) -> None:
        """End the node; it writes its state first. The port is kept for the next start."""
        self._keeper.stop()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def _node_file(self) -> Path:
        return self._folder / "anvil.json"

    @property
    def _log_file(self) -> Path:
        return self._folder / "anvil.log"

    def _spawn(self, binary: Path) -> subprocess.Popen[bytes]:
        command = [
            *_dies_with_this_process(),
            *(str(binary), "--chain-id", str(LOCAL_CHAIN_ID), "--host", HOST),
            *("--port", str(self._port), "--slots-in-an-epoch", "1", "--accounts", "0"),
            *("--state", str(self._keeper.state_file), "--state-interval", "1"),
            *("--prune-history", str(STATES_IN_MEMORY)),
            *("--cache-path", str(self._folder / "cache"), "--quiet"),
            *(("--allow-origin", self._pages_of) if self._pages_of else ("--no-cors",)),
        ]
        with self._log_file.open("wb") as log:
            return subprocess.Popen(  # noqa: S603  our own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the parent, which stops the node in order
            )

    def _wait_until_ready(self) -> None:
        rpc = RpcClient([self.rpc_url], chain_id=LOCAL_CHAIN_ID, timeout_s=1)
        deadline_s = time.monotonic() + START_TIMEOUT_S
        try:
            while time.monotonic() < deadline_s:
                if not self.is_running():
                    break
                try:
                    rpc.chain_id()
                except ChainUnavailableError:
                    time.sleep(0.05)
                else:
                    return
        finally:
            rpc.close()
        log = self._log_file.read_text("utf-8", errors="replace")[-500:].strip()
        raise NodeStartError(limit=START_TIMEOUT_S, reason=log or "no answer")

    def _end_leftover(self) -> _NodeFile | None:
        """End the node that an earlier process left on this folder; what its file said, or None."""
        try:
            said = json.loads(self._node_file.read_text())
            leftover = _NodeFile(**{name: int(said[name]) for name in _NodeFile.__slots__})
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        try:
            process = psutil.Process(leftover.pid)
            # The id may have gone to another program since: only a node on this very state is ours.
            if str(self._keeper.state_file) in process.cmdline():
                self._require_orphan(process, leftover.parent_pid)
                _end(process)
        except psutil.NoSuchProcess:
            pass
        return leftover

    def _require_orphan(self, process: psutil.Process, parent_pid: int) -> None:
        """A node whose parent lives is that parent's: ending it would pull the chain from it."""
        if process.ppid() == parent_pid != os.getpid():
            raise NodeBusyError(value=parent_pid, folder=self._folder)


def _end(process: psutil.Process) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT_S)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT_S)


def _dies_with_this_process() -> list[str]:
    """Prefix of a command whose process the kernel ends when this one dies (Linux)."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "TERM", "--"]
