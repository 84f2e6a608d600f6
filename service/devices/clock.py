"""A monotonic clock that can run faster, for simulated hardware and the edge unit beside it."""

import time
from threading import Lock

from service.domain.errors import RuleBrokenError, gettext_noop

FASTEST = 100


class RateError(RuleBrokenError):
    """A rate at which the simulated clock does not run."""

    message = gettext_noop("Rate %(value)s is outside 1 to %(limit)s.")


class RatedClock:
    """Milliseconds that pass ``rate`` times as fast as true time; never goes back."""

    def __init__(self, rate: int = 1) -> None:
        self._lock = Lock()
        self._rate = checked_rate(rate)
        self._from_ns = time.monotonic_ns()
        self._ns = 0

    @property
    def rate(self) -> int:
        return self._rate

    def now_ms(self) -> int:
        with self._lock:
            return self._now_ns() // 1_000_000

    def run_at(self, rate: int) -> None:
        """Go on from the present reading at another rate; raises RateError."""
        checked_rate(rate)
        with self._lock:
            self._ns = self._now_ns()
            self._from_ns = time.monotonic_ns()
            self._rate = rate

    def _now_ns(self) -> int:
        return self._ns + (time.monotonic_ns() - self._from_ns) * self._rate


def checked_rate(rate: object) -> int:
    """``rate`` as whole number 1 to 100; raises RateError."""
    if not isinstance(rate, int) or isinstance(rate, bool) or not 1 <= rate <= FASTEST:
        raise RateError(field="rate", value=rate, limit=FASTEST)
    return rate
