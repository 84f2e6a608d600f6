"""What a camera's frames used to be like: one that slowly goes blind is told by its own past.

How sharp and how light a good frame is depends on the camera and its place. Of each load the
figures of its key frames are kept, of the first loads and of the last ones; what is usual is the
better median of both, so that a slow loss cannot make itself the measure. The engine keeps nothing:
the past comes in as plain numbers and goes out with the new load.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from grading.errors import SiteFileError
from grading.quality import Quality, QualityLimits

CAMERA_FORMAT: Final = "ferrotrace-camera-1"
KEPT_FIRST: Final = 30
KEPT_LAST: Final = 30
FEWEST_LOADS: Final = 20
SOFTEST_PERCENT: Final = 100
"""``edge_percent`` of edges that are as soft as can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """Medians over the good frames of a camera; see ``Quality`` for the first two.

    ``level_range`` is the difference of the percentiles 99 and 1.
    """

    edge_percent: int
    p50_level: int
    level_range: int


def figures_of(qualities: Sequence[Quality]) -> Usual | None:
    """Return the medians over the key frames of a load; None of none."""
    if not qualities:
        return None
    return _medians(
        [(each.edge_percent, each.p50_level, each.p99_level - each.p1_level) for each in qualities]
    )


def usual_of(past: Mapping[str, Any] | None) -> Usual | None:
    """Return what is usual by a camera's past; None for one of fewer than 20 loads.

    Raises ``SiteFileError`` for another format.
    """
    first, last = _loads(past)
    if len(first) < KEPT_FIRST and len(first) + len(last) < FEWEST_LOADS:
        return None
    medians = [asdict(_medians(some)) for some in (first, last) if some]
    return Usual(**{name: max(own[name] for own in medians) for name in medians[0]})


def after(past: Mapping[str, Any] | None, load: Usual | None) -> dict[str, Any]:
    """Return the past with one more load; its first loads stay, of the others the last 30."""
    first, last = _loads(past)
    if load is not None:
        row = (load.edge_percent, load.p50_level, load.level_range)
        if len(first) < KEPT_FIRST:
            first = [*first, row]
        else:
            last = [*last, row][-KEPT_LAST:]
    return {
        "format": CAMERA_FORMAT,
        "first": [list(row) for row in first],
        "last": [list(row) for row in last],
    }


def drift_reasons(quality: Quality, usual: Usual | None, limits: QualityLimits) -> list[str]:
    """Return the codes of what a frame has lost against what is usual for its camera."""
    if usual is None:
        return []
    sharp, used_to_be = quality.edge_percent - SOFTEST_PERCENT, usual.edge_percent - SOFTEST_PERCENT
    level_range = quality.p99_level - quality.p1_level
    lost = {
        "Q_DARK": _is_below(quality.p50_level, usual.p50_level, limits.usual_level_min_percent),
        "Q_BLUR": _is_below(sharp, used_to_be, limits.usual_edge_min_percent),
        "Q_EXPOSURE": _is_below(level_range, usual.level_range, limits.usual_range_min_percent),
    }
    return [code for code, is_lost in lost.items() if is_lost]


def _is_below(figure: int, usual: int, percent: int) -> bool:
    return figure * 100 < usual * percent


def _medians(rows: Sequence[Sequence[int]]) -> Usual:
    edge, level, level_range = (
        sorted(column)[len(column) // 2] for column in zip(*rows, strict=True)
    )
    return Usual(edge_percent=edge, p50_level=level, level_range=level_range)


_Row = tuple[int, ...]


def _loads(past: Mapping[str, Any] | None) -> tuple[list[_Row], list[_Row]]:
    if past is None:
        return [], []
    if past.get("format") != CAMERA_FORMAT:
        raise SiteFileError(value=f"format is not {CAMERA_FORMAT}")
    first, last = ([tuple(map(int, row)) for row in past[name]] for name in ("first", "last"))
    if any(len(row) != len(Usual.__slots__) for row in (*first, *last)):
        raise SiteFileError(value="a load of a camera's past has three figures")
    return first, last
