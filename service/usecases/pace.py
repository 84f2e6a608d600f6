"""When the next batch is sealed: soon where anchoring is cheap, later where it is dear, in time
always.

An anchor costs the same for one document and for a thousand. A chain that takes no money gets a
batch at once. Elsewhere the interval is what the anchor costs divided by what may be spent in a
day, within two bounds; the upper one leaves time to be mined before a record is ten minutes old.
"""

from dataclasses import dataclass
from datetime import timedelta

from service.chain.fees import FeeMarket

ANCHOR_GAS = 120_000
"""What an anchor call uses at most in practice (docs/measurements.md), with room."""
DAY = timedelta(days=1)
TOO_OLD = timedelta(minutes=10)
"""Beyond this age of the oldest record there is an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the oldest record waits before its batch is sealed.

    ``wei_a_day`` is what may be spent on anchors in a day. The bounds are equal for a fixed
    interval; the default seals at once.
    """

    shortest: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)
    wei_a_day: int = 10**16

    def interval(self, market: FeeMarket) -> timedelta:
        """How long to gather documents at these fees."""
        wei_per_gas = market.base_fee_wei_per_gas + market.priority_fee_wei_per_gas
        microseconds = wei_per_gas * ANCHOR_GAS * (DAY // timedelta(microseconds=1))
        gathered_us = microseconds // max(1, self.wei_a_day)
        longest_us = self.longest // timedelta(microseconds=1)
        return max(self.shortest, timedelta(microseconds=min(gathered_us, longest_us)))
