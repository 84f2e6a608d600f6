"""A process of its own that answers questions over a pipe, so that it may die, hang or grow."""

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Final

from service.domain.errors import UnavailableError, gettext_noop

STARTS_WITHIN_S: Final = 120.0
ENDS_WITHIN_S: Final = 5.0
READY: Final = "ready"

Serving = Callable[[Connection], None]


class NoAnswerError(UnavailableError):
    """The process died over a question, or took too long."""

    message = gettext_noop("No answer: %(value)s")


class AnsweringProcess:
    """Starts its process with the first question, and again after it died or hung.

    ``serving`` runs in it: it sends ``READY`` and then an answer to each question, until the other
    end of the pipe closes. After ``questions`` of them a new process takes over, so that memory
    that the old one kept goes back to the system.
    """

    def __init__(
        self, serving: Serving, *, answers_within_s: float, questions: int | None = None
    ) -> None:
        self._serving = serving
        self._answers_within_s = answers_within_s
        self._questions = questions
        self._asked = 0
        self._lock = Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def ask(self, question: object) -> object:
        """The answer to ``question``; one at a time. Raises ``NoAnswerError``."""
        with self._lock:
            if self._asked == self._questions or self._is_cut_off():
                self._end()
            try:
                connection = self._connection or self._start()
                self._asked += 1
                connection.send(question)
                return _received(connection, self._answers_within_s)
            except (EOFError, OSError) as error:  # a TimeoutError is an OSError
                self._end()
                raise NoAnswerError(value=type(error).__name__) from error

    def close(self) -> None:
        """End the process; another question would start a new one."""
        with self._lock:
            self._end()

    def _is_cut_off(self) -> bool:
        """Whether the other end is closed: nothing else can be read before a question."""
        return self._connection is not None and self._connection.poll()

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._connection = ours
        self._process = context.Process(target=_served, args=(self._serving, theirs), daemon=True)
        self._process.start()
        theirs.close()
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
        self._asked = 0


def _served(serving: Serving, connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    serving(connection)


def _received(connection: Connection, within_s: float) -> object:
    if not connection.poll(within_s):
        raise TimeoutError
    return connection.recv()
