"""Indicators for ``ferrotrace bench indicators``: a process of its own that speaks on TCP ports."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock, Thread
from time import monotonic, sleep

from service.devices.indicators.dialect import Shown
from service.devices.indicators.registry import dialect_by_name
from service.devices.indicators.stream import RequestStream

D_KG = 20
EMPTY_S, RAMP_S, CYCLE_S = 5.0, 3.0, 40.0
LADEN_KG = 48_620


def speak(dialects: Sequence[str], frames_per_s: int, told: Connection) -> None:
    """Speak each of ``dialects`` on a port of its own, for ever.

    ``told`` gets the ports; then, for each connection, its dialect and when its first frame went.
    """
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in dialects]
    lock = Lock()

    def tell(name: str, began_s: float) -> None:
        with lock:
            told.send((name, began_s))

    for name, server in zip(dialects, servers, strict=True):
        Thread(target=_serve, args=(name, server, frames_per_s, tell), daemon=True).start()
    with lock:
        told.send([server.getsockname()[1] for server in servers])
    with suppress(EOFError):
        told.recv()  # until the other side closes


def _serve(
    name: str, server: socket.socket, frames_per_s: int, tell: Callable[[str, float], None]
) -> None:
    dialect = dialect_by_name(name, {})
    while True:
        client, _ = server.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = RequestStream(dialect)
        began_s = monotonic()
        tell(name, began_s)
        with suppress(OSError), client:
            for shown in _truck(began_s, frames_per_s, paced=not dialect.requests):
                if not dialect.requests:
                    client.sendall(dialect.encode(shown))
                    continue
                received = client.recv(1_024)
                if not received:
                    break
                for request in requests.feed(received):
                    client.sendall(dialect.answer(request, shown))


def _truck(began_s: float, frames_per_s: int, *, paced: bool) -> Iterator[Shown]:
    """What the indicator shows: an empty deck, a truck that mounts and stands, and again."""
    number = 0
    while True:
        at_s = (monotonic() - began_s) % CYCLE_S
        share = min(max((at_s - EMPTY_S) / RAMP_S, 0), 1)
        kg = round(LADEN_KG * share / D_KG) * D_KG
        yield Shown(kg=kg, d_kg=D_KG, motion=0 < share < 1)
        number += 1
        if paced:
            sleep(max(began_s + number / frames_per_s - monotonic(), 0))
