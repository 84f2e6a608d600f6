"""What a camera's frames used to be like: one that slowly goes blind is told by its own past.

How sharp and how light a good frame is depends on the camera and its place. Of each load the
figures of its key frames are kept; what is usual is the better median of its first loads and of its
newest ones, so that a slow loss cannot make itself the measure. The engine keeps nothing: the past
comes in, and the figures of the new load go out with its proposal.
"""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Final

from grading.quality import Quality, QualityLimits

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPast:
    """What good frames of earlier loads were like, in the order of time.

    ``first`` are the camera's first loads, ``last`` its newest; no load is in both.
    """

    first: Sequence[Usual]
    last: Sequence[Usual] = ()


def figures_of(qualities: Sequence[Quality]) -> Usual | None:
    """Return the medians over the key frames of a load; None of none."""
    if not qualities:
        return None
    return _medians(
        [
            Usual(
                edge_percent=each.edge_percent,
                p50_level=each.p50_level,
                level_range=each.p99_level - each.p1_level,
            )
            for each in qualities
        ]
    )


def usual_of(past: CameraPast) -> Usual | None:
    """Return what is usual by a camera's past; None for one of fewer than 20 loads."""
    if len(past.first) + len(past.last) < FEWEST_LOADS:
        return None
    medians = [asdict(_medians(some)) for some in (past.first, past.last) if some]
    return Usual(**{name: max(own[name] for own in medians) for name in medians[0]})


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


def _medians(looks: Sequence[Usual]) -> Usual:
    columns = zip(*(astuple(look) for look in looks), strict=True)
    edge, level, level_range = (sorted(column)[len(column) // 2] for column in columns)
    return Usual(edge_percent=edge, p50_level=level, level_range=level_range)
