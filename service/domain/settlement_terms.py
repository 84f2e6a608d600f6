"""The terms of a trade contract that a settlement is computed from, as data (settlement.md, 2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.price_list import GradePrice, PriceList
from service.domain.units import round_half_even, round_half_up

CHINESE_VAT_BP = 1_300
"""Standard rate of Chinese value added tax, basis points."""


class RoundingMode(StrEnum):
    """What happens to a tie; every other value goes to the nearest integer."""

    HALF_UP = "HALF_UP"  # away from zero
    HALF_EVEN = "HALF_EVEN"  # to the even neighbour

    def divide(self, numerator: int, denominator: int) -> int:
        """``numerator / denominator`` as an integer by this mode; ``denominator`` > 0."""
        if self is RoundingMode.HALF_EVEN:
            return round_half_even(numerator, denominator)
        return round_half_up(numerator, denominator)


class WeightBasis(StrEnum):
    """Whose weight is paid for."""

    BUYER_SCALE = "BUYER_SCALE"
    SELLER_SCALE = "SELLER_SCALE"
    LOWER = "LOWER"
    AVERAGE = "AVERAGE"


class ToleranceMode(StrEnum):
    """What counts of a difference beyond the tolerance: all of it, or the part above it."""

    THRESHOLD = "THRESHOLD"
    DEDUCTIBLE = "DEDUCTIBLE"


class OnExceed(StrEnum):
    """What follows when the scales differ by more than a THRESHOLD."""

    BUYER = "BUYER"
    SELLER = "SELLER"
    REWEIGH = "REWEIGH"
    DISPUTE = "DISPUTE"


class PercentBase(StrEnum):
    """What a deduction by percent is a percentage of."""

    ACCEPTED = "ACCEPTED"
    AFTER_KG = "AFTER_KG"


class MixPriceKind(StrEnum):
    """How a foreign grade inside a line is paid."""

    OFFSET = "OFFSET"  # its own price plus an offset
    FACTOR = "FACTOR"  # its own price times a fraction
    AS_IMPURITY = "AS_IMPURITY"  # nothing; the kilograms stay on the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """Rounding modes of money and mass, each a term of the contract."""

    money: RoundingMode = RoundingMode.HALF_UP
    mass: RoundingMode = RoundingMode.HALF_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far arrival may differ from loading, in basis points of the loading (seller's) net."""

    bp: int
    mode: ToleranceMode
    on_exceed: OnExceed = OnExceed.DISPUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRule:
    """Whose weight counts, to which kilograms it is rounded, and the tolerance if one is agreed."""

    basis: WeightBasis = WeightBasis.BUYER_SCALE
    rounding_kg: int = 1
    tolerance: Tolerance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MixTier:
    """Price of ``foreign_grade`` found in a line of ``in_grade``, up to a share of the whole line.

    Tiers of one pair of grades stand in the order of their limits, which are cumulative.
    """

    in_grade: str
    foreign_grade: str
    upto_bp: int
    kind: MixPriceKind
    offset_fen_per_t: int = 0
    num: int = 1
    den: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Everything of a contract that enters the calculation.

    Prices come from ``prices`` (fixed for the contract) or from the one of ``price_lists`` that is
    in force on the price date. ``valid_from`` and ``valid_to`` are included, ``None`` is open.
    """

    prices: tuple[GradePrice, ...] = ()
    price_lists: tuple[PriceList, ...] = ()
    weight_rule: WeightRule = WeightRule()
    percent_base: PercentBase = PercentBase.ACCEPTED
    mix_tiers: tuple[MixTier, ...] = ()
    tax_inclusive: bool = True
    vat_bp: int = CHINESE_VAT_BP
    rounding: Rounding = Rounding()
    state: str = "EFFECTIVE"
    valid_from: date | None = None
    valid_to: date | None = None
    qty_max_kg: int | None = None
    delivered_before_kg: int = 0
