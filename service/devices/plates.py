"""Number plates in pictures: asks the recogniser, which runs in a process of its own."""

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock

from service.devices.pictures import picture_header
from service.devices.plate_recogniser import serve
from service.domain.errors import UnavailableError, gettext_noop
from service.domain.plate_reading import PlateReading

STARTS_WITHIN_S = 60.0
READS_WITHIN_S = 10.0
ENDS_WITHIN_S = 5.0

Serving = Callable[[Connection], None]


class PlateReaderUnavailableError(UnavailableError):
    """The recogniser does not answer; a plate can always be typed."""

    message = gettext_noop("No plate can be read now: %(value)s. Type the plate instead.")


class PlateReader:
    """Starts its process with the first picture, and again after it died or hung.

    ``serving`` answers pictures at the other end of a pipe; the real recogniser by default.
    """

    def __init__(self, serving: Serving = serve, *, reads_within_s: float = READS_WITHIN_S) -> None:
        self._serving = serving
        self._reads_within_s = reads_within_s
        self._lock = Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def read(self, picture: bytes) -> tuple[PlateReading, ...]:
        """Plates in a JPEG or PNG, the surest first; empty where there is none.

        Raises NotAPictureError, PictureTooLargeError, PlateReaderUnavailableError.
        """
        picture_header(picture)
        with self._lock:
            try:
                answer = self._asked(picture)
            except (EOFError, OSError, TimeoutError) as error:
                self._end()
                raise PlateReaderUnavailableError(
                    field="picture", value=type(error).__name__
                ) from error
        if isinstance(answer, str):
            raise PlateReaderUnavailableError(field="picture", value=answer)
        return tuple(answer)

    def close(self) -> None:
        """End the process; another picture would start a new one."""
        with self._lock:
            self._end()

    def _asked(self, picture: bytes) -> list[PlateReading] | str:
        connection = self._connection or self._start()
        connection.send(picture)
        return _received(connection, self._reads_within_s)  # type: ignore[return-value]

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=self._serving, args=(theirs,), name="plates", daemon=True
        )
        self._process.start()
        theirs.close()
        self._connection = ours
        _received(ours, STARTS_WITHIN_S)
        return ours

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process.join(ENDS_WITHIN_S)
        self._process = self._connection = None


def _received(connection: Connection, within_s: float) -> object:
    if not connection.poll(within_s):
        raise TimeoutError
    return connection.recv()
