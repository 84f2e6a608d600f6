"""What the control of the simulator may be asked, read strictly."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.devices.simulator.cells import Cheat, CheatKind
from service.devices.simulator.faults import Faults
from service.devices.simulator.vehicle import Vehicle
from service.devices.simulator.weather import Scene
from service.domain.plate import PlateColour

LADEN_FROM_KG = 20_000
HEAVIEST_KG = 300_000
LONGEST_MS = 24 * 3_600_000
WHOLE_BP = 10_000

Plate = Annotated[str, Field(min_length=1, max_length=16)]
Code = Annotated[str, Field(min_length=1, max_length=500)]
Axles = Annotated[int, Field(ge=0, le=5)]
Milliseconds = Annotated[int, Field(ge=0, le=LONGEST_MS)]
Share = Annotated[int, Field(ge=0, le=WHOLE_BP)]
Colour = Annotated[PlateColour, Field(strict=False)]


class Body(BaseModel):
    """Nothing is guessed and nothing is dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VehicleBody(Body):
    """A vehicle that drives onto the deck; ``laden`` for the load camera, by weight if absent.

    ``front_off`` and ``rear_off`` axles stand off the deck; ``water_kg`` is in a hidden tank, in
    addition to ``kg``; it mounts ``after_ms`` after the first. ``rear_plate`` is a trailer's
    or a stranger's; ``cab`` the plate to which the cab belongs, where the truck was swapped.
    """

    plate: Plate
    kg: int = Field(gt=0, le=HEAVIEST_KG)
    colour: Colour = PlateColour.YELLOW
    code: Code | None = None
    laden: bool | None = None
    front_off: Axles = 0
    rear_off: Axles = 0
    water_kg: int = Field(default=0, ge=0, le=HEAVIEST_KG)
    after_ms: Milliseconds = 0
    rear_plate: Plate | None = None
    cab: Plate | None = None

    def vehicle(self) -> Vehicle:
        laden = self.kg >= LADEN_FROM_KG if self.laden is None else self.laden
        return Vehicle(**{**self.model_dump(), "laden": laden})


class CheatBody(Body):
    """A cheat from ``after_ms`` on, for ``for_ms`` or to the end of the passage."""

    kind: Annotated[CheatKind, Field(strict=False)]
    kg: int = Field(default=0, ge=-HEAVIEST_KG, le=HEAVIEST_KG)
    share_bp: Share = 0
    after_ms: Milliseconds = 0
    for_ms: Milliseconds | None = None

    def cheat(self) -> Cheat:
        until_ms = None if self.for_ms is None else self.after_ms + self.for_ms
        return Cheat(
            kind=self.kind,
            from_ms=0 if self.kind is CheatKind.PASSENGER else self.after_ms,
            until_ms=self.after_ms if self.kind is CheatKind.PASSENGER else until_ms,
            kg=self.kg,
            share_bp=self.share_bp,
        )


class DeckBody(Body):
    """The vehicles on the deck, cheats, and what the cameras look through.

    One vehicle may stand for itself, without a list.
    """

    vehicles: Annotated[list[VehicleBody], Field(max_length=4)]
    cheats: Annotated[list[CheatBody], Field(max_length=8)] = []
    scene: Scene | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_vehicle(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "vehicles" in given or "plate" not in given:
            return given
        own = {key: given[key] for key in given.keys() - cls.model_fields.keys()}
        return {
            **{key: given[key] for key in given.keys() & cls.model_fields.keys()},
            "vehicles": [own],
        }


class GateBody(Body):
    """A driver before the gate camera who shows ``code``."""

    plate: Plate
    code: Code | None = None
    colour: Colour = PlateColour.YELLOW


class LineBody(Body):
    """The line: ``connected`` is the port, ``silent`` the indicator behind it."""

    connected: bool
    silent: bool = False


class FaultsBody(Body):
    """All that is wrong from now on; what is not named is well again.

    ``yard_io`` false: the device behind barriers and beams does not answer.
    """

    motion: bool | None = None
    overload: bool = False
    net: bool = False
    pounds: bool = False
    frozen: bool = False
    serial_no: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    corrupt_bp: Share = 0
    garbage_bp: Share = 0
    noise_kg: Annotated[int, Field(ge=0, le=1_000)] | None = None
    drift_kg_per_h: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    zero_kg: Annotated[int, Field(ge=-10_000, le=10_000)] | None = None
    yard_io: bool = True

    def faults(self) -> Faults:
        cells = {"noise_kg", "drift_kg_per_h", "zero_kg", "yard_io"}
        return Faults(**self.model_dump(exclude=cells))


class SpeedBody(Body):
    """How many times faster than true time."""

    rate: int
