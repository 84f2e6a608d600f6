"""Tickets on their way to the printer beside the scale: in order, again until it takes them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Lock, Thread

from service.domain.errors import FerrotraceError
from service.domain.ticket_sheet import TicketSheet

PAUSE_S = 5.0
MOST_TRIES = 60
MOST_REMEMBERED = 200

PrintSheet = Callable[[TicketSheet], None]
"""Prints a sheet on paper; raises a FerrotraceError where the printer does not take it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """A copy of a ticket: ``state`` is WAITING, PRINTED or FAILED, ``why`` it is not printed."""

    ticket_no: str
    copy_no: int
    state: str
    why: str = ""


class PrintQueue:
    """Prints one sheet after another in a thread; what the printer refuses waits in front.

    A sheet is given up after five minutes, or when the program ends: it can be printed again,
    which is counted as another copy.
    """

    def __init__(self, print_sheet: PrintSheet, *, pause_s: float = PAUSE_S) -> None:
        self._print = print_sheet
        self._pause_s = pause_s
        self._waiting: SimpleQueue[tuple[int, TicketSheet] | None] = SimpleQueue()
        self._jobs: dict[tuple[str, int], PrintJob] = {}
        self._lock = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="printer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the sheet that is under way."""
        self._stopped.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def put(self, sheet: TicketSheet, copy_no: int) -> None:
        """Have ``sheet`` printed as soon as the printer takes it."""
        self._note(sheet, copy_no, "WAITING")
        self._waiting.put((copy_no, sheet))

    def jobs_of(self, ticket_no: str) -> list[PrintJob]:
        """What became of the prints of a ticket since the program began."""
        with self._lock:
            return [job for job in self._jobs.values() if job.ticket_no == ticket_no]

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            copy_no, sheet = job
            self._print_until_taken(sheet, copy_no)

    def _print_until_taken(self, sheet: TicketSheet, copy_no: int) -> None:
        for _ in range(MOST_TRIES):
            try:
                self._print(sheet)
            except FerrotraceError as error:
                log.warning("print of %s: %s", sheet.ticket_no, error)
                self._note(sheet, copy_no, "WAITING", str(error))
            else:
                self._note(sheet, copy_no, "PRINTED")
                return
            if self._stopped.wait(self._pause_s):
                return
        self._note(sheet, copy_no, "FAILED", "given up")

    def _note(self, sheet: TicketSheet, copy_no: int, state: str, why: str = "") -> None:
        job = PrintJob(ticket_no=sheet.ticket_no, copy_no=copy_no, state=state, why=why)
        with self._lock:
            self._jobs[sheet.ticket_no, copy_no] = job
            while len(self._jobs) > MOST_REMEMBERED:
                del self._jobs[next(iter(self._jobs))]
