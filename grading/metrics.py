"""Figures of merit, all in basis points, over every picture: none leaves the denominator."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grading.shares import WHOLE_BP

WILSON_Z: Final = 1.959963984540054
"""95 % of a normal distribution lies within this many deviations."""

CALIBRATION_BINS: Final = 10
CHANCE_DRAWS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many, in basis points, with the 95 % Wilson interval."""

    hits: int
    of: int
    share_bp: int
    low_bp: int
    high_bp: int


def share_of(hits: int, of: int) -> Share:
    """Return ``hits`` of ``of`` with its interval (Wilson, 1927); 0 to 10,000 of nothing."""
    if of == 0:
        return Share(hits=0, of=0, share_bp=0, low_bp=0, high_bp=WHOLE_BP)
    part = hits / of
    spread = WILSON_Z * math.sqrt(part * (1 - part) / of + WILSON_Z**2 / (4 * of**2))
    middle = part + WILSON_Z**2 / (2 * of)
    scale = WHOLE_BP / (1 + WILSON_Z**2 / of)
    return Share(
        hits=hits,
        of=of,
        share_bp=round(part * WHOLE_BP),
        low_bp=max(0, math.floor((middle - spread) * scale)),
        high_bp=min(WHOLE_BP, math.ceil((middle + spread) * scale)),
    )


def balanced_accuracy_bp(truth: Sequence[str], answers: Sequence[str | None]) -> int:
    """Return the mean over the classes of the share of their pictures that are right."""
    pairs = list(zip(truth, answers, strict=True))
    recalls = []
    for name in sorted(set(truth)):
        own = [answer for label, answer in pairs if label == name]
        recalls.append(own.count(name) / len(own))
    return round(sum(recalls) / len(recalls) * WHOLE_BP)


def macro_f1_bp(truth: Sequence[str], answers: Sequence[str | None]) -> int:
    """Return the mean over the classes of the harmonic mean of precision and recall."""
    pairs = list(zip(truth, answers, strict=True))
    scores = []
    for name in sorted(set(truth)):
        both = pairs.count((name, name))
        either = sum(label == name for label in truth) + sum(answer == name for answer in answers)
        scores.append(2 * both / either)
    return round(sum(scores) / len(scores) * WHOLE_BP)


def calibration_error_bp(confidence_bp: Sequence[int], right: Sequence[bool]) -> int:
    """Return the expected calibration error over ten bins of equal width."""
    bins: list[list[tuple[int, bool]]] = [[] for _ in range(CALIBRATION_BINS)]
    for share_bp, is_right in zip(confidence_bp, right, strict=True):
        bins[min(share_bp * CALIBRATION_BINS // WHOLE_BP, CALIBRATION_BINS - 1)].append(
            (share_bp, is_right)
        )
    gaps = [
        abs(sum(share for share, _ in kept) - sum(is_right for _, is_right in kept) * WHOLE_BP)
        for kept in bins
    ]
    return round(sum(gaps) / max(1, len(right)))


def calibration_chance_bp(confidence_bp: Sequence[int]) -> int:
    """Return the calibration error that answers which mean what they say would show by chance.

    A parametric bootstrap: each answer is right as often as it says, 400 draws, their mean. Few
    pictures in ten bins have such an error however well they are calibrated.
    """
    sure_bp = np.asarray(confidence_bp, np.int64)
    places = np.minimum(sure_bp * CALIBRATION_BINS // WHOLE_BP, CALIBRATION_BINS - 1)
    member = places[:, None] == np.arange(CALIBRATION_BINS)
    random = np.random.default_rng(0)
    right = random.integers(WHOLE_BP, size=(CHANCE_DRAWS, len(sure_bp))) < sure_bp
    gaps = np.abs((sure_bp - right * WHOLE_BP) @ member).sum(axis=1)
    return round(float(gaps.mean()) / max(1, len(sure_bp)))


def risk_coverage_bp(confidence_bp: Sequence[int], right: Sequence[bool]) -> dict[str, int]:
    """Return the accuracy on the most confident 100, 95, 90, 80 and 70 % of the answers."""
    ordered = sorted(zip(confidence_bp, right, strict=True), key=lambda pair: -pair[0])
    curve = {}
    for percent in (100, 95, 90, 80, 70):
        kept = ordered[: max(1, len(ordered) * percent // 100)]
        curve[str(percent)] = round(sum(is_right for _, is_right in kept) / len(kept) * WHOLE_BP)
    return curve
