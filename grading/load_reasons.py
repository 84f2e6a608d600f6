"""Why a load is not for the engine alone to decide: every gate in one list."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grading.load_limits import LoadLimits
from grading.propose import REASONS
from grading.shares import WHOLE_BP

LOAD_REASONS: Final = (
    "NOTHING_SEEN",
    "NO_BAY",
    "CAMERA_MOVED",
    "COVERAGE_LOW",
    "REPEATED_AREA",
    "LAYERS_FEW",
    "LAYERS_INCONSISTENT",
    "CONFORMAL_MASS_LOW",
    "INTERVAL_WIDE",
)
"""Codes that only a load has, in the order in which they follow those of single pictures."""


LIGHT_BP: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFacts:
    """What the gates ask of a load; weights and shares in basis points.

    ``layers`` holds the weight of each layer, its shares over the forms, and whether its conformal
    set holds one form; ``lifted_kg`` is None where no scale told the mass of any lift.
    """

    has_bay: bool
    camera_moved: bool
    coverage_bp: int | None
    repeated_bp: int
    dirt_bp: int
    lifted_kg: int | None
    layers: tuple[tuple[int, tuple[int, ...], bool], ...]
    interval_bp: tuple[tuple[int, int], ...]


def load_reasons(facts: LoadFacts, limits: LoadLimits) -> set[str]:
    """Return the codes of the gates that a load does not pass."""
    if not facts.layers:
        return {"NOTHING_SEEN"} if facts.has_bay else {"NOTHING_SEEN", "NO_BAY"}
    weights = [weight for weight, _, _ in facts.layers]
    single_bp = sum(weight for weight, _, is_single in facts.layers if is_single)
    apart_bp = divergence_bp(weights, [shares for _, shares, _ in facts.layers])
    widest = max((high - low for low, high in facts.interval_bp), default=0)
    broken = {
        "NO_BAY": not facts.has_bay,
        "CAMERA_MOVED": facts.camera_moved,
        "COVERAGE_LOW": facts.coverage_bp is not None
        and facts.coverage_bp < limits.coverage_min_bp,
        "Q_DIRT": facts.dirt_bp > limits.dirt_max_bp,
        "REPEATED_AREA": facts.repeated_bp > limits.repeated_max_bp,
        "LAYERS_FEW": len(facts.layers) < layers_asked(facts.lifted_kg, limits),
        "LAYERS_INCONSISTENT": apart_bp > limits.divergence_max_bp,
        "CONFORMAL_MASS_LOW": single_bp < limits.conformal_mass_min_bp,
        "INTERVAL_WIDE": widest > 2 * limits.interval_half_max_bp,
    }
    return {code for code, is_broken in broken.items() if is_broken}


def layers_asked(lifted_kg: int | None, limits: LoadLimits) -> int:
    """Return how many layers are asked of a load of which so much is known to have been lifted."""
    heavy = lifted_kg is not None and lifted_kg > limits.heavy_load_kg
    return max(limits.layers_min, limits.layers_heavy_min if heavy else 1)


def divergence_bp(weights: Sequence[int], shares: Sequence[Sequence[int]]) -> int:
    """Return the largest Jensen–Shannon distance, 0 to 10,000, of a layer from the others' mean.

    The distance is the root of the divergence in bits, so 10,000 is nothing in common. A layer
    tells nothing where it, or all the rest, weighs less than a twentieth.
    """
    apart = [
        _distance_bp(own, _mean(weights, shares, besides=index))
        for index, own in enumerate(shares)
        if LIGHT_BP <= weights[index] <= WHOLE_BP - LIGHT_BP
    ]
    return max(apart, default=0)


def in_order(codes: set[str]) -> tuple[str, ...]:
    """Return codes as they are listed: those of pictures, of hazards, of loads, then others."""
    listed = (*REASONS, *LOAD_REASONS)
    known = [code for code in listed if code in codes]
    return (*known, *sorted(codes - set(listed)))


def _mean(weights: Sequence[int], shares: Sequence[Sequence[int]], *, besides: int) -> list[float]:
    others = [index for index in range(len(shares)) if index != besides]
    total = sum(weights[index] for index in others)
    columns = range(len(shares[besides]))
    return [sum(weights[i] * shares[i][column] for i in others) / total for column in columns]


def _distance_bp(one: Sequence[float], other: Sequence[float]) -> int:
    middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    bits = (_bits(one, middle) + _bits(other, middle)) / (2 * WHOLE_BP)
    return round(math.sqrt(max(bits, 0.0)) * WHOLE_BP)


def _bits(one: Sequence[float], middle: Sequence[float]) -> float:
    return sum(a * math.log2(a / b) for a, b in zip(one, middle, strict=True) if a > 0)
