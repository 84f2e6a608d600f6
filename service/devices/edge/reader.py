"""Reads the indicator's line for ever: connects, reads, and connects again."""

import logging
from collections.abc import Callable
from threading import Event, Thread

import serial

from service.devices.edge.scale import Scale

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
READ_TIMEOUT_S = 0.05

log = logging.getLogger(__name__)


class IndicatorReader:
    """Feeds ``scale`` from ``url``, any address that pyserial knows."""

    def __init__(
        self, scale: Scale, url: str, *, chunk: int, on_connect: Callable[[], None]
    ) -> None:
        self._scale = scale
        self._url = url
        self._chunk = chunk
        self._on_connect = on_connect
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
        with serial.serial_for_url(self._url, timeout=READ_TIMEOUT_S) as port:
            self._scale.begin_connection()
            self._on_connect()
            try:
                while not self._stopped.is_set():
                    data = port.read(self._chunk)
                    if data:
                        came = True
                        self._scale.feed(data)
            except serial.SerialException as error:
                log.info("indicator %s: %s", self._url, error)
        return came
