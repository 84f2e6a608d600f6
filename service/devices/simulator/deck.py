"""What stands on the simulated deck, and what stands before the gate camera."""

from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from service.devices.clock import RatedClock
from service.devices.simulator.truck import (
    rolled_on_kg,
    rolling_ms,
    swing_amplitude_kg,
    swing_kg,
    swing_ms,
)
from service.domain.errors import ConflictError, gettext_noop


class DeckOccupiedError(ConflictError):
    """A second truck cannot drive onto the deck."""

    message = gettext_noop("Truck %(value)s is on the deck; it holds %(limit)s.")


class Phase(StrEnum):
    EMPTY = "empty"
    MOUNTING = "mounting"
    SETTLING = "settling"
    STANDING = "standing"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A truck on the deck; ``visit`` counts the trucks that came."""

    plate: str
    kg: int
    visit: int
    code: str | None
    laden: bool
    mounted_ms: int
    leaving_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the load cells feel: ``kg`` in steps of d."""

    kg: int
    moving: bool
    phase: Phase


class Deck:
    """The deck of one scale with interval ``d_kg``; one truck at a time."""

    def __init__(self, clock: RatedClock, *, d_kg: int) -> None:
        self._clock = clock
        self._d_kg = d_kg
        self._lock = Lock()
        self._truck: Truck | None = None
        self._visits = 0

    @property
    def truck(self) -> Truck | None:
        """The truck on the deck; the last wheel of a leaving one counts."""
        truck = self._truck
        return None if truck is None or self.load().phase is Phase.EMPTY else truck

    def drive_on(self, *, plate: str, kg: int, code: str | None = None, laden: bool = True) -> None:
        """Let a truck drive on; again the same is no second one. Raises DeckOccupiedError."""
        with self._lock:
            there = self._truck
            if there is not None and self._phase(there, self._clock.now_ms()) is not Phase.EMPTY:
                if (there.plate, there.kg, there.leaving_ms) == (plate, kg, None):
                    return
                raise DeckOccupiedError(field="plate", value=there.plate, limit=1)
            self._visits += 1
            self._truck = Truck(
                plate=plate,
                kg=kg,
                visit=self._visits,
                code=code,
                laden=laden,
                mounted_ms=self._clock.now_ms(),
            )

    def drive_off(self) -> None:
        """Let the truck leave; an empty deck stays empty."""
        with self._lock:
            if self._truck is not None and self._truck.leaving_ms is None:
                self._truck = replace(self._truck, leaving_ms=self._clock.now_ms())

    def load(self, at_ms: int | None = None) -> Load:
        """Load at ``at_ms`` of the clock, now by default."""
        now_ms = self._clock.now_ms() if at_ms is None else at_ms
        truck = self._truck
        if truck is None:
            return Load(kg=0, moving=False, phase=Phase.EMPTY)
        phase = self._phase(truck, now_ms)
        kg = _felt_kg(truck, phase, now_ms)
        return Load(
            kg=int(kg / self._d_kg + 0.5) * self._d_kg,
            moving=self._moving(truck, phase, now_ms),
            phase=phase,
        )

    def _phase(self, truck: Truck, now_ms: int) -> Phase:
        if truck.leaving_ms is not None:
            left = now_ms - truck.leaving_ms >= rolling_ms(truck.kg)
            return Phase.EMPTY if left else Phase.LEAVING
        since_ms = now_ms - truck.mounted_ms - rolling_ms(truck.kg)
        if since_ms < 0:
            return Phase.MOUNTING
        return Phase.SETTLING if since_ms < swing_ms(truck.kg) else Phase.STANDING

    def _moving(self, truck: Truck, phase: Phase, now_ms: int) -> bool:
        """Whether the load moves by more than half an interval."""
        if phase is Phase.SETTLING:
            since_ms = now_ms - truck.mounted_ms - rolling_ms(truck.kg)
            return 2 * swing_amplitude_kg(truck.kg, since_ms) > self._d_kg
        return phase in {Phase.MOUNTING, Phase.LEAVING}


def _felt_kg(truck: Truck, phase: Phase, now_ms: int) -> float:
    since_ms = now_ms - truck.mounted_ms
    if phase is Phase.EMPTY:
        return 0.0
    if phase is Phase.LEAVING and truck.leaving_ms is not None:
        there = rolled_on_kg(truck.kg, truck.leaving_ms - truck.mounted_ms)
        return max(there - rolled_on_kg(truck.kg, now_ms - truck.leaving_ms), 0.0)
    if phase is Phase.SETTLING:
        return truck.kg + swing_kg(truck.kg, since_ms - rolling_ms(truck.kg))
    return rolled_on_kg(truck.kg, since_ms)
