"""The embedded node lives and dies with its parent, and keeps what it was told."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import requests

from service.chain import node as node_module
from service.chain.node import (
    LocalNode,
    NodeBinaryMissingError,
    NodeBusyError,
    NodeStartError,
    anvil_binary,
)
from service.chain.rpc import RpcClient
from tests.support.registry_on_chain import require_anvil

ACCOUNT = "0x" + "42" * 20
PAGES = "http://127.0.0.1:8000"
PARENT = """
import sys, time
from pathlib import Path
from service.chain.node import LocalNode
node = LocalNode(Path(sys.argv[1]))
node.start()
print(node.pid, node.rpc_url, flush=True)
time.sleep(60)
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _anvil() -> None:
    require_anvil()


def ask(node: LocalNode, method: str, *params: object) -> object:
    rpc = RpcClient([node.rpc_url], chain_id=1337)
    try:
        return rpc.call(method, *params)
    finally:
        rpc.close()


def record(folder: Path, *, pid: int, port: int) -> None:
    """Leave the process file of a node whose parent is gone."""
    said = {"pid": pid, "port": port, "parent_pid": 1}
    (folder / "anvil.json").write_text(json.dumps(said))


def wait_until_saved(folder: Path, *, block: int) -> None:
    """Wait until the state of this block is written and copied."""
    for _ in range(1_000):
        copy = folder / "state.copy.json"
        if copy.exists() and json.loads(copy.read_bytes())["block"]["number"] == hex(block):
            return
        time.sleep(0.02)
    raise AssertionError(f"block {block} was not saved")


