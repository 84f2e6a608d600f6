"""A vehicle on the simulated deck: how much of it the deck carries, and which beams it breaks."""

from dataclasses import dataclass, replace

from service.devices.simulator.truck import (
    MOUNTING_KG_PER_MS,
    axle_count,
    rolled_on_kg,
    rolling_ms,
    swing_amplitude_kg,
    swing_kg,
    swing_ms,
)
from service.domain.plate import PlateColour


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle as it comes: ``kg`` with its load, and ``water_kg`` in a tank that nobody declared.

    ``front_off`` and ``rear_off`` are axles that stand beyond the deck's front end, or not yet on
    its back end. ``after_ms`` after the first vehicle of the same list it mounts. ``rear_plate``
    hangs at the rear where it is another one, a trailer's or a stranger's; ``cab`` is the plate
    that belongs to the cab, where the vehicle wears another truck's.
    """

    plate: str
    kg: int
    colour: PlateColour = PlateColour.YELLOW
    code: str | None = None
    laden: bool = True
    front_off: int = 0
    rear_off: int = 0
    water_kg: int = 0
    after_ms: int = 0
    rear_plate: str | None = None
    cab: str | None = None

    @property
    def axles(self) -> int:
        return axle_count(self.kg)

    @property
    def carried_kg(self) -> int:
        """What the deck carries of it: the axles that stand on it, the water with them."""
        on_deck = max(self.axles - self.front_off - self.rear_off, 0)
        return (self.kg + self.water_kg) * on_deck // self.axles


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A vehicle on its way over the deck; ``visit`` counts the vehicles that came.

    ``from_kg`` was carried when it began to mount, or to move to another place, at ``mounted_ms``.
    """

    vehicle: Vehicle
    visit: int
    mounted_ms: int
    from_kg: int = 0
    leaving_ms: int | None = None

    @property
    def plate(self) -> str:
        return self.vehicle.plate

    @property
    def kg(self) -> int:
        return self.vehicle.kg

    @property
    def code(self) -> str | None:
        return self.vehicle.code

    @property
    def laden(self) -> bool:
        return self.vehicle.laden

    def rolling_ms(self) -> int:
        """Time from the first wheel to the last, or from one place on the deck to another."""
        if self.from_kg:
            return int(abs(self.vehicle.carried_kg - self.from_kg) / MOUNTING_KG_PER_MS) + 1
        return rolling_ms(self.vehicle.carried_kg)

    def waits(self, now_ms: int) -> bool:
        """Whether it has not reached the deck yet."""
        return now_ms < self.mounted_ms

    def mounts(self, now_ms: int) -> bool:
        return 0 <= now_ms - self.mounted_ms < self.rolling_ms() and not self.leaves(now_ms)

    def settles(self, now_ms: int) -> bool:
        since_ms = now_ms - self.mounted_ms - self.rolling_ms()
        return 0 <= since_ms < swing_ms(self.vehicle.carried_kg) and not self.leaves(now_ms)

    def leaves(self, now_ms: int) -> bool:
        return self.leaving_ms is not None and now_ms >= self.leaving_ms

    def has_left(self, now_ms: int) -> bool:
        if self.leaving_ms is None:
            return False
        return now_ms - self.leaving_ms >= rolling_ms(self.vehicle.carried_kg)

    def moving(self, now_ms: int, *, d_kg: int) -> bool:
        """Whether its part of the load moves by more than half an interval."""
        if self.waits(now_ms) or self.has_left(now_ms):
            return False
        if self.settles(now_ms):
            since_ms = now_ms - self.mounted_ms - self.rolling_ms()
            return 2 * swing_amplitude_kg(self.vehicle.carried_kg, since_ms) > d_kg
        return self.leaves(now_ms) or self.mounts(now_ms)

    def felt_kg(self, now_ms: int) -> float:
        """What the load cells feel of it."""
        if self.waits(now_ms) or self.has_left(now_ms):
            return 0.0
        if self.leaving_ms is not None and self.leaves(now_ms):
            there = self._mounted_kg(self.leaving_ms)
            gone = rolled_on_kg(self.vehicle.carried_kg, now_ms - self.leaving_ms)
            return max(there - gone, 0.0)
        if self.settles(now_ms):
            since_ms = now_ms - self.mounted_ms - self.rolling_ms()
            return self.vehicle.carried_kg + swing_kg(self.vehicle.carried_kg, since_ms)
        return self._mounted_kg(now_ms)

    def _mounted_kg(self, now_ms: int) -> float:
        since_ms, carried_kg = now_ms - self.mounted_ms, self.vehicle.carried_kg
        if not self.from_kg:
            return rolled_on_kg(carried_kg, since_ms)
        share = min(since_ms / self.rolling_ms(), 1.0)
        return self.from_kg + (carried_kg - self.from_kg) * share

    def breaks_back_beam(self, now_ms: int) -> bool:
        """Whether it stands across the end where trucks drive on."""
        if self.waits(now_ms) or self.leaves(now_ms):
            return False
        return self.vehicle.rear_off > 0 or (self.mounts(now_ms) and not self.from_kg)

    def breaks_front_beam(self, now_ms: int) -> bool:
        """Whether it stands across the end where trucks drive off."""
        if self.waits(now_ms) or self.has_left(now_ms):
            return False
        return self.leaves(now_ms) or (self.vehicle.front_off > 0 and not self.mounts(now_ms))

    def moved_to(self, vehicle: Vehicle, now_ms: int) -> "Truck":
        """Return the truck on its way to where ``vehicle`` stands on the deck."""
        from_kg = max(round(self.felt_kg(now_ms)), 1)
        return replace(self, vehicle=vehicle, mounted_ms=now_ms, from_kg=from_kg)
