"""What the load cells feel beside vehicles: noise, a zero that drifts, and what cheats add.

All of it follows from the seed and the clock, so that the same scene gives the same frames.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum

NOISE_STEP_MS = 50
HOUR_MS = 3_600_000
STEP_OUT_MS = 600
"""A passenger is out of the cab in this time."""

RELAY_MOTION_MS = 300
"""So long the indicator sees motion after a jump."""

WHOLE_BP = 10_000


class CheatKind(StrEnum):
    """Ways to bend a weight that scales have seen (weighbridge.md, section 8.1)."""

    PULSE = "PULSE"  # remote control in a load cell's line: tonnes within one sample
    PROP = "PROP"  # a plate or prop between deck and approach carries a share of the load
    PASSENGER = "PASSENGER"  # gets on with the truck and out after a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheat:
    """A cheat from ``from_ms`` to ``until_ms`` of the clock (None: to the end of the passage).

    ``kg`` is what a pulse or a passenger adds, ``share_bp`` the part that a prop carries.
    """

    kind: CheatKind
    from_ms: int
    until_ms: int | None = None
    kg: int = 0
    share_bp: int = 0

    def factor_bp(self, now_ms: int) -> int:
        """Share of the load that still reaches the cells."""
        prop = self.kind is CheatKind.PROP and self._acts(now_ms)
        return WHOLE_BP - self.share_bp if prop else WHOLE_BP

    def added_kg(self, now_ms: int) -> float:
        """What it adds now, kg."""
        if self.kind is CheatKind.PROP or now_ms < self.from_ms:
            return 0.0
        if self.kind is CheatKind.PASSENGER and self.until_ms is not None:
            out = (now_ms - self.until_ms) / STEP_OUT_MS
            return self.kg * (1.0 - min(max(out, 0.0), 1.0))
        return float(self.kg) if self._acts(now_ms) else 0.0

    def moving(self, now_ms: int) -> bool:
        """Whether the indicator sees motion because of it."""
        edges = (self.from_ms, self.until_ms)
        width_ms = STEP_OUT_MS if self.kind is CheatKind.PASSENGER else RELAY_MOTION_MS
        return any(edge is not None and 0 <= now_ms - edge < width_ms for edge in edges)

    def _acts(self, now_ms: int) -> bool:
        return self.from_ms <= now_ms and (self.until_ms is None or now_ms < self.until_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one scale: noise within ±``noise_kg``, and a zero that drifts since ``at_ms``.

    ``zero_kg`` is where the zero stood then.
    """

    seed: int = 0
    noise_kg: int = 0
    drift_kg_per_h: int = 0
    zero_kg: float = 0.0
    at_ms: int = 0

    def offset_kg(self, now_ms: int) -> float:
        """Noise and drift at ``now_ms``, kg."""
        return self.zero_at(now_ms) + self._noise_kg(now_ms)

    def zero_at(self, now_ms: int) -> float:
        """Where the zero stands, kg."""
        return self.zero_kg + self.drift_kg_per_h * (now_ms - self.at_ms) / HOUR_MS

    def _noise_kg(self, now_ms: int) -> int:
        if self.noise_kg == 0:
            return 0
        sample = zlib.crc32(f"{self.seed}:{now_ms // NOISE_STEP_MS}".encode())
        return sample % (2 * self.noise_kg + 1) - self.noise_kg
