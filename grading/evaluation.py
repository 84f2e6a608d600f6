"""Everything that the report draws: both splits over all seeds, probes, time, the shipped head."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from grading.photos import SUFFIXES
from grading.probes import Propose, probe_answers

TIMED_PICTURES: Final = 24
MS_PER_S: Final = 1000


def evaluation(
    photos: Path,
    runs: Callable[[str], dict[str, Any]],
    propose: Propose,
    *,
    splits: Sequence[str],
    probes: Path | None,
) -> dict[str, Any]:
    """Return the figures of every split, by ``runs``, and of the head that ``propose`` asks."""
    answers = [runs(split) for split in splits]
    pictures = [path for path in sorted(photos.rglob("*")) if path.suffix.lower() in SUFFIXES]
    return {
        "unreadable": answers[0]["unreadable"],
        "runs": [run for answer in answers for run in answer["runs"]],
        "probes": probe_answers(probes, photos, propose) if probes else [],
        "timing": timing(pictures, propose),
        "model": dict(propose([pictures[0].read_bytes()]).model),
    }


def timing(pictures: Sequence[Path], propose: Propose) -> dict[str, Any]:
    """Return how long a proposal takes for some of the pictures, from bytes, in milliseconds."""
    step = max(1, len(pictures) // TIMED_PICTURES)
    taken_ms = []
    for path in pictures[::step][:TIMED_PICTURES]:
        raw = path.read_bytes()
        began_s = time.perf_counter()
        propose([raw])
        taken_ms.append(round((time.perf_counter() - began_s) * MS_PER_S))
    taken_ms.sort()
    return {
        "pictures": len(taken_ms),
        "p50_ms": taken_ms[len(taken_ms) // 2],
        "p95_ms": taken_ms[len(taken_ms) * 95 // 100],
        "cores": os.cpu_count() or 1,
        "machine": platform.machine(),
    }
