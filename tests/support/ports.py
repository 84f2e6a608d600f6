"""Ports for the servers of the tests, of which many are killed and started again.

Each process of the tests has a block of ports that no other process of the tests chooses from and
that no outgoing connection is given, so a killed server finds its port free when it comes back.
"""

import socket
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from service.chain.loopback import HOST, LOWEST_PORT, is_free

BLOCKS_FROM: Final = 10_000
BLOCK_SIZE: Final = 400


def free_port() -> int:
    """A port of this process that nothing listens on, the one chosen longest ago."""
    return next(port for port in _PORTS if is_free(port))


def free_ports(count: int) -> list[int]:
    """``count`` such ports, no two alike."""
    return [free_port() for _ in range(count)]


def _block_of_this_process() -> Iterator[int]:
    with _claim() as claim:
        first = claim.getsockname()[1]
        yield from cycle(range(first + 1, first + BLOCK_SIZE))


def _claim() -> socket.socket:
    """A socket on the first port of a block: while it is open the block is this process's."""
    for first in range(BLOCKS_FROM, LOWEST_PORT, BLOCK_SIZE):
        claim = socket.socket()
        try:
            claim.bind((HOST, first))
        except OSError:
            claim.close()
        else:
            return claim
    raise AssertionError("every block of ports is held: end the tests that were left running")


_PORTS: Final = _block_of_this_process()
