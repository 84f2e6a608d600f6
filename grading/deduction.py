"""From areas that do not look like metal to an interval of deduction, where a site has the truth.

A site weighs out what was not metal in at least 50 trucks; pairs of evidence and truth give a
rising curve (isotonic regression) with the spread of the truth around it. Below 50 trucks there is
no interval: a person enters the deduction. An interval never decides either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grading.errors import SiteFileError

LEAST_TRUCKS: Final = 50
WHOLE_BP: Final = 10_000
NOMINAL: Final = 0.90
MEMBER: Final = "deduction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What may have to be deducted, in grams of each tonne: nine trucks in ten lay within."""

    low_g_per_t: int
    middle_g_per_t: int
    high_g_per_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionTable:
    """The curve of one site: ``evidence_bp`` rising, and at each of them the three figures.

    ``trucks`` tells how many trucks of truth it rests on.
    """

    trucks: int
    evidence_bp: tuple[int, ...]
    low_g_per_t: tuple[int, ...]
    middle_g_per_t: tuple[int, ...]
    high_g_per_t: tuple[int, ...]

    def at(self, evidence_bp: int) -> Deduction | None:
        """Return the interval for an area in basis points; None below 50 trucks of truth."""
        if self.trucks < LEAST_TRUCKS:
            return None
        low, middle, high = (
            round(float(np.interp(evidence_bp, self.evidence_bp, figures)))
            for figures in (self.low_g_per_t, self.middle_g_per_t, self.high_g_per_t)
        )
        return Deduction(low_g_per_t=low, middle_g_per_t=middle, high_g_per_t=high)

    def as_json(self) -> dict[str, Any]:
        """Return the member ``deduction`` of a site's file."""
        return {
            "trucks": self.trucks,
            "evidence_bp": list(self.evidence_bp),
            "low_g_per_t": list(self.low_g_per_t),
            "middle_g_per_t": list(self.middle_g_per_t),
            "high_g_per_t": list(self.high_g_per_t),
        }


def fit_deduction(pairs: Sequence[tuple[int, int]]) -> DeductionTable | None:
    """Return the curve for pairs (area in bp, truth in g/t), one a truck; None below 50 trucks.

    The ends are those residuals that hold nine trucks in ten, by the finite-sample rank of split
    conformal prediction, and no less than nothing.
    """
    if len(pairs) < LEAST_TRUCKS:
        return None
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - slow, only for fitting

    evidence = np.array([pair[0] for pair in pairs], np.float64)
    truth = np.array([pair[1] for pair in pairs], np.float64)
    knots = np.unique(evidence)
    middle = IsotonicRegression(y_min=0.0).fit(evidence, truth).predict(knots)
    residuals = np.sort(truth - _out_of_fold(evidence, truth))
    tail = (1 - NOMINAL) / 2
    rank = int(np.floor(tail * (len(residuals) + 1)))
    below, above = residuals[max(rank - 1, 0)], residuals[len(residuals) - max(rank, 1)]
    return DeductionTable(
        trucks=len(pairs),
        evidence_bp=tuple(int(knot) for knot in knots),
        low_g_per_t=_whole(middle + min(below, 0.0)),
        middle_g_per_t=_whole(middle),
        high_g_per_t=_whole(middle + max(above, 0.0)),
    )


def read_deduction(member: object) -> DeductionTable:
    """Return the table in the member ``deduction`` of a site's file; raises ``SiteFileError``."""
    if not isinstance(member, Mapping) or set(member) != set(DeductionTable.__slots__):
        raise SiteFileError(value=f"{MEMBER} does not have the members of a table")
    trucks = member["trucks"]
    rows = {name: member[name] for name in DeductionTable.__slots__ if name != "trucks"}
    if not _is_count(trucks) or not all(_is_row(row) for row in rows.values()):
        raise SiteFileError(value=f"{MEMBER} holds something other than whole numbers from 0")
    evidence = rows["evidence_bp"]
    if len({len(row) for row in rows.values()}) != 1 or sorted(set(evidence)) != evidence:
        raise SiteFileError(value=f"{MEMBER}.evidence_bp does not rise, or rows differ in length")
    ordered = zip(rows["low_g_per_t"], rows["middle_g_per_t"], rows["high_g_per_t"], strict=True)
    if not all(low <= middle <= high for low, middle, high in ordered):
        raise SiteFileError(value=f"{MEMBER} has a low figure above a high one")
    return DeductionTable(trucks=trucks, **{name: tuple(row) for name, row in rows.items()})


def _out_of_fold(
    evidence: np.ndarray[Any, np.dtype[np.float64]], truth: np.ndarray[Any, np.dtype[np.float64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return what the curve of the other nine tenths of the trucks says of each truck."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - slow, only for fitting

    folds = np.arange(len(evidence)) % 10
    said = np.empty_like(truth)
    for fold in range(10):
        others = folds != fold
        curve = IsotonicRegression(y_min=0.0, out_of_bounds="clip")
        said[~others] = curve.fit(evidence[others], truth[others]).predict(evidence[~others])
    return said


def _whole(figures: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, ...]:
    return tuple(max(0, round(float(figure))) for figure in figures)


def _is_row(row: object) -> bool:
    return isinstance(row, list) and bool(row) and all(_is_count(figure) for figure in row)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
