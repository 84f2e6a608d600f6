"""``ferrotrace bench indicators``: what eight scales cost the unit beside them."""

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Event, Thread

import click

from service.commands.bench_decisions import decisions
from service.commands.bench_lines import D_KG, speak
from service.commands.bench_timing import machine, machine_line
from service.devices.clock import RatedClock
from service.devices.edge.reader import IndicatorReader
from service.devices.edge.scale import Scale
from service.devices.indicators.registry import dialect_by_name
from service.domain.weighing import Instrument

FRAMES_PER_S = 20
CONTINUOUS = ("toledo_cont", "yaohua_tf0", "and_std", "hengtian_9800", "rinstrum_B")
EIGHT = (*CONTINUOUS, "yaohua_eq_rev", "keli_t1", "yaohua_a12e")
LIMIT_PERCENT = 10
DECISION_LIMIT_MS = 300
WARM_UP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLoad:
    """What a run cost: frames read a second, and processor time in percent of one core.

    Decision: ms from the closing of the stable windows to the word that they may be recorded.
    """

    indicators: int
    frames_per_s: str
    percent_of_core: str
    plain_frames_per_s: str
    plain_percent_of_core: str
    decision_median_ms: int
    decision_longest_ms: int


@click.command("indicators")
@click.option("--seconds", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def indicators(*, seconds: int, as_json: bool) -> None:
    """Read eight indicators at 20 frames a second; beside it, a plain reader of the same lines.

    Processor time of this process over the time that passed; the indicators run in another. The
    plain reader takes a socket's bytes apart by length and keeps the last number, no more. Then
    all eight weigh a truck at once, and each is asked for its first stable window.
    """
    with _speaking() as lines:
        frames, percent = _measured(lambda stop: _ours(lines.ports, stop), seconds)
        plain_frames, plain_percent = _measured(lambda stop: _plain(lines.ports, stop), seconds)
        decided = decisions(_read(lines.ports), lines.began_s, FRAMES_PER_S)
    load = IndicatorLoad(
        indicators=len(EIGHT),
        frames_per_s=frames,
        percent_of_core=percent,
        plain_frames_per_s=plain_frames,
        plain_percent_of_core=plain_percent,
        decision_median_ms=decided.median_ms,
        decision_longest_ms=decided.longest_ms,
    )
    if as_json:
        click.echo(json.dumps({"machine": machine(), **asdict(load)}, indent=2))
        return
    click.echo(machine_line())
    click.echo(
        f"{load.indicators} indicators, {load.frames_per_s} frames/s: {load.percent_of_core} % of"
        f" one core (limit {LIMIT_PERCENT} %); plain reader, {load.plain_frames_per_s} frames/s:"
        f" {load.plain_percent_of_core} %"
    )
    click.echo(
        f"capture decision after the window closes: median {load.decision_median_ms} ms, longest"
        f" {load.decision_longest_ms} ms (limit {DECISION_LIMIT_MS} ms)"
    )


class _Lines:
    """Eight indicators that speak; ``ports`` in the order of ``EIGHT``."""

    def __init__(self, told: Connection) -> None:
        self._told = told
        self._began_s: dict[str, float] = {}
        self.ports: list[int] = told.recv()

    def began_s(self) -> dict[str, float]:
        """When the newest connection of each dialect sent its first frame, monotonic clock."""
        while self._told.poll():
            name, began_s = self._told.recv()
            self._began_s[name] = began_s
        return self._began_s


@contextmanager
def _speaking() -> Iterator[_Lines]:
    """Eight indicators while the block runs."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=speak, args=(EIGHT, FRAMES_PER_S, there), daemon=True)
    process.start()
    try:
        yield _Lines(here)
    finally:
        here.close()
        process.terminate()
        process.join()


_Count = Callable[[], int]


def _measured(begin: Callable[[Event], _Count], seconds: int) -> tuple[str, str]:
    """Frames a second and percent of a core that the reading takes, after a second to warm up."""
    stop = Event()
    count = begin(stop)
    time.sleep(WARM_UP_S)
    frames, cpu_ns, wall_ns = count(), time.process_time_ns(), time.monotonic_ns()
    time.sleep(seconds)
    frames = count() - frames
    cpu_ns, wall_ns = time.process_time_ns() - cpu_ns, time.monotonic_ns() - wall_ns
    stop.set()
    count()
    return _tenths(frames * 10**9, wall_ns), _tenths(cpu_ns * 100, wall_ns)


def _tenths(value: int, by: int) -> str:
    return f"{round(Decimal(value) / by, 1):f}"


def _ours(ports: Sequence[int], stop: Event) -> _Count:
    """Read as an edge unit does; each call counts the frames and ends when ``stop`` is set."""
    stack = ExitStack()
    scales = stack.enter_context(_read(ports))

    def count() -> int:
        if stop.is_set():
            stack.close()
        return sum(scale.counters.frames for scale in scales)

    return count


@contextmanager
def _read(ports: Sequence[int]) -> Iterator[list[Scale]]:
    """A scale at each port, read in a thread of its own while the block runs."""
    scales, readers = [], []
    for name, port in zip(EIGHT, ports, strict=True):
        dialect = dialect_by_name(name, {})
        scale = Scale(_instrument(name), dialect, RatedClock())
        url = f"socket://127.0.0.1:{port}"
        readers.append(IndicatorReader(scale, url, dialect, on_connect=lambda: None))
        scales.append(scale)
    for reader in readers:
        reader.start()
    try:
        yield scales
    finally:
        for reader in readers:
            reader.stop()


def _plain(ports: Sequence[int], stop: Event) -> _Count:
    """Read as a short script does: so many bytes, the last number kept."""
    counts = [0] * len(ports)
    threads = [
        Thread(target=_read_plainly, args=(port, name, counts, at, stop), daemon=True)
        for at, (name, port) in enumerate(zip(EIGHT, ports, strict=True))
    ]
    for thread in threads:
        thread.start()

    def count() -> int:
        if stop.is_set():
            for thread in threads:
                thread.join()
        return sum(counts)

    return count


def _read_plainly(port: int, name: str, counts: list[int], at: int, stop: Event) -> None:
    length, rest, last = dialect_by_name(name, {}).frame_length, b"", 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        while not stop.is_set():
            rest += line.recv(1_024)
            while len(rest) >= length:
                frame, rest = rest[:length], rest[length:]
                digits = bytes(byte for byte in frame if byte in b"0123456789")
                last = int(digits or b"0") or last
                counts[at] += 1


def _instrument(dialect: str) -> Instrument:
    today = date.today()  # noqa: DTZ011 - any day within the validity
    return Instrument(
        instrument_id=f"BENCH-{dialect}",
        make="bench",
        model="bench",
        serial_no="1",
        dialect=dialect,
        d_kg=D_KG,
        e_kg=D_KG,
        max_kg=100_000,
        accuracy_class="III",
        certificate_no="bench",
        verified_on=today - timedelta(days=1),
        valid_to=today + timedelta(days=1),
        simulated=True,
    )
