"""Which frames stand for the layers: the sharpest good one of those that show one surface."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grading.frame import SeenFrame
from grading.layers import Glance, changed_bp


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """Frames of one surface: the one that stands for it, and the mass that was lifted off it.

    ``members`` are the places of all its frames; ``mass_kg`` is None where no scale told it.
    """

    key: SeenFrame
    members: tuple[int, ...]
    mass_kg: int | None


class _Group:
    """The frames of the surface that is being watched; only its best frame is kept."""

    def __init__(self, first: SeenFrame) -> None:
        self._reference = first.glance
        self._best = first
        self._members = [first.index]
        self._masses = [first.mass_kg]

    def shows(self, frame: SeenFrame, new_area_min_bp: int) -> bool:
        """Whether a frame shows this surface still: too little of it differs."""
        return is_same(self._reference, frame.glance, new_area_min_bp)

    def add(self, frame: SeenFrame) -> None:
        """Take a frame in; it becomes the best where it is good and sharper, or good alone."""
        self._members.append(frame.index)
        self._masses.append(frame.mass_kg)
        ours = (self._best.is_good, self._best.sharpness)
        if (frame.is_good, frame.sharpness) > ours:
            if not self._best.is_good:
                self._reference = frame.glance
            self._best = frame

    def surface(self) -> Surface:
        known = [mass_kg for mass_kg in self._masses if mass_kg is not None]
        return Surface(
            key=self._best,
            members=tuple(self._members),
            mass_kg=sum(known) if known else None,
        )


def is_same(reference: Glance | None, other: Glance | None, new_area_min_bp: int) -> bool:
    """Return whether two glances show one surface; one that could not be read shows nothing new."""
    if reference is None or other is None:
        return True
    return changed_bp(reference, other) < new_area_min_bp


def surfaces(frames: Iterable[SeenFrame], new_area_min_bp: int) -> Iterator[Surface]:
    """Yield the surfaces in the order of time; no frame but the best of the last one is kept.

    A frame that broke the gate (a magnet passing, blur of its motion) opens no surface of its own
    where it hangs between good frames of two: it joins the one before it.
    """
    group: _Group | None = None
    for frame in frames:
        if group is None:
            group = _Group(frame)
        elif group.shows(frame, new_area_min_bp) or _is_passing(frame):
            group.add(frame)
        else:
            yield group.surface()
            group = _Group(frame)
    if group is not None:
        yield group.surface()


def _is_passing(frame: SeenFrame) -> bool:
    """Whether a frame is one of a lift under way, or cannot be read at all."""
    return frame.picture is None or bool({"Q_MAGNET", "Q_MOTION"} & set(frame.gate))
