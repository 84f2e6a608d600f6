"""What stands on the simulated deck, and what its load cells feel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor, prod
from threading import Lock

from service.devices.clock import RatedClock
from service.devices.simulator.cells import WHOLE_BP, Cells, Cheat
from service.devices.simulator.vehicle import Truck, Vehicle
from service.domain.deck_lights import Beams
from service.domain.errors import ConflictError, gettext_noop


class DeckOccupiedError(ConflictError):
    """Other vehicles stand on the deck than those that the list begins with."""

    message = gettext_noop("Truck %(value)s is on the deck; it holds %(limit)s.")


class Phase(StrEnum):
    EMPTY = "empty"
    MOUNTING = "mounting"
    SETTLING = "settling"
    STANDING = "standing"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the load cells feel: ``kg`` in steps of d."""

    kg: int
    moving: bool
    phase: Phase


class Deck:
    """The deck of one scale with interval ``d_kg``."""

    def __init__(self, clock: RatedClock, *, d_kg: int, cells: Cells | None = None) -> None:
        self._clock = clock
        self._d_kg = d_kg
        self._lock = Lock()
        self._trucks: tuple[Truck, ...] = ()
        self._cheats: tuple[Cheat, ...] = ()
        self._cells = cells or Cells()
        self._visits = 0

    @property
    def truck(self) -> Truck | None:
        """The first vehicle on the deck; the last wheel of a leaving one counts."""
        return next(iter(self.trucks), None)

    @property
    def trucks(self) -> tuple[Truck, ...]:
        """The vehicles on the deck or on their way to it, in the order in which they came."""
        now_ms = self._clock.now_ms()
        return tuple(truck for truck in self._trucks if not truck.has_left(now_ms))

    def drive_on(self, *, plate: str, kg: int, code: str | None = None, laden: bool = True) -> None:
        """Let one truck drive on; again the same is no second one. Raises DeckOccupiedError."""
        self.put((Vehicle(plate=plate, kg=kg, code=code, laden=laden),))

    def put(self, vehicles: Sequence[Vehicle], cheats: Sequence[Cheat] = ()) -> None:
        """Let ``vehicles`` stand on the deck: those that are not there yet drive on.

        One that is there may stand elsewhere: it moves. ``cheats`` count their times from now.
        Raises DeckOccupiedError where the deck holds others, or one that leaves.
        """
        with self._lock:
            now_ms = self._clock.now_ms()
            there = tuple(truck for truck in self._trucks if not truck.has_left(now_ms))
            _check_same(there, vehicles)
            staying = zip(there, vehicles, strict=False)
            moved = [_moved(truck, vehicle, now_ms) for truck, vehicle in staying]
            coming = [self._coming(vehicle, now_ms) for vehicle in vehicles[len(there) :]]
            self._trucks = (*moved, *coming)
            self._cheats = (*self._cheats, *(_from_now(cheat, now_ms) for cheat in cheats))

    def drive_off(self, plate: str | None = None) -> None:
        """Let the vehicle with ``plate`` leave, or all; cheats end with the last one."""
        with self._lock:
            now_ms = self._clock.now_ms()
            self._trucks = tuple(
                replace(truck, leaving_ms=now_ms)
                if truck.leaving_ms is None and plate in (None, truck.plate)
                else truck
                for truck in self._trucks
            )
            if all(truck.leaving_ms is not None for truck in self._trucks):
                self._cheats = ()

    def set_cells(self, *, noise_kg: int, drift_kg_per_h: int, zero_kg: int | None = None) -> None:
        """Go on with another noise and drift, the zero from where it is, or from ``zero_kg``."""
        now_ms = self._clock.now_ms()
        with self._lock:
            zero = self._cells.zero_at(now_ms) if zero_kg is None else float(zero_kg)
            self._cells = Cells(
                seed=self._cells.seed,
                noise_kg=noise_kg,
                drift_kg_per_h=drift_kg_per_h,
                zero_kg=zero,
                at_ms=now_ms,
            )

    def load(self, at_ms: int | None = None) -> Load:
        """Load at ``at_ms`` of the clock, now by default."""
        now_ms = self._clock.now_ms() if at_ms is None else at_ms
        trucks, cheats = self._trucks, self._cheats
        felt_kg = sum(truck.felt_kg(now_ms) for truck in trucks)
        through = prod(cheat.factor_bp(now_ms) / WHOLE_BP for cheat in cheats)
        added_kg = sum(cheat.added_kg(now_ms) for cheat in cheats)
        kg = felt_kg * through + added_kg + self._cells.offset_kg(now_ms)
        return Load(
            kg=floor(kg / self._d_kg + 0.5) * self._d_kg,
            moving=any(truck.moving(now_ms, d_kg=self._d_kg) for truck in trucks)
            or any(cheat.moving(now_ms) for cheat in cheats),
            phase=_phase(trucks, now_ms),
        )

    def beams(self) -> Beams:
        """Return what photo cells and loop see now."""
        now_ms = self._clock.now_ms()
        trucks = [truck for truck in self.trucks if not truck.waits(now_ms)]
        return Beams(
            front_clear=not any(truck.breaks_front_beam(now_ms) for truck in trucks),
            back_clear=not any(truck.breaks_back_beam(now_ms) for truck in trucks),
            loop_occupied=bool(trucks),
        )

    def _coming(self, vehicle: Vehicle, now_ms: int) -> Truck:
        self._visits += 1
        return Truck(vehicle=vehicle, visit=self._visits, mounted_ms=now_ms + vehicle.after_ms)


def _check_same(there: Sequence[Truck], vehicles: Sequence[Vehicle]) -> None:
    """Raise DeckOccupiedError unless ``vehicles`` begins with those that are there."""
    same = [
        truck.leaving_ms is None and (truck.plate, truck.kg) == (vehicle.plate, vehicle.kg)
        for truck, vehicle in zip(there, vehicles, strict=False)
    ]
    if not all(same) or len(vehicles) < len(there):
        raise DeckOccupiedError(field="plate", value=there[0].plate, limit=len(there))


def _moved(truck: Truck, vehicle: Vehicle, now_ms: int) -> Truck:
    stays = truck.vehicle.carried_kg == vehicle.carried_kg
    return truck if stays else truck.moved_to(vehicle, now_ms)


def _from_now(cheat: Cheat, now_ms: int) -> Cheat:
    until_ms = None if cheat.until_ms is None else now_ms + cheat.until_ms
    return replace(cheat, from_ms=now_ms + cheat.from_ms, until_ms=until_ms)


def _phase(trucks: Sequence[Truck], now_ms: int) -> Phase:
    """Return what most matters of all vehicles: one that moves before one that stands."""
    here = [truck for truck in trucks if not (truck.waits(now_ms) or truck.has_left(now_ms))]
    if not here:
        return Phase.EMPTY
    if any(truck.leaves(now_ms) for truck in here):
        return Phase.LEAVING
    if any(truck.mounts(now_ms) for truck in here):
        return Phase.MOUNTING
    settling = any(truck.settles(now_ms) for truck in here)
    return Phase.SETTLING if settling else Phase.STANDING
