import os
from pathlib import Path

import pytest

from service.chain.node_state import StateKeeper, StateLostError

WHOLE, NEWER, HALF = b'{"block": 1}', b'{"block": 2}', b'{"block": 2, "acc'


@pytest.fixture
def keeper(tmp_path: Path) -> StateKeeper:
    return StateKeeper(tmp_path)


def test_new_chain_has_nothing_to_restore(keeper: StateKeeper) -> None:
    keeper.restore()
    keeper.copy()
    assert not keeper.state_file.exists()
    assert not keeper.copy_file.exists()


def test_whole_state_is_kept_and_copied(keeper: StateKeeper) -> None:
    keeper.state_file.write_bytes(NEWER)
    keeper.copy_file.write_bytes(WHOLE)
    keeper.restore()
    assert keeper.state_file.read_bytes() == keeper.copy_file.read_bytes() == NEWER


@pytest.mark.parametrize("broken", [HALF, b"", b"[]", b"}"])
def test_half_written_state_is_replaced_by_its_copy(keeper: StateKeeper, broken: bytes) -> None:
    keeper.state_file.write_bytes(WHOLE)
    keeper.copy()
    keeper.state_file.write_bytes(broken)
    keeper.copy()
    keeper.restore()
    assert keeper.state_file.read_bytes() == WHOLE


def test_missing_state_is_replaced_by_its_copy(keeper: StateKeeper) -> None:
    keeper.copy_file.write_bytes(WHOLE)
    keeper.restore()
    assert keeper.state_file.read_bytes() == WHOLE


def test_lost_state_is_told_and_not_replaced_by_an_empty_chain(keeper: StateKeeper) -> None:
    keeper.state_file.write_bytes(HALF)
    with pytest.raises(StateLostError, match=str(keeper.state_file.parent)):
        keeper.restore()
    assert keeper.state_file.read_bytes() == HALF


def write(keeper: StateKeeper, text: bytes, time_ns: int) -> None:
    keeper.state_file.write_bytes(text)
    os.utime(keeper.state_file, ns=(time_ns, time_ns))


def test_copy_is_written_only_when_the_state_changed(keeper: StateKeeper) -> None:
    write(keeper, WHOLE, 1_000)
    keeper.copy()
    keeper.copy_file.unlink()
    keeper.copy()
    write(keeper, WHOLE, 2_000)
    keeper.copy()
    assert not keeper.copy_file.exists()
    write(keeper, NEWER, 3_000)
    keeper.copy()
    assert keeper.copy_file.read_bytes() == NEWER


def test_state_seen_half_written_is_looked_at_again(keeper: StateKeeper) -> None:
    write(keeper, HALF, 1_000)
    keeper.copy()
    assert not keeper.copy_file.exists()
    write(keeper, NEWER, 1_000)
    keeper.copy()
    assert keeper.copy_file.read_bytes() == NEWER


def test_copies_are_made_in_the_background_until_stopped(
    keeper: StateKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.chain.node_state.LOOK_INTERVAL_S", 0.01)
    keeper.state_file.write_bytes(WHOLE)
    keeper.start()
    for _ in range(500):
        if keeper.copy_file.exists():
            break
        keeper._stopping.wait(0.01)  # noqa: SLF001
    keeper.stop()
    keeper.stop()
    assert keeper.copy_file.read_bytes() == WHOLE
