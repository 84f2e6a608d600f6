"""The tare against its history (C7), and the two weighings of a visit against each other (C8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from service.domain.control.facts import ControlFacts, TareFact
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding
from service.domain.weighing import WeighingPass

MAD_TO_DEVIATION = Fraction(14_826, 10_000)
"""Median absolute deviation to standard deviation of a normal distribution."""

DEVIATIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TareBand:
    """Where a tare is expected, kg: whole kilograms from ``low_kg`` to ``high_kg`` are inside."""

    median_kg: Fraction
    low_kg: int
    high_kg: int


def tare_band(tares_kg: Sequence[int], *, band_kg: int = 100, band_bp: int = 80) -> TareBand:
    """Median ± the largest of 3 × 1.4826 × MAD, ``band_kg`` and ``band_bp`` of the median.

    ``tares_kg`` holds at least one tare. Exact: medians of an even number may lie on a half.
    """
    median = _median([Fraction(kg) for kg in tares_kg])
    mad = _median([abs(kg - median) for kg in tares_kg])
    half = max(
        DEVIATIONS * MAD_TO_DEVIATION * mad, Fraction(band_kg), median * Fraction(band_bp, 10_000)
    )
    return TareBand(median_kg=median, low_kg=ceil(median - half), high_kg=floor(median + half))


def newest_tares(tares: Sequence[TareFact], combo: str, count: int) -> list[TareFact]:
    """The newest ``count`` tares of one truck-trailer combination, newest first."""
    own = [tare for tare in tares if tare.combo == combo]
    return sorted(own, key=lambda tare: tare.taken_at, reverse=True)[:count]


def tare_history(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C7: the tare is inside the band of the last 10 tares of this truck-trailer combination."""
    if facts.weighing_pass is not WeighingPass.TARE:
        return
    band = band_of(facts.vehicle.tares, facts.vehicle.combo, policy)
    yield Finding(
        control="C7",
        field="tare",
        broken=None if band is None else not band.low_kg <= facts.kg <= band.high_kg,
        value=f"{facts.kg} kg",
        limit="—" if band is None else f"{band.low_kg}–{band.high_kg} kg",
    )


def band_of(tares: Sequence[TareFact], combo: str, policy: ControlPolicy) -> TareBand | None:
    """The band that the history of ``combo`` gives; None where the history is too short."""
    tares = newest_tares(tares, combo, policy.limit("C7", "last_tares"))
    if not tares or len(tares) < policy.limit("C7", "least_history"):
        return None
    return tare_band(
        [tare.kg for tare in tares],
        band_kg=policy.limit("C7", "band_kg"),
        band_bp=policy.limit("C7", "band_bp"),
    )


def between_weighings(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C8: 3 min to 4 h between the weighings, net not negative, net within the body."""
    earlier, net_kg = facts.earlier, facts.net_kg
    if earlier is None or net_kg is None:
        return
    shortest_s, longest_s = policy.limit("C8", "shortest_s"), policy.limit("C8", "longest_s")
    gap_s = abs((facts.taken_at - earlier.taken_at).total_seconds())
    yield Finding(
        control="C8",
        field="seconds",
        broken=not shortest_s <= gap_s <= longest_s,
        value=f"{int(gap_s)} s",
        limit=f"{shortest_s}–{longest_s} s",
    )
    yield Finding(
        control="C8", field="net_kg", broken=net_kg < 0, value=f"{net_kg} kg", limit="≥ 0 kg"
    )
    capacity_kg = facts.vehicle.body_capacity_kg
    if capacity_kg is not None:
        yield Finding(
            control="C8",
            field="capacity_kg",
            broken=net_kg > capacity_kg,
            value=f"{net_kg} kg",
            limit=f"≤ {capacity_kg} kg",
        )


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
