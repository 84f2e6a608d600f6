"""Units as types, and the one rounding rule of the trade.

Masses are integer kilograms, money integer fen, shares integer basis points (1/10,000).
"""

from collections.abc import Sequence
from typing import NewType

Kg = NewType("Kg", int)
Fen = NewType("Fen", int)
BasisPoints = NewType("BasisPoints", int)

WHOLE_BP = 10_000
"""All of a thing, in basis points."""


def round_half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest integer, ties away from zero.

    ``denominator`` must be positive. A credit note so mirrors its
    invoice (settlement.md, section 1).
    """
    if denominator <= 0:
        raise ValueError(f"denominator {denominator}, must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def round_half_even(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest integer, ties to the even one (GB/T 8170)."""
    if denominator <= 0:
        raise ValueError(f"denominator {denominator}, must be positive")
    quotient, rest = divmod(numerator, denominator)
    double = 2 * rest
    if double > denominator or (double == denominator and quotient % 2 == 1):
        return quotient + 1
    return quotient


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` split in the proportion of ``weights``, as integers that add up to it exactly.

    Each part is rounded down; what is left goes one by one to the largest remainders, ties to the
    earlier part (settlement.md, section 3, step 6). Weights are not negative and not all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"weights {list(weights)}, must be positive in sum and none negative")
    parts = [total * weight // whole for weight in weights]
    remainders = [-(total * weight % whole) for weight in weights]
    order = sorted(range(len(weights)), key=remainders.__getitem__)
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def yuan_text(fen: int) -> str:
    """Fen as yuan with two decimals, for messages: 10380650 is 103806.50."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"
