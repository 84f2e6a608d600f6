"""What ``ferrotrace bench`` measures with: times of repeated work, and the machine it ran on."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

SHORTEST_RUN_S = 0.2
RUNS = 5


def rate(work: Callable[[], object], units: int = 1) -> float:
    """Units per second: the median of ``RUNS`` runs, each long enough for the clock."""
    work()
    times = 1
    while (took_s := _timed(work, times)) < SHORTEST_RUN_S:
        times = max(times * 2, round(times * SHORTEST_RUN_S / max(took_s, 1e-9)))
    return statistics.median(units * times / _timed(work, times) for _ in range(RUNS))


def median_ms(work: Callable[[], object], *, runs: int) -> float:
    """Milliseconds that ``work`` takes: the median of ``runs``, after one to warm up."""
    work()
    return statistics.median(milliseconds(work) for _ in range(runs))


def milliseconds(work: Callable[[], object]) -> float:
    """What ``work`` takes, once."""
    return _timed(work, 1) * 1_000


def best_in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], *, runs: int
) -> tuple[float, float]:
    """The shortest of ``runs`` runs of each, one after the other in turn, after two to warm up.

    In turn, because other work on the machine must not fall on one of the two alone.
    """
    pairs = [(ours(), theirs()) for _ in range(2 + runs)][2:]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def machine() -> dict[str, str]:
    """What the figures depend on: interpreter, system, processor, number of cores."""
    names = [line for line in _cpu_info() if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": str(os.cpu_count()),
    }


def machine_line() -> str:
    """The machine in one line."""
    return "  ".join(f"{name}: {value}" for name, value in machine().items())


def _timed(work: Callable[[], object], times: int) -> float:
    began_s = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began_s


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []
