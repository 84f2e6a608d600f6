"""How a truck builds weight: axle by axle, then it swings and comes to rest.

No axle rolls on at more than 3.2 t/s, so that an honest truck stays below the 4 t/s of control C5.
Times in ms of the simulated clock.
"""

from math import exp, log, pi, sin

AXLES_BELOW_KG = ((8_000, 2), (15_000, 3))
LARGEST_AXLES = 6
MOUNTING_KG_PER_MS = 3.2
SHORTEST_ROLL_MS = 600
PAUSE_MS = 600
SWING_SHARE = 0.004
LARGEST_SWING_KG = 160.0
SMALLEST_SWING_KG = 1.0
SWING_DECAY_MS = 900.0
SWING_PERIOD_MS = 850.0


def axle_count(kg: int) -> int:
    """Axles of a truck that weighs ``kg`` with its load: 2, 3 or 6."""
    return next((axles for below_kg, axles in AXLES_BELOW_KG if kg < below_kg), LARGEST_AXLES)


def rolling_ms(kg: int) -> int:
    """Time from the first wheel on the deck to the last."""
    axles = axle_count(kg)
    return axles * _axle_ms(kg) + (axles - 1) * PAUSE_MS


def rolled_on_kg(kg: int, since_ms: int) -> float:
    """Weight on the deck ``since_ms`` after the first wheel, without the swing."""
    axles, axle_ms = axle_count(kg), _axle_ms(kg)
    whole, into = divmod(max(since_ms, 0), axle_ms + PAUSE_MS)
    return min(kg / axles * (whole + min(into / axle_ms, 1.0)), float(kg))


def swing_ms(kg: int) -> int:
    """Time after the last wheel until the swing has died away."""
    return int(SWING_DECAY_MS * log(max(_first_swing_kg(kg) / SMALLEST_SWING_KG, 1.0))) + 1


def swing_amplitude_kg(kg: int, since_ms: int) -> float:
    """Amplitude of the swing ``since_ms`` after the last wheel."""
    amplitude = _first_swing_kg(kg) * exp(-since_ms / SWING_DECAY_MS)
    return amplitude if amplitude >= SMALLEST_SWING_KG else 0.0


def swing_kg(kg: int, since_ms: int) -> float:
    """Departure from rest ``since_ms`` after the last wheel."""
    return swing_amplitude_kg(kg, since_ms) * sin(2 * pi * since_ms / SWING_PERIOD_MS)


def _axle_ms(kg: int) -> int:
    return max(SHORTEST_ROLL_MS, int(kg / axle_count(kg) / MOUNTING_KG_PER_MS))


def _first_swing_kg(kg: int) -> float:
    return min(kg * SWING_SHARE, LARGEST_SWING_KG)
