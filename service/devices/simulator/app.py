"""HTTP side of the simulator: its cameras, and the control of trucks, line and clock."""

from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.clock import RatedClock
from service.devices.http_answers import Route, json_answer, parsed, uncached
from service.devices.simulator.cameras import Gate, SceneCameras
from service.devices.simulator.deck import Deck
from service.devices.simulator.line import IndicatorLine

LADEN_FROM_KG = 20_000
HEAVIEST_KG = 300_000

Plate = Annotated[str, Field(min_length=1, max_length=16)]
Code = Annotated[str, Field(min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TruckBody(_Body):
    """A truck that drives onto the deck; ``laden`` for the load camera, by weight if absent."""

    plate: Plate
    kg: int = Field(gt=0, le=HEAVIEST_KG)
    code: Code | None = None
    laden: bool | None = None


class GateBody(_Body):
    """A driver before the gate camera who shows ``code``."""

    plate: Plate
    code: Code | None = None


class LineBody(_Body):
    """The line: ``connected`` is the port, ``silent`` the indicator behind it."""

    connected: bool
    silent: bool = False


class SpeedBody(_Body):
    """How many times faster than true time."""

    rate: int


class SimulatorApi:
    """The answers of the simulator of one site; every control answers with the state after it."""

    def __init__(
        self, deck: Deck, gate: Gate, line: IndicatorLine, cameras: SceneCameras, clock: RatedClock
    ) -> None:
        self._deck = deck
        self._gate = gate
        self._line = line
        self._cameras = cameras
        self._clock = clock

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/deck", self.state),
            ("PUT", "/deck", self.put_deck),
            ("DELETE", "/deck", self.delete_deck),
            ("PUT", "/gate", self.put_gate),
            ("DELETE", "/gate", self.delete_gate),
            ("PUT", "/line", self.put_line),
            ("PUT", "/speed", self.put_speed),
            ("GET", "/cameras/<camera_id>.jpg", self.get_camera),
        )

    def state(self) -> Response:
        load, truck, gate = self._deck.load(), self._deck.truck, self._gate
        return json_answer(
            {
                "phase": load.phase,
                "kg": load.kg,
                "moving": load.moving,
                "truck": None if truck is None else {"plate": truck.plate, "kg": truck.kg},
                "gate": None if gate.plate is None else {"plate": gate.plate, "code": gate.code},
                "line": {"connected": self._line.connected, "silent": self._line.silent},
                "rate": self._clock.rate,
            }
        )

    def put_deck(self) -> Response:
        body = parsed(TruckBody, request)
        laden = body.kg >= LADEN_FROM_KG if body.laden is None else body.laden
        self._deck.drive_on(plate=body.plate, kg=body.kg, code=body.code, laden=laden)
        return self.state()

    def delete_deck(self) -> Response:
        self._deck.drive_off()
        return self.state()

    def put_gate(self) -> Response:
        body = parsed(GateBody, request)
        self._gate.plate, self._gate.code = body.plate, body.code
        return self.state()

    def delete_gate(self) -> Response:
        self._gate.plate = self._gate.code = None
        return self.state()

    def put_line(self) -> Response:
        body = parsed(LineBody, request)
        self._line.set_line(connected=body.connected, silent=body.silent)
        return self.state()

    def put_speed(self) -> Response:
        self._clock.run_at(parsed(SpeedBody, request).rate)
        return self.state()

    def get_camera(self, camera_id: str) -> Response:
        snapshot = self._cameras.snapshot(camera_id)
        return uncached(Response(snapshot.data, mimetype=snapshot.media_type))
