"""HTTP side of the simulator: its cameras, and the control of trucks, faults, line and clock."""

from dataclasses import asdict, dataclass

from flask import Response, request

from service.devices.clock import RatedClock
from service.devices.http_answers import Route, json_answer, parsed, uncached
from service.devices.simulator.board import YardBoard
from service.devices.simulator.bodies import (
    DeckBody,
    FaultsBody,
    GateBody,
    LineBody,
    SpeedBody,
)
from service.devices.simulator.cameras import Gate, SceneCameras
from service.devices.simulator.deck import Deck
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.line import Line
from service.devices.simulator.vehicle import Truck
from service.devices.simulator.weather import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """All that is simulated at one site; ``noise_kg`` is what its cells have without a fault."""

    deck: Deck
    gate: Gate
    indicator: Indicator
    line: Line
    cameras: SceneCameras
    board: YardBoard
    clock: RatedClock
    noise_kg: int


class SimulatorApi:
    """The answers of the simulator of one site; every control answers with the state after it."""

    def __init__(self, hardware: Hardware) -> None:
        self._is = hardware

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/deck", self.state),
            ("PUT", "/deck", self.put_deck),
            ("DELETE", "/deck", self.delete_deck),
            ("PUT", "/gate", self.put_gate),
            ("DELETE", "/gate", self.delete_gate),
            ("PUT", "/line", self.put_line),
            ("PUT", "/faults", self.put_faults),
            ("PUT", "/scene", self.put_scene),
            ("PUT", "/speed", self.put_speed),
            ("GET", "/cameras/<camera_id>.jpg", self.get_camera),
        )

    def state(self) -> Response:
        load, trucks, gate = self._is.deck.load(), self._is.deck.trucks, self._is.gate
        return json_answer(
            {
                "phase": load.phase,
                "kg": load.kg,
                "moving": load.moving,
                "truck": _named(trucks[0]) if trucks else None,
                "vehicles": [_named(truck) for truck in trucks],
                "beams": asdict(self._is.deck.beams()),
                "gate": None if gate.plate is None else {"plate": gate.plate, "code": gate.code},
                "line": {"connected": self._is.line.connected, "silent": self._is.line.silent},
                "faults": asdict(self._is.indicator.faults),
                "scene": self._is.cameras.scene.model_dump(),
                "outputs": asdict(self._is.board.shown),
                "rate": self._is.clock.rate,
            }
        )

    def put_deck(self) -> Response:
        body = parsed(DeckBody, request)
        self._is.deck.put(
            [each.vehicle() for each in body.vehicles], [each.cheat() for each in body.cheats]
        )
        if body.scene is not None:
            self._is.cameras.scene = body.scene
        return self.state()

    def delete_deck(self) -> Response:
        self._is.deck.drive_off(request.args.get("plate"))
        return self.state()

    def put_gate(self) -> Response:
        body, gate = parsed(GateBody, request), self._is.gate
        gate.plate, gate.code, gate.colour = body.plate, body.code, body.colour
        return self.state()

    def delete_gate(self) -> Response:
        self._is.gate.plate = self._is.gate.code = None
        return self.state()

    def put_line(self) -> Response:
        body = parsed(LineBody, request)
        self._is.line.set_line(connected=body.connected, silent=body.silent)
        return self.state()

    def put_faults(self) -> Response:
        body = parsed(FaultsBody, request)
        self._is.indicator.set_faults(body.faults())
        self._is.deck.set_cells(
            noise_kg=self._is.noise_kg if body.noise_kg is None else body.noise_kg,
            drift_kg_per_h=body.drift_kg_per_h,
            zero_kg=body.zero_kg,
        )
        self._is.board.set_alive(alive=body.yard_io)
        return self.state()

    def put_scene(self) -> Response:
        self._is.cameras.scene = parsed(Scene, request)
        return self.state()

    def put_speed(self) -> Response:
        self._is.clock.run_at(parsed(SpeedBody, request).rate)
        return self.state()

    def get_camera(self, camera_id: str) -> Response:
        snapshot = self._is.cameras.snapshot(camera_id)
        return uncached(Response(snapshot.data, mimetype=snapshot.media_type))


def _named(truck: Truck) -> dict[str, object]:
    vehicle = truck.vehicle
    return {"plate": vehicle.plate, "kg": vehicle.kg, "carried_kg": vehicle.carried_kg}
