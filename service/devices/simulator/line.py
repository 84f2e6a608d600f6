"""The indicator's line: the dialect's own bytes, streamed or in answer to a question."""

import selectors
import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from service.devices.clock import RatedClock
from service.devices.indicators.stream import RequestStream
from service.devices.simulator.channels import Channel, PtyChannel, Rfc2217Channel, TcpChannel
from service.devices.simulator.indicator import Indicator
from service.devices.site import host_and_port

FRAME_PERIOD_MS = 143
"""Seven frames a second, as a Toledo indicator sends (weighbridge.md, section 2)."""

LARGEST_BURST = 100
SHORTEST_WAIT_S = 0.002
LONGEST_WAIT_S = 0.05


class Line(Protocol):
    """A line that can be cut. ``connected``: the port answers; ``silent``: no bytes come."""

    connected: bool
    silent: bool

    def start(self) -> int:
        """Speak until ``stop``; returns the TCP port, 0 where there is none."""
        ...

    def stop(self) -> None: ...

    def set_line(self, *, connected: bool, silent: bool) -> None:
        """Pull or plug the network cable (``connected``) or the indicator's own (``silent``)."""
        ...


class IndicatorLine:
    """The line at ``url``: ``socket://``, ``rfc2217://`` or a path below /dev."""

    def __init__(self, indicator: Indicator, clock: RatedClock, url: str) -> None:
        self._indicator = indicator
        self._clock = clock
        self._url = url
        self._selector = selectors.DefaultSelector()
        self._questions: dict[Channel, RequestStream] = {}
        self._stopped = Event()
        self._server: socket.socket | None = None
        self._thread = Thread(target=self._run, name="line", daemon=True)
        self.connected = True
        self.silent = False

    def start(self) -> int:
        """Open the line and speak until ``stop``; returns the TCP port (0: none, or any free)."""
        port = 0
        if self._url.startswith("/"):
            self._add(PtyChannel(Path(self._url)))
        else:
            self._server = socket.create_server(host_and_port(self._url))
            self._server.settimeout(0)
            self._selector.register(self._server, selectors.EVENT_READ)
            port = int(self._server.getsockname()[1])
        self._thread.start()
        return port

    def stop(self) -> None:
        """Close the port and every client."""
        self._stopped.set()
        self._thread.join()
        self._drop_channels()
        if self._server is not None:
            self._server.close()
        self._selector.close()

    def set_line(self, *, connected: bool, silent: bool) -> None:
        """Pull or plug the network cable, or the indicator's own; a serial line falls silent."""
        self.connected, self.silent = connected, silent

    def _run(self) -> None:
        due_ms = self._clock.now_ms()
        while not self._stopped.is_set():
            if not self.connected and self._server is not None:
                self._drop_channels()
            due_ms = self._speak_unasked(due_ms)
            wait_s = (due_ms - self._clock.now_ms()) / 1000 / self._clock.rate
            wait_s = min(max(wait_s, SHORTEST_WAIT_S), LONGEST_WAIT_S)
            for key, _ in self._selector.select(wait_s):
                if key.fileobj is self._server:
                    self._accept(self._server)
                else:
                    self._listen(key.data)

    def _speak_unasked(self, due_ms: int) -> int:
        """Send the frames that are due; return when the next one is."""
        now_ms = self._clock.now_ms()
        due_ms = max(due_ms, now_ms - LARGEST_BURST * FRAME_PERIOD_MS)
        moments = range(due_ms, now_ms + 1, FRAME_PERIOD_MS)
        if moments and self._speaks and not self._indicator.dialect.requests:
            data = b"".join(map(self._indicator.frame, moments))
            for channel in tuple(self._questions):
                self._send(channel, data)
        return due_ms + len(moments) * FRAME_PERIOD_MS

    @property
    def _speaks(self) -> bool:
        return self.connected and not self.silent

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            client, _ = server.accept()
            if not self.connected:
                client.close()
                return
            rfc2217 = self._url.startswith("rfc2217")
            self._add(Rfc2217Channel(client) if rfc2217 else TcpChannel(client))

    def _listen(self, channel: Channel) -> None:
        """Take in what the host asks, and answer whole questions."""
        try:
            data = channel.receive()
        except BlockingIOError:
            return
        except OSError:
            self._drop(channel)
            return
        asked = self._questions[channel].feed(data)
        if self._speaks:
            self._send(channel, b"".join(map(self._indicator.answer, asked)))

    def _send(self, channel: Channel, data: bytes) -> None:
        if not data:
            return
        try:
            channel.send(data)
        except OSError:
            self._drop(channel)

    def _add(self, channel: Channel) -> None:
        self._questions[channel] = RequestStream(self._indicator.dialect)
        self._selector.register(channel, selectors.EVENT_READ, channel)

    def _drop(self, channel: Channel) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(channel)
        self._questions.pop(channel, None)
        channel.close()

    def _drop_channels(self) -> None:
        for channel in tuple(self._questions):
            self._drop(channel)
