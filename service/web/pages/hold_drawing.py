"""Drawings beside a held weighing: weight curves on one scale, and the tare in its band."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.control.curve import jump_at_ms
from service.domain.control.facts import Curve, TareFact
from service.domain.control.tare import TareBand

WIDTH, HEIGHT = 600, 120
MOST_POINTS = 300
"""A curve of some hundred seconds is drawn by so many points; the jump is never left out."""

BAND_TOP, BAND_HEIGHT, DOT_Y = 30, 40, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCurve:
    """A curve as an SVG path, 600 by 120; ``jump`` is its steepest step where it is asked for."""

    title: str
    note: str
    path: str
    jump: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An earlier tare, by its place on the axis."""

    x: int
    kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TareChart:
    """The band and the earlier tares on an axis 600 wide; ``x`` is this tare."""

    low_x: int
    high_x: int
    median_x: int
    x: int
    dots: Sequence[Dot]
    kg: int
    low_kg: int
    high_kg: int
    is_inside: bool

    @property
    def band_width(self) -> int:
        return max(self.high_x - self.low_x, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One scale for all curves of a page: the longest and the heaviest fit.

    What followed a weighing, a tail, has the same scale of mass and its own of time.
    """

    longest_ms: int
    heaviest_kg: int

    @classmethod
    def of(cls, curves: Sequence[Curve], tails: Sequence[Curve] = ()) -> "Frame":
        every = [point for curve in (*curves, *tails) for point in curve]
        return cls(
            longest_ms=_longest_ms(*curves),
            heaviest_kg=max((kg for _, kg in every if kg is not None), default=0) or 1,
        )

    def tail(self, curve: Curve, title: str, note: str) -> DrawnCurve:
        """``curve`` from the captured frame on, over the whole width."""
        own = Frame(longest_ms=_longest_ms(curve), heaviest_kg=self.heaviest_kg)
        return own.drawn(curve, title, note)

    def drawn(self, curve: Curve, title: str, note: str, *, with_jump: bool = False) -> DrawnCurve:
        """``curve`` in this frame."""
        points = [(ms, kg) for ms, kg in curve if kg is not None]
        jump_ms = jump_at_ms(curve) if with_jump else None
        return DrawnCurve(
            title=title,
            note=note,
            path=self._path(_thinned(points, jump_ms)),
            jump="" if jump_ms is None else self._path(_step(points, jump_ms)),
        )

    def _path(self, points: Sequence[tuple[int, int]]) -> str:
        places = " ".join(f"{self._x(ms)},{self._y(kg)}" for ms, kg in points)
        return f"M{places}" if places else ""

    def _x(self, ms: int) -> int:
        return ms * WIDTH // self.longest_ms

    def _y(self, kg: int) -> int:
        return HEIGHT - max(kg, 0) * HEIGHT // self.heaviest_kg


def _longest_ms(*curves: Curve) -> int:
    return max((ms for curve in curves for ms, _ in curve), default=0) or 1


def tare_chart(kg: int, tares: Sequence[TareFact], band: TareBand) -> TareChart:
    """This tare among the earlier ones."""
    weights = [kg, band.low_kg, band.high_kg, *(tare.kg for tare in tares)]
    least, most = min(weights), max(weights)
    margin = max((most - least) // 10, 20)
    first, span = least - margin, most - least + 2 * margin

    def place(weight: int) -> int:
        return (weight - first) * WIDTH // span

    return TareChart(
        low_x=place(band.low_kg),
        high_x=place(band.high_kg),
        median_x=place(int(band.median_kg)),
        x=place(kg),
        dots=[Dot(x=place(tare.kg), kg=tare.kg) for tare in tares],
        kg=kg,
        low_kg=band.low_kg,
        high_kg=band.high_kg,
        is_inside=band.low_kg <= kg <= band.high_kg,
    )


def _thinned(points: Sequence[tuple[int, int]], keep_ms: int | None) -> list[tuple[int, int]]:
    step = -(-len(points) // MOST_POINTS) or 1
    kept = [p for number, p in enumerate(points) if number % step == 0 or p[0] == keep_ms]
    return [*kept, points[-1]] if points else []


def _step(points: Sequence[tuple[int, int]], at_ms: int) -> list[tuple[int, int]]:
    """Return the point at ``at_ms`` and the one after it."""
    place = next(number for number, (ms, _) in enumerate(points) if ms == at_ms)
    return list(points[place : place + 2])
