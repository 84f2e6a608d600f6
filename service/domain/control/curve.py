"""How the weight came and went: no jump while it built up (C5), empty after the capture (C6)."""

from collections.abc import Iterator
from itertools import pairwise, takewhile

from service.domain.control.facts import AfterCapture, ControlFacts, Curve
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding

LONGEST_PERIOD_MS = 150
"""Frames arrive in bunches: two of them never count as closer than the mean time between frames,
nor than this where frames are rare (indicators send 7 to 25 frames a second)."""

SWING_MS = 1_500
"""A truck on its springs swings to and fro within this time; what stays longer was added."""

FIRST_AXLE_KG = 1_000
"""No axle of a truck weighs less; below it the deck may show wind, a person or a car's wheel."""


def slope(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C5: no two frames differ by more than 4 t/s once the first axle is on the deck."""
    limit = policy.limit("C5", "slope_kg_per_s")
    steepest = None if facts.measured is None else steepest_kg_per_s(facts.measured.curve)
    yield Finding(
        control="C5",
        field="slope",
        broken=None if steepest is None else steepest > limit,
        value="—" if steepest is None else f"{steepest} kg/s",
        limit=f"≤ {limit} kg/s",
    )


def steepest_kg_per_s(curve: Curve) -> int | None:
    """Steepest change between neighbouring frames after the first axle, kg/s, rounded up.

    The first axle is on where the weight first stops growing above 1 t. None where fewer than two
    frames state a weight.
    """
    points = _known(curve)
    return max((kg_per_s for _, kg_per_s in _slopes(points)), default=0) if points[1:] else None


def jump_at_ms(curve: Curve) -> int | None:
    """Where the steepest change after the first axle begins, ms of the curve; None without one."""
    return max(_slopes(_known(curve)), key=lambda change: change[1], default=(None, 0))[0]


def _known(curve: Curve) -> list[tuple[int, int]]:
    return [(ms, kg) for ms, kg in curve if kg is not None]


def _slopes(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (begin in ms, kg/s) of each step between neighbours after the first axle."""
    least_ms = min(_mean_period_ms(points), LONGEST_PERIOD_MS)
    return [
        (a_ms, -(-abs(b_kg - a_kg) * 1_000 // max(b_ms - a_ms, least_ms)))
        for (a_ms, a_kg), (b_ms, b_kg) in pairwise(points[_first_axle(points) :])
    ]


def _first_axle(points: list[tuple[int, int]]) -> int:
    """Return the index of the first point of more than an axle after which nothing is added."""
    for index, ((_, kg), (_, next_kg)) in enumerate(pairwise(points)):
        if kg >= FIRST_AXLE_KG and next_kg <= kg:
            return index
    return len(points)


def _mean_period_ms(points: list[tuple[int, int]]) -> int:
    return (points[-1][0] - points[0][0]) // (len(points) - 1) or 1 if points[1:] else 1


def leaving(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C6: after the visit's earlier capture the deck became empty in time, without a new load."""
    if facts.earlier is None:
        return
    limit_s, rise_kg = policy.limit("C6", "empty_s"), policy.limit("C6", "rise_kg")
    after = facts.visit.after_earlier
    yield Finding(
        control="C6",
        field="empty",
        broken=None if after is None else _stayed(after, limit_s),
        value=_seconds(after),
        limit=f"≤ {limit_s} s",
    )
    if after is not None:
        yield Finding(
            control="C6",
            field="rise",
            broken=after.rise_kg > rise_kg,
            value=f"+{after.rise_kg} kg",
            limit=f"≤ {rise_kg} kg",
        )


def after_capture(points: Curve, *, near_zero_kg: int) -> AfterCapture:
    """What a deck did, from the frames that followed a capture (the first is the captured one)."""
    known = _known(points)
    on_deck = list(takewhile(lambda point: abs(point[1]) > near_zero_kg, known))
    rise_kg = _lasting_rise_kg(on_deck)
    if len(on_deck) < len(known):
        empty_ms = known[len(on_deck)][0] - points[0][0]
        return AfterCapture(seen_ms=empty_ms, empty_after_ms=empty_ms, rise_kg=rise_kg)
    seen_ms = points[-1][0] - points[0][0] if points else 0
    return AfterCapture(seen_ms=seen_ms, empty_after_ms=None, rise_kg=rise_kg)


def thinned(points: Curve) -> tuple[tuple[int, int | None], ...]:
    """``points`` without those that say the same as the one before and the one after."""
    kept = [
        point
        for before, point, after in zip(points, points[1:], points[2:], strict=False)
        if not before[1] == point[1] == after[1]
    ]
    return (*points[:1], *kept, *points[1:][-1:])


def _lasting_rise_kg(points: list[tuple[int, int]]) -> int:
    """Largest rise over the lowest weight before that lasts: a truck that drives off swings, and
    each swing is shorter than ``SWING_MS``."""
    rise_kg, lowest_kg = 0, points[0][1] if points else 0
    for place, (begin_ms, kg) in enumerate(points):
        if kg - lowest_kg > rise_kg and points[-1][0] - begin_ms >= SWING_MS:
            lasting_kg = (kg for ms, kg in points[place:] if ms <= begin_ms + SWING_MS)
            rise_kg = max(rise_kg, min(lasting_kg) - lowest_kg)
        lowest_kg = min(lowest_kg, kg)
    return rise_kg


def _stayed(after: AfterCapture, limit_s: int) -> bool | None:
    if after.empty_after_ms is not None:
        return after.empty_after_ms > limit_s * 1_000
    return True if after.seen_ms > limit_s * 1_000 else None


def _seconds(after: AfterCapture | None) -> str:
    if after is None or after.empty_after_ms is None:
        return "—"
    return f"{after.empty_after_ms // 1_000} s"
