"""The scale as the edge unit knows it: the line's bytes in, the passage and its state out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from threading import Condition
from time import monotonic

from service.devices.clock import RatedClock
from service.devices.edge.line_counters import LineCounters, LineHealth
from service.devices.edge.line_tape import LineTape
from service.devices.indicators.dialect import Dialect, Frame, FrameKind
from service.devices.indicators.reading import Arrival, reading_of, with_status
from service.devices.indicators.stream import FrameStream
from service.domain.errors import FerrotraceError
from service.domain.weighing import Instrument, Reading
from service.domain.weighing_live import LiveState, live_state
from service.domain.weighing_passage import Passage, WindowRule
from service.domain.weighing_window import CAPTURE_REFUSALS, StableWindow, stable_window

BUSINESS_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
POLL_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPassage:
    """A stable window, and the whole passage up to it."""

    window: StableWindow
    passage: Passage


class Scale:
    """One scale; ``feed`` is called by the reader's thread, the rest by any."""

    def __init__(self, instrument: Instrument, dialect: Dialect, clock: RatedClock) -> None:
        self.instrument = instrument
        self.clock = clock
        self._dialect = dialect
        self._stream = FrameStream(dialect)
        self._passage = Passage()
        self._status: Frame | None = None
        self._seq = 0
        self._arrived = Condition()
        self._unfit: Callable[[], FerrotraceError | None] | None = None
        self._health: Callable[[], LineHealth] | None = None
        self._left: Callable[[Sequence[Reading]], None] | None = None
        self.counters = LineCounters(instrument.instrument_id)
        self.tape = LineTape()
        self.serial_no: str | None = None

    @property
    def bad_frames(self) -> int:
        """Frames dropped for their check since the edge unit started."""
        return self.counters.bad_frames

    @property
    def serial_agrees(self) -> bool | None:
        """Whether the instrument calls itself what the record says; None where it tells none."""
        return None if self.serial_no is None else self.serial_no == self.instrument.serial_no

    def attend(
        self, *, unfit: Callable[[], FerrotraceError | None], health: Callable[[], LineHealth]
    ) -> None:
        """Refuse every capture while ``unfit`` gives a reason; ask ``health`` for the line's.

        Both come from the commissioning of this scale.
        """
        self._unfit = unfit
        self._health = health

    def follow(self, left: Callable[[Sequence[Reading]], None]) -> None:
        """Have ``left`` told of each passage when the deck is empty again, its zero included.

        The reader's thread calls it, so that it must not wait for anything.
        """
        self._left = left

    def health(self) -> LineHealth:
        """The line now, against its commissioning where there is one."""
        if self._health is not None:
            return self._health()
        return self.counters.health(now_ms=self.clock.now_ms())

    @property
    def passage(self) -> Passage:
        return self._passage

    def begin_connection(self) -> None:
        """Forget the part of a frame, the status and the serial number of the former connection."""
        self._stream = FrameStream(self._dialect)
        self._status = None
        self.serial_no = None
        self.counters.begin_connection()

    def feed(self, chunk: bytes) -> None:
        """Take bytes of the line as they arrive."""
        t_mono_ms = self.clock.now_ms()
        self.tape.record(t_mono_ms, chunk)
        bad_before = self._stream.bad_frames
        frames = self._stream.feed(chunk)
        bad = self._stream.bad_frames - bad_before
        if not frames and not bad:
            return
        self.counters.count(good=len(frames), bad=bad, at_ms=t_mono_ms)
        weights = [frame for frame in map(self._taken, frames) if frame is not None]
        if not weights:
            return
        rule, d_kg, t_utc = self._rule(), self.instrument.d_kg, datetime.now(UTC)
        with self._arrived:
            for frame in weights:
                self._seq += 1
                arrival = Arrival(seq=self._seq, t_mono_ms=t_mono_ms, t_utc=t_utc)
                reading = reading_of(frame, self._dialect, self.instrument, arrival=arrival)
                before = self._passage
                self._passage = before.after(reading, d_kg=d_kg, rule=rule)
                if before.departed and not self._passage.departed and self._left is not None:
                    self._left((*before.readings, reading))
            self._arrived.notify_all()

    def _taken(self, frame: Frame) -> Frame | None:
        """Weight ``frame`` with the status before it; None where it is no weight."""
        if frame.kind is FrameKind.WEIGHT:
            return frame if self._status is None else with_status(frame, self._status)
        if frame.kind is FrameKind.STATUS:
            self._status = frame
        elif frame.kind is FrameKind.SERIAL:
            self.serial_no = frame.serial_no
        return None

    def state(self) -> LiveState:
        """What may be said about the scale now."""
        live = live_state(
            self._passage,
            self.instrument,
            self._rule(),
            now_ms=self.clock.now_ms(),
            on=business_date(),
        )
        unfit = self._unfit() if self._unfit else None
        return live if unfit is None else replace(live, reasons=(unfit, *live.reasons))

    def stable_window(self, *, wait_ms: int) -> CapturedPassage:
        """Window that ends now, or the first within ``wait_ms`` of true time.

        Raises the gravest reason why there is none at the end of it, at once where the instrument
        is unfit (``attend``).
        """
        unfit = self._unfit() if self._unfit else None
        if unfit is not None:
            raise unfit
        deadline = monotonic() + wait_ms / 1000
        with self._arrived:
            while True:
                try:
                    return self._window_now()
                except CAPTURE_REFUSALS:
                    left_s = deadline - monotonic()
                    if left_s <= 0:
                        raise
                self._arrived.wait(min(left_s, POLL_S))

    def _window_now(self) -> CapturedPassage:
        passage = self._passage
        window = stable_window(
            passage,
            self.instrument,
            self._rule(),
            now_ms=self.clock.now_ms(),
            on=business_date(),
        )
        return CapturedPassage(window=window, passage=passage)

    def _rule(self) -> WindowRule:
        return _rule_at(self.clock.rate)


@cache
def _rule_at(rate: int) -> WindowRule:
    return WindowRule().at_rate(rate)


def business_date() -> date:
    """Today in the yard's time zone; China has no summer time."""
    return datetime.now(BUSINESS_ZONE).date()
