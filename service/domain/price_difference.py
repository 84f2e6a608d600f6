"""What a load is worth more or less after an upheld appeal, with the figures it follows from.

The amount is what the base owes the seller beside what was paid by the first ticket; below zero the
seller owes it. It changes no settlement with a plant: those go by lots, and the material stays in
the lot in which it lies (grading.md, 9.13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.grade_review import catalogue_order, price_fen_per_t


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A grade of the load: its price in fen per tonne, its share in basis points then and now."""

    grade: str
    price_fen_per_t: int
    before_bp: int
    after_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDifference:
    """``before_fen_per_t`` and ``after_fen_per_t`` are Σ share × price, rounded to be shown; the
    amount itself is rounded once, from the shares."""

    lines: Sequence[PriceLine]
    before_fen_per_t: int
    after_fen_per_t: int
    settlement_kg: int
    difference_fen: int


def price_difference(record: Mapping[str, Any]) -> PriceDifference | None:
    """The calculation that the answer to an appeal states; None where the site had no prices."""
    stated = record.get("difference")
    if not stated:
        return None
    before, after = stated["shares_before"], stated["shares_after"]
    prices = stated["prices_fen_per_t"]
    return PriceDifference(
        lines=[
            PriceLine(
                grade=code,
                price_fen_per_t=prices[code],
                before_bp=before.get(code, 0),
                after_bp=after.get(code, 0),
            )
            for code in catalogue_order(prices)
        ],
        before_fen_per_t=price_fen_per_t(before, prices) or 0,
        after_fen_per_t=price_fen_per_t(after, prices) or 0,
        settlement_kg=stated["settlement_kg"],
        difference_fen=stated["difference_fen"],
    )
