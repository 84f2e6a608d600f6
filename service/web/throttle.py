"""A light limit on what strangers may ask of one web process; sign-in has its own, stricter one."""

import threading
import time
from collections import OrderedDict

from flask import current_app, request

from service.web.errors import TooManyRequestsError

PER_MINUTE = 60
REMEMBERED = 10_000
_KEY = "ferrotrace_throttle"


class Throttle:
    """A bucket for each address: ``per_minute`` requests at once, refilled over a minute."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self.per_minute = per_minute
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def takes(self, address: str, now_s: float) -> bool:
        """Whether one more request of ``address`` is taken at ``now_s``."""
        with self._lock:
            left, then_s = self._buckets.pop(address, (float(self.per_minute), now_s))
            left = min(self.per_minute, left + (now_s - then_s) * self.per_minute / 60)
            taken = left >= 1
            self._buckets[address] = (left - 1 if taken else left, now_s)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
            return taken


def admit(subject: str) -> None:
    """Return when the caller may ask for ``subject`` now; else raise ``TooManyRequestsError``."""
    throttles: dict[str, Throttle] = current_app.extensions.setdefault(_KEY, {})
    throttle = throttles.setdefault(subject, Throttle())
    if not throttle.takes(request.remote_addr or "", time.monotonic()):
        raise TooManyRequestsError(limit=throttle.per_minute)
