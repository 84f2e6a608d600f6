"""A cable between two programs that can be pulled: TCP, byte for byte, until it is cut."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from threading import Event, Lock, Thread

from tests.support.ports import free_port

CHUNK = 65_536
CLOSED = b""


class Cable:
    """Listens on ``port`` and passes everything to ``target`` while it is not cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self.port = free_port()  # nobody else is given it while the cable is cut
        self._listener = self._listening(self.port)

    def cut(self) -> None:
        """Pull it: what is open breaks off, what is new is refused."""
        self._close(self._listener)
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            self._close(end)

    def mend(self) -> None:
        """Plug it in again, at the same port; nothing happens where it is plugged in."""
        if self._listener.fileno() >= 0:
            return
        self._listener = self._listening(self.port)

    def _listening(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
        Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target)
        except OSError:
            self._close(near)
            return
        with self._lock:
            self._open |= {near, far}
        for source, sink in ((near, far), (far, near)):
            Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while (piece := source.recv(CHUNK)) != CLOSED:
                sink.sendall(piece)
        for end in (source, sink):
            self._close(end)
        with self._lock:
            self._open -= {source, sink}

    @staticmethod
    def _close(end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def cable_to(port: int, host: str = "127.0.0.1") -> Iterator[Cable]:
    """A cable to a program on this machine until the block ends."""
    cable = Cable((host, port))
    try:
        yield cable
    finally:
        cable.cut()


@contextmanager
def cut_at_random(
    cable: Cable, seed: int, *, joined_s: tuple[float, float], cut_s: tuple[float, float]
) -> Iterator[None]:
    """Cut and mend the cable again and again while the block runs; it is whole at the end.

    The lengths are drawn between the two bounds of each, in seconds.
    """
    chance = Random(seed)  # noqa: S311 - a schedule, not a secret
    ended = Event()

    def cutting() -> None:
        while not ended.wait(chance.uniform(*joined_s)):
            cable.cut()
            ended.wait(chance.uniform(*cut_s))
            cable.mend()

    thread = Thread(target=cutting, name="cutting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
