"""What the deck did after a weighing, until it was empty again: the rest of the curve (C6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from service.devices.edge.asks import Doer
from service.domain.control.curve import after_capture, thinned
from service.domain.weighing import Capture, Reading, curve_of, curve_sha256

MOST_ON_DECK = 10
"""How many weighings of one passage are followed: first, second, check, and what was voided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """The body of an entry ``weighing.left``, who weighed, and the reading that saw zero."""

    body: dict[str, Any]
    doer: Doer
    last: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    visit_id: str
    weighing_id: str
    doer: Doer
    frames: int
    last_frame_hex: str


class Departures:
    """Follows the weighings of one scale until their trucks have left.

    ``left`` is called by the scale's reader and only takes note; a thread of its own logs. What
    followed a weighing before the program ended stays unknown.
    """

    def __init__(self, log: Callable[[Departure], None], *, near_zero_kg: int) -> None:
        self._log = log
        self._near_zero_kg = near_zero_kg
        self._weighed: list[_Weighed] = []
        self._gone: SimpleQueue[Departure | None] = SimpleQueue()
        self._lock = Lock()
        self._thread = Thread(target=self._work, name="departures", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._gone.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def expect(self, visit_id: str, weighing_id: str, capture: Capture, doer: Doer) -> None:
        """Follow what comes after ``capture``, which was just recorded."""
        weighed = _Weighed(
            visit_id=visit_id,
            weighing_id=weighing_id,
            doer=doer,
            frames=len(capture.frames),
            last_frame_hex=capture.last_frame_hex,
        )
        with self._lock:
            self._weighed = [*self._weighed[-MOST_ON_DECK:], weighed]

    def left(self, passage: Sequence[Reading]) -> None:
        """The deck is empty again after ``passage``, whose last reading is at zero."""
        with self._lock:
            weighed, self._weighed = self._weighed, []
        for each in weighed:
            captured = each.frames - 1
            if captured < len(passage) and passage[captured].raw_hex == each.last_frame_hex:
                self._gone.put(self._departure(each, passage[captured:]))

    def _departure(self, weighed: _Weighed, after: Sequence[Reading]) -> Departure:
        curve = curve_of(after)
        seen, kept = after_capture(curve, near_zero_kg=self._near_zero_kg), thinned(curve)
        body = {
            "visit_id": weighed.visit_id,
            "weighing_id": weighed.weighing_id,
            "empty_after_ms": seen.seen_ms,
            "rise_kg": seen.rise_kg,
            "curve": [list(point) for point in kept],
            "curve_sha256": curve_sha256(kept),
        }
        return Departure(body=body, doer=weighed.doer, last=after[-1])

    def _work(self) -> None:
        while (departure := self._gone.get()) is not None:
            self._log(departure)
