"""A contract as a case file writes it, and the terms it stands for.

A key that is not known is refused: a term that is not understood is not left out silently.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.price_list import GradePrice, PriceList
from service.domain.settlement_terms import (
    MixPriceKind,
    MixTier,
    OnExceed,
    PercentBase,
    Rounding,
    RoundingMode,
    Terms,
    Tolerance,
    ToleranceMode,
    WeightBasis,
    WeightRule,
)
from service.domain.units import WHOLE_BP

NotNegative = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(gt=0)]
Share = Annotated[int, Field(ge=0, le=WHOLE_BP)]


class Input(BaseModel):
    """Strict reading: no unknown key, no number from text."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PriceRuleInput(Input):
    """How prices are found; ``date_rule`` is already in the price date."""

    kind: Literal["FIXED", "LISTED"]
    date_rule: str | None = None


class GradePriceInput(Input):
    """A row of a price table."""

    grade: str
    price_fen_per_t: NotNegative

    def to_price(self) -> GradePrice:
        """The domain's value."""
        return GradePrice(grade=self.grade, price_fen_per_t=self.price_fen_per_t)


class PriceListInput(Input):
    """A price list with the days on which it is valid."""

    version: str
    valid_from: date
    valid_to: date
    grade_table: list[GradePriceInput]

    def to_price_list(self) -> PriceList:
        """The domain's value; a case names neither list nor buyer."""
        return PriceList(
            price_list_id=self.version,
            version=self.version,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            buyer_id="",
            prices=tuple(row.to_price() for row in self.grade_table),
        )


class WeightRuleInput(Input):
    """Whose weight counts and within which tolerance."""

    basis: WeightBasis = WeightBasis.BUYER_SCALE
    rounding_kg: Positive = 1
    tolerance_bp: NotNegative | None = None
    mode: ToleranceMode = ToleranceMode.THRESHOLD
    on_exceed: OnExceed = OnExceed.DISPUTE

    def to_tolerance(self) -> Tolerance | None:
        """The tolerance, ``None`` where none is agreed."""
        if self.tolerance_bp is None:
            return None
        return Tolerance(bp=self.tolerance_bp, mode=self.mode, on_exceed=self.on_exceed)

    def to_rule(self) -> WeightRule:
        """The domain's value."""
        return WeightRule(
            basis=self.basis, rounding_kg=self.rounding_kg, tolerance=self.to_tolerance()
        )


class MixPriceInput(Input):
    """Price of a foreign grade."""

    kind: MixPriceKind
    offset_fen_per_t: int = 0
    num: NotNegative = 1
    den: Positive = 1


class MixRuleInput(Input):
    """A tier of a foreign grade in another."""

    in_grade: str
    foreign_grade: str
    upto_bp: Share
    price: MixPriceInput

    def to_tier(self) -> MixTier:
        """The domain's value."""
        return MixTier(
            in_grade=self.in_grade,
            foreign_grade=self.foreign_grade,
            upto_bp=self.upto_bp,
            kind=self.price.kind,
            offset_fen_per_t=self.price.offset_fen_per_t,
            num=self.price.num,
            den=self.price.den,
        )


class RoundingInput(Input):
    """Rounding modes; a listed price is never rounded, so ``price`` changes nothing here."""

    money: RoundingMode = RoundingMode.HALF_UP
    mass: RoundingMode = RoundingMode.HALF_UP
    price: RoundingMode = RoundingMode.HALF_UP


class ContractInput(Input):
    """The terms of a contract."""

    price_rule: PriceRuleInput
    contract_no: str = ""
    state: str = "EFFECTIVE"
    valid_from: date | None = None
    valid_to: date | None = None
    qty_max_kg: NotNegative | None = None
    delivered_before_kg: NotNegative = 0
    grade_table: tuple[GradePriceInput, ...] = ()
    price_lists: tuple[PriceListInput, ...] = ()
    weight_rule: WeightRuleInput = WeightRuleInput()
    percent_base: PercentBase = PercentBase.ACCEPTED
    mix_rules: tuple[MixRuleInput, ...] = ()
    rounding: RoundingInput = RoundingInput()
    tax_inclusive: bool = True
    vat_bp: NotNegative = 1300

    def to_terms(self) -> Terms:
        """The domain's value."""
        return Terms(
            prices=tuple(row.to_price() for row in self.grade_table),
            price_lists=tuple(row.to_price_list() for row in self.price_lists),
            weight_rule=self.weight_rule.to_rule(),
            percent_base=self.percent_base,
            mix_tiers=tuple(rule.to_tier() for rule in self.mix_rules),
            tax_inclusive=self.tax_inclusive,
            vat_bp=self.vat_bp,
            rounding=Rounding(money=self.rounding.money, mass=self.rounding.mass),
            state=self.state,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            qty_max_kg=self.qty_max_kg,
            delivered_before_kg=self.delivered_before_kg,
        )
