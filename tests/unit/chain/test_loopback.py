import socket
from pathlib import Path

import pytest

from service.chain import loopback
from service.chain.loopback import HOST, LOWEST_PORT, NoFreePortError, free_port, is_free


@pytest.fixture
def outgoing_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's file that says where the range of outgoing connections begins."""
    path = tmp_path / "ip_local_port_range"
    path.write_text("32768\t60999\n")
    monkeypatch.setattr(loopback, "_OUTGOING_RANGE", path)
    return path


def test_a_port_is_never_one_that_an_outgoing_connection_is_given(outgoing_from: Path) -> None:
    outgoing_from.write_text(f"{LOWEST_PORT + 150}\t60999\n")
    chosen = {free_port() for _ in range(200)}
    assert min(chosen) >= LOWEST_PORT
    assert max(chosen) < LOWEST_PORT + 150
    assert len(chosen) > 50


def test_where_outgoing_connections_leave_no_room_a_port_is_found_all_the_same(
    outgoing_from: Path,
) -> None:
    outgoing_from.write_text("1024\t65535\n")
    assert is_free(free_port())


def test_where_the_system_does_not_say_the_usual_range_is_kept_clear(outgoing_from: Path) -> None:
    outgoing_from.unlink()
    assert all(LOWEST_PORT <= free_port() < 32_768 for _ in range(50))


def test_a_port_that_is_spoken_for_is_not_chosen(outgoing_from: Path) -> None:
    outgoing_from.write_text(f"{LOWEST_PORT + 100}\t60999\n")
    spoken_for = range(LOWEST_PORT, LOWEST_PORT + 90)
    assert free_port(apart_from=spoken_for) >= LOWEST_PORT + 90
    with pytest.raises(NoFreePortError, match="100 ports tried"):
        free_port(apart_from=range(LOWEST_PORT, LOWEST_PORT + 100))


def test_a_port_that_a_program_listens_on_is_not_free() -> None:
    port = free_port()
    with socket.create_server((HOST, port)):
        assert not is_free(port)
    assert is_free(port)


def test_a_port_that_an_outgoing_connection_holds_is_not_free() -> None:
    with (
        socket.create_server((HOST, 0)) as server,
        socket.create_connection(server.getsockname()) as outgoing,
    ):
        assert not is_free(outgoing.getsockname()[1])
