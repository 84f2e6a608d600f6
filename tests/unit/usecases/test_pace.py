"""The interval between batches follows what an anchor costs by what may be spent in a day."""

from datetime import timedelta

import pytest

from service.chain.fees import FeeMarket
from service.usecases.anchorage import FinalityPolicy
from service.usecases.pace import ANCHOR_GAS, LONGEST, Pace

GWEI = 10**9
PACE = Pace.adaptive(shortest=timedelta(seconds=15), wei_a_day=10**16)


def _market(milli_gwei: int) -> FeeMarket:
    half = milli_gwei * GWEI // 2_000
    return FeeMarket(base_fee_wei_per_gas=half, priority_fee_wei_per_gas=half)


def test_a_chain_that_takes_no_money_gets_a_batch_at_the_shortest_interval() -> None:
    assert PACE.interval(_market(0)) == timedelta(seconds=15)
    assert Pace().interval(_market(50_000)) == timedelta(0)


def test_the_interval_spends_the_allowance_of_a_day() -> None:
    market = _market(200)
    interval = PACE.interval(market)
    anchors_a_day = timedelta(days=1) / interval
    cost_wei = ANCHOR_GAS * GWEI * 200 // 1_000
    assert PACE.shortest < interval < LONGEST
    assert anchors_a_day * cost_wei == pytest.approx(10**16, rel=1e-6)


def test_a_dearer_chain_gets_its_batches_later_but_in_time() -> None:
    intervals = [PACE.interval(_market(milli_gwei)) for milli_gwei in range(0, 3_000, 50)]
    assert intervals == sorted(intervals)
    assert intervals[-1] == LONGEST < timedelta(minutes=10)


def test_a_shortest_interval_above_the_longest_is_kept() -> None:
    slow = Pace.adaptive(shortest=timedelta(hours=1), wei_a_day=1)
    assert slow.interval(_market(1_000)) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("setting", "tag", "depth", "stated"),
    [
        ("finalized", "finalized", 0, {"kind": "finalized"}),
        ("k-blocks:12", "latest", 12, {"kind": "k-blocks", "k": 12}),
        ("qbft", "latest", 0, {"kind": "k-blocks", "k": 0}),
    ],
)
def test_a_setting_names_when_a_block_is_final(
    setting: str, tag: str, depth: int, stated: dict[str, object]
) -> None:
    policy = FinalityPolicy.of(setting)
    assert (policy.tag, policy.depth, policy.stated()) == (tag, depth, stated)
