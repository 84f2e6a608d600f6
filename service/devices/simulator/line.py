"""The indicator's line: a TCP device server that streams the dialect's own bytes."""

import socket
from contextlib import suppress
from threading import Event, Lock, Thread

from service.devices.clock import RatedClock
from service.devices.indicators.dialect import Dialect, Shown
from service.devices.simulator.deck import Deck
from service.domain.weighing import Instrument

FRAME_PERIOD_MS = 143
"""Seven frames a second, as a Toledo indicator sends (weighbridge.md, section 2)."""

OVER_MAX_E = 9
"""An indicator blanks or flags above Max + 9 e (R 76)."""

LARGEST_BURST = 100
SHORTEST_SLEEP_S = 0.002


class IndicatorLine:
    """Streams frames to every client. ``connected``: the port answers; ``silent``: no bytes."""

    def __init__(
        self, dialect: Dialect, instrument: Instrument, deck: Deck, clock: RatedClock
    ) -> None:
        self._dialect = dialect
        self._instrument = instrument
        self._deck = deck
        self._clock = clock
        self._clients: list[socket.socket] = []
        self._lock = Lock()
        self._stopped = Event()
        self._server: socket.socket | None = None
        self.connected = True
        self.silent = False

    def start(self, host: str, port: int) -> int:
        """Listen and stream until ``stop``; returns the port (0 picks a free one)."""
        server = socket.create_server((host, port))
        self._server = server
        for work in (self._accept, self._stream):
            Thread(target=work, args=(server,), name=f"line {work.__name__}", daemon=True).start()
        return int(server.getsockname()[1])

    def stop(self) -> None:
        """Close the port and every client."""
        self._stopped.set()
        if self._server is not None:
            with suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
        self._drop_clients()

    def set_line(self, *, connected: bool, silent: bool) -> None:
        """Pull or plug the network cable (``connected``) or the indicator's own (``silent``)."""
        self.connected, self.silent = connected, silent
        if not connected:
            self._drop_clients()

    def frame(self, at_ms: int) -> bytes:
        """Frame that the indicator sends at ``at_ms`` of the simulated clock."""
        load = self._deck.load(at_ms)
        limit_kg = self._instrument.max_kg + OVER_MAX_E * self._instrument.e_kg
        return self._dialect.encode(
            Shown(
                kg=load.kg,
                d_kg=self._instrument.d_kg,
                motion=load.moving,
                out_of_range=load.kg > limit_kg,
                serial_no=self._instrument.serial_no,
            )
        )

    def _accept(self, server: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = server.accept()
            except OSError:
                return
            if not self.connected:
                client.close()
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.settimeout(0)
            with self._lock:
                self._clients.append(client)

    def _stream(self, _server: socket.socket) -> None:
        due_ms = self._clock.now_ms()
        while not self._stopped.is_set():
            now_ms = self._clock.now_ms()
            due_ms = max(due_ms, now_ms - LARGEST_BURST * FRAME_PERIOD_MS)
            moments = range(due_ms, now_ms + 1, FRAME_PERIOD_MS)
            due_ms += len(moments) * FRAME_PERIOD_MS
            if moments and self.connected and not self.silent:
                self._send(b"".join(map(self.frame, moments)))
            wait_s = (due_ms - self._clock.now_ms()) / 1000 / self._clock.rate
            self._stopped.wait(max(wait_s, SHORTEST_SLEEP_S))

    def _send(self, data: bytes) -> None:
        with self._lock:
            for client in tuple(self._clients):
                try:
                    client.send(data)
                except BlockingIOError:
                    continue  # a full device server drops bytes; the reader finds its feet again
                except OSError:
                    self._clients.remove(client)
                    client.close()

    def _drop_clients(self) -> None:
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()
