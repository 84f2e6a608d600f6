"""Reads the indicator's line for ever: connects, asks where it must, reads, and connects again."""

import logging
from collections.abc import Callable, Mapping
from itertools import cycle
from threading import Event, Thread

import serial

from service.devices.edge.scale import Scale
from service.devices.indicators.dialect import Dialect

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
READ_TIMEOUT_S = 0.05
PATIENCE_S = 1.0

log = logging.getLogger(__name__)


class IndicatorReader:
    """Feeds ``scale`` from ``url``, any address that pyserial knows.

    ``line``: settings of a serial port as pyserial names them (baudrate, bytesize, parity,
    stopbits). A dialect that is asked gets its greetings at each connect and one request each
    ``poll_ms`` of the scale's clock.
    """

    def __init__(
        self,
        scale: Scale,
        url: str,
        dialect: Dialect,
        *,
        on_connect: Callable[[], None],
        line: Mapping[str, object] | None = None,
    ) -> None:
        self._scale = scale
        self._url = url
        self._dialect = dialect
        self._on_connect = on_connect
        self._line = dict(line or {})
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="indicator", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it has."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopped.is_set():
            try:
                if self._read_connection():
                    pause_s = FIRST_PAUSE_S
            except (serial.SerialException, OSError) as error:
                log.info("indicator %s: %s", self._url, error)
            self._stopped.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _read_connection(self) -> bool:
        """Read until the line breaks; whether a byte came."""
        came = False
        with serial.serial_for_url(self._url, timeout=READ_TIMEOUT_S, **self._line) as port:
            self._scale.begin_connection()
            self._on_connect()
            asking = Asking(self._dialect)
            clock, rate = self._scale.clock, 1
            try:
                for greeting in self._dialect.greetings:
                    port.write(greeting)
                while not self._stopped.is_set():
                    if clock.rate != rate:  # a simulated clock that hurries
                        rate = clock.rate
                        port.timeout = READ_TIMEOUT_S / rate
                    request = asking.due(clock.now_ms() / 1_000)
                    if request:
                        port.write(request)
                    data = port.read(self._dialect.frame_length)
                    if data:
                        came = True
                        asking.answered()
                        self._scale.feed(data)
            except serial.SerialException as error:
                log.info("indicator %s: %s", self._url, error)
        return came


class Asking:
    """Which request is due when: each in turn, one every ``poll_ms``.

    A slow indicator is not asked again before it has answered, for a second at most; so what it
    says is never older than that.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._requests = cycle(dialect.requests) if dialect.requests else None
        self._every_s = dialect.poll_ms / 1_000
        self._next_s = self._patient_until_s = 0.0

    def answered(self) -> None:
        """Take note that bytes came."""
        self._patient_until_s = 0.0

    def due(self, now_s: float) -> bytes:
        """Request to send at ``now_s``, b"" where none is due."""
        if self._requests is None or now_s < max(self._next_s, self._patient_until_s):
            return b""
        self._next_s = now_s + self._every_s
        self._patient_until_s = now_s + PATIENCE_S
        return next(self._requests)
