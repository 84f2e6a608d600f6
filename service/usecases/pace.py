"""When the next batch is sealed: soon where anchoring is cheap, later where it is dear.

An anchor costs about the same for one document and for a thousand. A local chain takes no money
and gets its batch at once. Elsewhere the interval is what an anchor costs by what may be spent in
a day, within two bounds: the upper one leaves time to be mined before a record is too old.
"""

from dataclasses import dataclass
from datetime import timedelta

from service.chain.fees import FeeMarket

ANCHOR_GAS = 120_000
"""What an anchor call uses at most in practice (docs/measurements.md), with room."""
DAY = timedelta(days=1)
LONGEST = timedelta(minutes=8)
"""Two minutes are left of the ten within which a record is to be anchored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the oldest record waits before its batch is sealed.

    ``wei_a_day`` is what may be spent on anchors in a day. The bounds are equal for a fixed
    interval; the default seals at once.
    """

    shortest: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)
    wei_a_day: int = 10**16

    @classmethod
    def adaptive(cls, *, shortest: timedelta, wei_a_day: int) -> "Pace":
        """From ``shortest`` up to the longest that keeps every record young enough."""
        return cls(shortest=shortest, longest=max(shortest, LONGEST), wei_a_day=wei_a_day)

    def interval(self, market: FeeMarket) -> timedelta:
        """How long to gather documents at these fees."""
        wei_per_gas = market.base_fee_wei_per_gas + market.priority_fee_wei_per_gas
        microseconds = wei_per_gas * ANCHOR_GAS * (DAY // timedelta(microseconds=1))
        gathered_us = microseconds // max(1, self.wei_a_day)
        longest_us = self.longest // timedelta(microseconds=1)
        return max(self.shortest, timedelta(microseconds=min(gathered_us, longest_us)))
