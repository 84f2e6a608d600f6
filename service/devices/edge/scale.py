"""The scale as the edge unit knows it: the line's bytes in, the passage and its state out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Condition
from time import monotonic

from service.devices.clock import RatedClock
from service.devices.indicators.dialect import Dialect
from service.devices.indicators.reading import Arrival, reading_of
from service.devices.indicators.stream import FrameStream
from service.domain.weighing import Instrument
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
        self._seq = 0
        self._bad_frames = 0
        self._arrived = Condition()

    @property
    def bad_frames(self) -> int:
        """Frames dropped for their check since the edge unit started."""
        return self._bad_frames + self._stream.bad_frames

    @property
    def passage(self) -> Passage:
        return self._passage

    def begin_connection(self) -> None:
        """Forget the part of a frame that the former connection left."""
        self._bad_frames += self._stream.bad_frames
        self._stream = FrameStream(self._dialect)

    def feed(self, chunk: bytes) -> None:
        """Take bytes of the line as they arrive."""
        frames = self._stream.feed(chunk)
        if not frames:
            return
        rule, d_kg = self._rule(), self.instrument.d_kg
        t_mono_ms, t_utc = self.clock.now_ms(), datetime.now(UTC)
        with self._arrived:
            for frame in frames:
                self._seq += 1
                arrival = Arrival(seq=self._seq, t_mono_ms=t_mono_ms, t_utc=t_utc)
                reading = reading_of(frame, self._dialect, self.instrument, arrival=arrival)
                self._passage = self._passage.after(reading, d_kg=d_kg, rule=rule)
            self._arrived.notify_all()

    def state(self) -> LiveState:
        """What may be said about the scale now."""
        passage = self._passage
        return live_state(
            passage,
            self.instrument,
            self._rule(),
            now_ms=self.clock.now_ms(),
            on=business_date(),
        )

    def stable_window(self, *, wait_ms: int) -> CapturedPassage:
        """Window that ends now, or the first within ``wait_ms`` of true time.

        Raises the gravest reason why there is none at the end of it.
        """
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
        return WindowRule().at_rate(self.clock.rate)


def business_date() -> date:
    """Today in the yard's time zone; China has no summer time."""
    return datetime.now(BUSINESS_ZONE).date()
