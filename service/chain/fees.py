"""What to offer for a transaction: EIP-1559 fees, raised by steps, within a budget."""

from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop

# A replacement must beat both fields of the old offer: geth asks for 10 %, Parity for 12.5 %.
BUMP_NUMERATOR, BUMP_DENOMINATOR = 9, 8
# Six full blocks in a row about double the base fee; an offer outlives them.
BASE_FEE_HEADROOM = 2


class ImpossibleFeeError(RuleBrokenError):
    """A fee, gas limit or budget is negative, or the tip exceeds the whole fee."""

    message = gettext_noop("The fee or limit is %(value)s, allowed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Fee fields of an EIP-1559 transaction, in wei per unit of gas."""

    max_fee_wei_per_gas: int
    max_priority_fee_wei_per_gas: int

    def __post_init__(self) -> None:
        _check("max_priority_fee_wei_per_gas", self.max_priority_fee_wei_per_gas)
        if self.max_fee_wei_per_gas < self.max_priority_fee_wei_per_gas:
            raise ImpossibleFeeError(
                field="max_fee_wei_per_gas",
                value=self.max_fee_wei_per_gas,
                limit=f"at least {self.max_priority_fee_wei_per_gas}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeMarket:
    """What the chain asks for now, in wei per unit of gas."""

    base_fee_wei_per_gas: int
    priority_fee_wei_per_gas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeBudget:
    """The most one transaction may cost, in wei, at its full gas limit."""

    gas_limit: int
    max_cost_wei: int


def offer(market: FeeMarket, budget: FeeBudget, *, previous: Fees | None = None) -> Fees | None:
    """Fees to sign with, or None: above the budget, wait.

    A first offer carries the suggested tip and room for the base fee to double. With ``previous``
    the offer replaces that one under the same nonce, so both fields are at least 1.125 times the
    old ones, rounded up.
    """
    _check("base_fee_wei_per_gas", market.base_fee_wei_per_gas)
    _check("priority_fee_wei_per_gas", market.priority_fee_wei_per_gas)
    _check("gas_limit", budget.gas_limit)
    tip = market.priority_fee_wei_per_gas
    fee = BASE_FEE_HEADROOM * market.base_fee_wei_per_gas + tip
    if previous is not None:
        tip = max(tip, _bumped(previous.max_priority_fee_wei_per_gas))
        fee = max(fee, _bumped(previous.max_fee_wei_per_gas), tip)
    if fee * budget.gas_limit > budget.max_cost_wei:
        return None
    return Fees(max_fee_wei_per_gas=fee, max_priority_fee_wei_per_gas=tip)


def _bumped(wei: int) -> int:
    """``wei`` raised by an eighth, rounded up, and by 1 at least, so that 0 rises too."""
    return max(wei + 1, -(-wei * BUMP_NUMERATOR // BUMP_DENOMINATOR))


def _check(field: str, value: int) -> None:
    if value < 0:
        raise ImpossibleFeeError(field=field, value=value, limit="0 or more")
