"""Drift: whether the loads of a week still look like those on which a head began at a site."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.grading_shadow import UNFAMILIAR
from service.domain.units import WHOLE_BP

REFERENCE_TRUCKS = 200
"""The first trucks of a head at a site: what later weeks are compared with."""

REFERENCE_TRUCKS_MIN = 50
WEEK_TRUCKS_MIN = 20
"""With fewer trucks a week or a reference says nothing."""

PSI_ALARM_BP = 2_500
"""A population stability index from 0.25 on is a shift; below 0.10 nothing moved."""

UNFAMILIAR_ALARM_BP = 3_000
"""Part of a week's loads that may be unlike the training before somebody looks."""

FLOOR_BP = 50
"""A share counts as half a per cent at least, so that one rare form does not make the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLoad:
    """What was proposed of one load: shares by form in basis points, and the reasons."""

    shares_bp: Mapping[str, int]
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A week against the reference.

    ``psi_bp`` is the population stability index of the mean shares in units of 1e-4, None where
    there are too few loads to say; ``unfamiliar_bp`` the part of the week's loads that are unlike
    the training.
    """

    trucks: int
    reference_trucks: int
    psi_bp: int | None
    unfamiliar_bp: int
    reference_unfamiliar_bp: int
    alarm: bool


def drift(reference: Sequence[SeenLoad], week: Sequence[SeenLoad]) -> Drift:
    """The drift of a week; an alarm where one of the two limits is passed by enough loads."""
    is_told = len(week) >= WEEK_TRUCKS_MIN
    psi_bp = None
    if is_told and len(reference) >= REFERENCE_TRUCKS_MIN:
        psi_bp = psi(mean_shares_bp(reference), mean_shares_bp(week))
    unfamiliar_bp = _unfamiliar_bp(week)
    has_shifted = psi_bp is not None and psi_bp >= PSI_ALARM_BP
    return Drift(
        trucks=len(week),
        reference_trucks=len(reference),
        psi_bp=psi_bp,
        unfamiliar_bp=unfamiliar_bp,
        reference_unfamiliar_bp=_unfamiliar_bp(reference),
        alarm=has_shifted or (is_told and unfamiliar_bp >= UNFAMILIAR_ALARM_BP),
    )


def psi(reference_bp: Mapping[str, int], week_bp: Mapping[str, int]) -> int:
    """Population stability index of two distributions in units of 1e-4.

    The sum over the forms of (week − reference) · ln(week / reference).
    """
    index = 0.0
    for form in sorted({*reference_bp, *week_bp}):
        before = max(FLOOR_BP, reference_bp.get(form, 0))
        now = max(FLOOR_BP, week_bp.get(form, 0))
        index += (now - before) * math.log(now / before)
    return round(index)


def mean_shares_bp(loads: Sequence[SeenLoad]) -> dict[str, int]:
    """The mean share of each form over the loads of which something was seen."""
    seen = [load.shares_bp for load in loads if load.shares_bp]
    forms = sorted({form for shares_bp in seen for form in shares_bp})
    return {form: sum(shares.get(form, 0) for shares in seen) // len(seen) for form in forms}


def _unfamiliar_bp(loads: Sequence[SeenLoad]) -> int:
    hits = sum(not UNFAMILIAR.isdisjoint(load.reasons) for load in loads)
    return WHOLE_BP * hits // len(loads) if loads else 0
