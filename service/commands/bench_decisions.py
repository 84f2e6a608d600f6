"""How soon a scale says that its weight may be recorded, for ``ferrotrace bench indicators``."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from time import monotonic

from service.devices.edge.scale import Scale

PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Milliseconds from the closing of the stable windows to the decisions at the edge unit."""

    median_ms: int
    longest_ms: int


def decisions(
    reading: AbstractContextManager[list[Scale]],
    began_s: Callable[[], Mapping[str, float]],
    frames_per_s: int,
) -> Decisions:
    """Ask all scales at once for the first window; each closes with a frame of its indicator.

    ``reading`` reads the scales while it is open. ``began_s``: when each dialect's indicator sent
    its first frame, on the monotonic clock. A frame counts as sent when its turn came, so what
    the line and the indicator add counts as waiting too.
    """
    with reading as scales, ThreadPoolExecutor(len(scales)) as pool:
        waited = list(pool.map(_decided, scales))
        began = began_s()
    late_ms = [
        1_000 * (decided_s - began[name] - (seq - 1) / frames_per_s)
        for name, seq, decided_s in waited
    ]
    return Decisions(median_ms=round(median(late_ms)), longest_ms=round(max(late_ms)))


def _decided(scale: Scale) -> tuple[str, int, float]:
    """Dialect, number of the frame that closed the window, and when that was known."""
    captured = scale.stable_window(wait_ms=PATIENCE_MS)
    decided_s = monotonic()
    return scale.instrument.dialect, captured.window.readings[-1].seq, decided_s
