import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.chain.fees import FeeBudget, FeeMarket, Fees, ImpossibleFeeError, offer

GWEI = 10**9
AMPLE = FeeBudget(gas_limit=100_000, max_cost_wei=10**30)
wei = st.integers(min_value=0, max_value=10**15)


def market(base: int, tip: int) -> FeeMarket:
    return FeeMarket(base_fee_wei_per_gas=base, priority_fee_wei_per_gas=tip)


def fees(fee: int, tip: int) -> Fees:
    return Fees(max_fee_wei_per_gas=fee, max_priority_fee_wei_per_gas=tip)


def test_first_offer_is_the_tip_and_twice_the_base_fee() -> None:
    assert offer(market(10 * GWEI, GWEI), AMPLE) == fees(21 * GWEI, GWEI)


def test_first_offer_on_a_chain_without_fees_is_nothing() -> None:
    assert offer(market(0, 0), AMPLE) == fees(0, 0)


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (fees(800, 80), fees(900, 90)),  # exactly 9/8
        (fees(801, 81), fees(902, 92)),  # 901.125 and 91.125 rounded up
        (fees(1, 1), fees(2, 2)),
        (fees(0, 0), fees(1, 1)),
    ],
)
def test_replacement_raises_both_fields_by_an_eighth_rounded_up(
    previous: Fees, expected: Fees
) -> None:
    assert offer(market(0, 0), AMPLE, previous=previous) == expected


def test_replacement_follows_a_market_that_rose_by_more() -> None:
    assert offer(market(1_000, 100), AMPLE, previous=fees(800, 80)) == fees(2_100, 100)


@given(base=wei, tip=wei, old_tip=wei, old_rest=wei)
def test_every_replacement_passes_the_strictest_node(
    base: int, tip: int, old_tip: int, old_rest: int
) -> None:
    previous = fees(old_tip + old_rest, old_tip)
    new = offer(market(base, tip), AMPLE, previous=previous)
    assert new is not None
    assert new.max_fee_wei_per_gas * 1000 >= previous.max_fee_wei_per_gas * 1125
    assert new.max_priority_fee_wei_per_gas * 1000 >= previous.max_priority_fee_wei_per_gas * 1125
    assert new.max_fee_wei_per_gas > previous.max_fee_wei_per_gas
    assert new.max_priority_fee_wei_per_gas > previous.max_priority_fee_wei_per_gas


@pytest.mark.parametrize(("max_cost_wei", "waits"), [(2_100_000, False), (2_099_999, True)])
def test_offer_above_the_budget_is_to_wait(max_cost_wei: int, waits: bool) -> None:  # noqa: FBT001
    budget = FeeBudget(gas_limit=1_000, max_cost_wei=max_cost_wei)
    assert (offer(market(1_000, 100), budget) is None) is waits


def test_bump_above_the_budget_is_to_wait() -> None:
    budget = FeeBudget(gas_limit=1, max_cost_wei=899)
    assert offer(market(0, 0), budget, previous=fees(800, 80)) is None


@pytest.mark.parametrize(("fee", "tip"), [(1, 2), (-1, -1), (5, -1)])
def test_impossible_fees_are_refused(fee: int, tip: int) -> None:
    with pytest.raises(ImpossibleFeeError):
        fees(fee, tip)


@pytest.mark.parametrize(
    ("bad_market", "gas_limit"), [(market(-1, 0), 1), (market(0, -1), 1), (market(0, 0), -1)]
)
def test_negative_market_or_gas_limit_is_refused(bad_market: FeeMarket, gas_limit: int) -> None:
    with pytest.raises(ImpossibleFeeError):
        offer(bad_market, FeeBudget(gas_limit=gas_limit, max_cost_wei=1))
