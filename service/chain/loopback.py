"""Ports of this machine for programs that are started, killed and started again."""

import random
import socket
from collections.abc import Collection
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
LOWEST_PORT: Final = 20_000
"""Below it are the ports that known services listen on."""

_OUTGOING_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_LOWEST_OUTGOING: Final = 32_768
_TRIES: Final = 100


class NoFreePortError(OSError):
    """Every port that was tried is in use."""


def free_port(*, apart_from: Collection[int] = ()) -> int:
    """A port, none of ``apart_from``, that nothing listens on and no outgoing connection is given.

    The system takes the near end of each outgoing connection from a range of its own. A port of
    that range may be gone by the time a program that listened there is started again.
    Raises ``NoFreePortError``.
    """
    ports = range(LOWEST_PORT, max(_lowest_outgoing_port(), LOWEST_PORT + _TRIES))
    for port in random.sample(ports, _TRIES):
        if port not in apart_from and is_free(port):
            return port
    raise NoFreePortError(f"{_TRIES} ports tried from {ports.start} to {ports.stop - 1}, none free")


def is_free(port: int) -> bool:
    """Whether a program may listen on ``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _lowest_outgoing_port() -> int:
    """Where the range of outgoing connections begins (Linux says; elsewhere no lower than this)."""
    if not _OUTGOING_RANGE.exists():
        return _USUAL_LOWEST_OUTGOING
    return int(_OUTGOING_RANGE.read_text().split()[0])
