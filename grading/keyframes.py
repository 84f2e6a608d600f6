"""Which frames stand for the layers: the sharpest good one of those that show one surface.

Frames of one surface follow each other. Where most frames have such a neighbour the camera took
several between two lifts, and one that has none was taken while something passed; so was one that
shows a thing over the sides of the bed which neither the surface before nor the one after shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from grading.frame import SeenFrame, with_code
from grading.layers import Glance, changed_bp
from grading.load_limits import LoadLimits
from grading.magnet import hidden_bp, passing, reaches_out

DENSE_FROM: Final = 2
"""Frames of one surface, from which on a camera is known to take several of each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """Frames of one surface: the one that stands for it, and the mass that was lifted off it.

    ``members`` are the places of all its frames; ``mass_kg`` is None where no scale told it.
    """

    key: SeenFrame
    members: tuple[int, ...]
    mass_kg: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """The surfaces in the order of time, and the frames in which something passed, with codes."""

    surfaces: tuple[Surface, ...]
    passing: tuple[SeenFrame, ...]


_Run = list[SeenFrame]


def watch(frames: Sequence[SeenFrame], limits: LoadLimits, *, fixed_camera: bool) -> Watched:
    """Return the surfaces of a load; ``frames`` are those that could be read, in order of time."""
    runs = _runs(frames, limits.new_area_min_bp)
    passed: list[SeenFrame] = []
    kept: list[_Run] = []
    for index, run in enumerate(runs):
        after = runs[index + 1] if index + 1 < len(runs) else None
        if fixed_camera and kept and after and _passes(run, kept[-1], after, runs):
            passed += [_coded(frame, kept[-1][0], after[0], limits) for frame in run]
            kept[-1].extend(run)
        elif kept and _is_same(kept[-1][0], run[0], limits.new_area_min_bp):
            kept[-1].extend(run)
        else:
            kept.append(list(run))
    gone = {frame.index for frame in passed}
    return Watched(
        surfaces=tuple(_surface(run, gone) for run in kept),
        passing=tuple(passed),
    )


def _runs(frames: Sequence[SeenFrame], new_area_min_bp: int) -> list[_Run]:
    runs: list[_Run] = []
    for frame in frames:
        if runs and _is_same(runs[-1][0], frame, new_area_min_bp):
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs


def _is_same(one: SeenFrame, other: SeenFrame, new_area_min_bp: int) -> bool:
    return changed_bp(_glance(one), _glance(other)) < new_area_min_bp


def _glance(frame: SeenFrame) -> Glance:
    if frame.look is None:
        raise ValueError("a frame that cannot be read shows no surface")
    return frame.look.glance


def _passes(run: _Run, before: _Run, after: _Run, runs: Sequence[_Run]) -> bool:
    several = sum(len(own) for own in runs if len(own) >= DENSE_FROM)
    if len(run) < DENSE_FROM and 2 * several >= sum(len(own) for own in runs):
        return True
    over = passing(_glance(run[0]), _glance(before[0]), _glance(after[0]))
    return reaches_out(over, _glance(run[0]))


def _coded(frame: SeenFrame, before: SeenFrame, after: SeenFrame, limits: LoadLimits) -> SeenFrame:
    share_bp = hidden_bp(passing(_glance(frame), _glance(before), _glance(after)), _glance(frame))
    code = "Q_MAGNET" if share_bp > limits.magnet_max_bp else "Q_MOTION"
    return replace(with_code(frame, code), hidden_bp=share_bp)


def _surface(run: _Run, gone: set[int]) -> Surface:
    showing = [frame for frame in run if frame.index not in gone]
    masses = [frame.mass_kg for frame in run if frame.mass_kg is not None]
    return Surface(
        key=max(showing, key=lambda frame: (frame.is_good, frame.sharpness, -frame.index)),
        members=tuple(frame.index for frame in showing),
        mass_kg=sum(masses) if masses else None,
    )
