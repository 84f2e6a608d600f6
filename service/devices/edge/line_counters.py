"""How many frames a line brings and how many of them fail their check (control C13)."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import date
from time import monotonic

SPAN_MS = 10_000
LOG_PAUSE_S = 60.0
MINUTE_MS = 60_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHealth:
    """The line now against its commissioning (control C13); None is unknown.

    ``bad_frames_bp``: frames that fail their check in 10,000. ``tested_on``: day of the last
    passed check against the display or a known truck.
    """

    frames_per_min: int
    bad_frames_bp: int | None
    usual_frames_per_min: int | None = None
    tested_on: date | None = None


class LineCounters:
    """Frames good and bad since the start, and how many a minute at the rate of the last 10 s.

    Times in ms on the edge's clock. Bad frames are logged at most once a minute.
    """

    def __init__(self, instrument_id: str) -> None:
        self._instrument_id = instrument_id
        self._recent: deque[tuple[int, int, int]] = deque()  # (second, good, bad)
        self._began_ms: int | None = None
        self._logged_s = -LOG_PAUSE_S
        self.frames = 0
        self.bad_frames = 0

    def begin_connection(self) -> None:
        """Count the rate anew: a line that was cut has brought nothing meanwhile."""
        self._recent.clear()
        self._began_ms = None

    def count(self, *, good: int, bad: int, at_ms: int) -> None:
        """Take ``good`` and ``bad`` frames that were complete at ``at_ms``."""
        self.frames += good
        self.bad_frames += bad
        if self._began_ms is None:
            self._began_ms = at_ms
        second = at_ms // 1_000
        if self._recent and self._recent[-1][0] == second:
            _, before_good, before_bad = self._recent.pop()
            good, bad = before_good + good, before_bad + bad
        self._recent.append((second, good, bad))
        while self._recent[0][0] * 1_000 <= at_ms - SPAN_MS - 1_000:
            self._recent.popleft()
        if bad:
            self._log_bad()

    def per_min(self, *, now_ms: int) -> tuple[int, int]:
        """Good and bad frames a minute, at the rate of the last whole seconds up to ``now_ms``."""
        good, bad = self.recent(now_ms=now_ms)
        span_ms = max(now_ms - self._since_ms(now_ms), 1_000)
        return good * MINUTE_MS // span_ms, bad * MINUTE_MS // span_ms

    def recent(self, *, now_ms: int) -> tuple[int, int]:
        """Good and bad frames of the last ten seconds up to ``now_ms``."""
        since_ms = self._since_ms(now_ms)
        counted = [entry for entry in tuple(self._recent) if entry[0] * 1_000 >= since_ms - 999]
        good, bad = (sum(entry[at] for entry in counted) for at in (1, 2))
        return good, bad

    def health(self, *, now_ms: int) -> LineHealth:
        """What the counters alone say of the line."""
        good, bad = self.recent(now_ms=now_ms)
        return LineHealth(
            frames_per_min=self.per_min(now_ms=now_ms)[0],
            bad_frames_bp=bad * 10_000 // (good + bad) if good + bad else None,
        )

    def _since_ms(self, now_ms: int) -> int:
        return now_ms - SPAN_MS if self._began_ms is None else max(now_ms - SPAN_MS, self._began_ms)

    def _log_bad(self) -> None:
        if monotonic() - self._logged_s >= LOG_PAUSE_S:
            self._logged_s = monotonic()
            log.warning("%s: %s frames failed their check", self._instrument_id, self.bad_frames)
