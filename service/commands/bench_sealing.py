"""Sealing in a process of its own, so that its memory can be told from ours."""

import re
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from service.bootstrap.deps import build_deps
from service.commands.bench_deliveries import deliveries
from service.config import read_settings
from service.storage.journal import append_entries
from service.usecases.evidence import journal_row
from service.usecases.ports import Deps
from service.usecases.sealing import seal

_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """How many documents were sealed, in what time, and the most memory the process ever had."""

    documents: int
    seconds: float
    peak_mb: float


def journal_deliveries(numbers: range, deps: Deps) -> None:
    """Put delivery documents with these numbers into the journal."""
    evidence = deliveries(numbers, deps)
    while some := list(islice(evidence, _AT_A_TIME)):
        with deps.db.transaction() as tx:
            append_entries(tx, [journal_row(delivery, deps) for delivery in some])


def sealed_apart(environment: Mapping[str, str]) -> Sealed:
    """Seal all that waits in the journal, in a new process with this environment."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_seal_all, environment).result()


def _seal_all(environment: Mapping[str, str]) -> Sealed:
    deps = build_deps(read_settings(environment))
    began_s = time.perf_counter()
    documents = 0
    while batch := seal(deps):
        documents += batch.new_size - batch.old_size
    seconds = time.perf_counter() - began_s
    deps.db.close()
    return Sealed(documents=documents, seconds=seconds, peak_mb=_peak_mb())


def _peak_mb() -> float:
    """The largest resident set of this process so far, in megabytes (10^6 bytes)."""
    status = Path("/proc/self/status").read_text("ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) * 1_024 / 1e6 if peak else float("nan")