def wait_until_gone(pid: int) -> bool:
    for _ in range(500):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_node_serves_chain_1337_and_finalizes_two_blocks_behind(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        assert node.is_running()
        ask(node, "anvil_mine", "0x5")
        finalized = ask(node, "eth_getBlockByNumber", "finalized", False)  # noqa: FBT003
        assert isinstance(finalized, dict)
        assert finalized["number"] == "0x3"
        assert ask(node, "eth_accounts") == []  # no account whose key the whole world knows
    assert not node.is_running()


def preflight(node: LocalNode) -> requests.Response:
    """What a browser asks before a page of ours may ask the node."""
    asked = {"Origin": PAGES, "Access-Control-Request-Method": "POST"}
    return requests.options(node.rpc_url, headers=asked, timeout=5)


def test_pages_of_the_one_named_address_may_ask_the_node_and_no_others(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "named", pages_of=PAGES) as node:
        assert preflight(node).headers["Access-Control-Allow-Origin"] == PAGES
    with LocalNode(tmp_path / "closed") as node:
        assert "Access-Control-Allow-Origin" not in preflight(node).headers


def test_started_node_is_not_started_twice(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        pid = node.pid
        node.start()
        assert node.pid == pid


def test_stopped_node_forgets_nothing_and_keeps_its_port(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        ask(node, "anvil_setBalance", ACCOUNT, "0x7")
        ask(node, "anvil_mine", "0x2")
        url = node.rpc_url
    with LocalNode(tmp_path) as again:
        assert again.rpc_url == url
        assert ask(again, "eth_getBalance", ACCOUNT, "latest") == "0x7"
        assert ask(again, "eth_blockNumber") == "0x2"


def test_killed_node_comes_back_with_its_state_of_a_second_ago(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        ask(node, "anvil_setBalance", ACCOUNT, "0x7")
        ask(node, "anvil_mine", "0x2")
        wait_until_saved(tmp_path, block=2)
        assert node.pid is not None
        os.kill(node.pid, signal.SIGKILL)
        while node.is_running():
            time.sleep(0.01)
        node.start()
        assert ask(node, "eth_getBalance", ACCOUNT, "latest") == "0x7"
        assert ask(node, "eth_blockNumber") == "0x2"


def test_kill_in_the_middle_of_a_write_loses_little(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        ask(node, "anvil_setBalance", ACCOUNT, "0x7")
        ask(node, "anvil_mine", hex(300))
        wait_until_saved(tmp_path, block=300)
        state = tmp_path / "state.json"
        for _ in range(2):
            time.sleep(0.5)
            last_ns = state.stat().st_mtime_ns
            while state.stat().st_mtime_ns == last_ns:
                pass  # the node begins to write
            assert node.pid is not None
            os.kill(node.pid, signal.SIGKILL)
            while node.is_running():
                time.sleep(0.005)
            node.start()
            assert ask(node, "eth_blockNumber") == hex(300)
    keepers = [thread for thread in threading.enumerate() if thread.name == "anvil-state"]
    assert len(keepers) <= 1  # that of the session's own node


def test_state_torn_by_a_kill_is_restored_from_the_copy(tmp_path: Path) -> None:
    with LocalNode(tmp_path) as node:
        ask(node, "anvil_setBalance", ACCOUNT, "0x7")
        ask(node, "anvil_mine", "0x2")
        wait_until_saved(tmp_path, block=2)
    state = tmp_path / "state.json"
    state.write_bytes(state.read_bytes()[:1000])
    with LocalNode(tmp_path) as again:
        assert ask(again, "eth_getBalance", ACCOUNT, "latest") == "0x7"


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that holds a node, and the id of the node's process."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline().split()[0])
    parent.stdout.close()
    return parent, pid


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal is Linux's")
def test_node_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    parent, pid = start_parent(tmp_path)
    parent.kill()
    parent.wait()
    assert wait_until_gone(pid)


def test_node_of_a_parent_that_lives_is_left_to_it(tmp_path: Path) -> None:
    parent, pid = start_parent(tmp_path)
    with pytest.raises(NodeBusyError, match=str(parent.pid)):
        LocalNode(tmp_path).start()
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.wait()
    assert wait_until_gone(pid)


def test_node_left_by_a_killed_parent_is_ended_before_the_next_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "_dies_with_this_process", list)
    orphan = LocalNode(tmp_path)
    orphan.start()
    ask(orphan, "anvil_setBalance", ACCOUNT, "0x7")
    assert orphan.pid is not None
    with LocalNode(tmp_path) as node:
        assert wait_until_gone(orphan.pid)
        assert node.rpc_url == orphan.rpc_url
        assert ask(node, "eth_getBalance", ACCOUNT, "latest") == "0x7"
    orphan.stop()


def test_leftover_that_ignores_the_request_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "STOP_TIMEOUT_S", 0.2)
    state = str((tmp_path / "state.json").resolve())
    with subprocess.Popen([sys.executable, "-c", DEAF, state], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (tmp_path / "anvil.json").write_text(
            json.dumps({"pid": process.pid, "port": 1, "parent_pid": 1})
        )
        with LocalNode(tmp_path) as node:
            assert node.is_running()
            assert wait_until_gone(process.pid)


def test_other_program_under_the_recorded_process_id_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "anvil.json").write_text(
        json.dumps({"pid": os.getpid(), "port": 1, "parent_pid": 1})
    )
    with LocalNode(tmp_path) as node:
        assert node.is_running()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": null, "port": 1, "parent_pid": 1}'])
def test_unreadable_process_file_is_no_obstacle(tmp_path: Path, text: str) -> None:
    (tmp_path / "anvil.json").write_text(text)
    with LocalNode(tmp_path) as node:
        assert node.is_running()


def test_port_in_use_is_told(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "a") as first:
        port = int(first.rpc_url.rsplit(":", 1)[1])
        second = LocalNode(tmp_path / "b", port=port)
        with pytest.raises(NodeStartError, match=f"port {port} is in use"):
            second.start()
        assert second.pid is None
        # Without a wish the second node takes another port, whatever was recorded.
        (tmp_path / "b" / "anvil.json").write_text(
            json.dumps({"pid": 2**22, "port": port, "parent_pid": 1})
        )
        with LocalNode(tmp_path / "b") as third:
            assert third.rpc_url != first.rpc_url


def test_node_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.05; done\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(node_module, "anvil_binary", lambda: sleeper)
    monkeypatch.setattr(node_module, "START_TIMEOUT_S", 0.2)
    monkeypatch.setattr(node_module, "STOP_TIMEOUT_S", 0.2)
    with pytest.raises(NodeStartError, match="no answer"):
        LocalNode(tmp_path / "node").start()


def test_missing_program_is_told_with_the_line_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert anvil_binary().exists()
    monkeypatch.setattr(node_module, "CONTRACTS_FOLDER", tmp_path)
    with pytest.raises(NodeBinaryMissingError, match="npm ci --prefix"):
        anvil_binary()
