"""HTTP side of the simulator: its cameras, and the control of trucks, line and clock."""

from typing import Annotated

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.clock import RatedClock
from service.devices.problem import answer_problems, json_answer, parsed
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


def create_simulator_app(
    deck: Deck, gate: Gate, line: IndicatorLine, cameras: SceneCameras, clock: RatedClock
) -> Flask:
    """HTTP application of the simulator of one site."""
    app = Flask(__name__, static_folder=None)
    answer_problems(app)

    def state() -> Response:
        load, truck = deck.load(), deck.truck
        return json_answer(
            {
                "phase": load.phase,
                "kg": load.kg,
                "moving": load.moving,
                "truck": None if truck is None else {"plate": truck.plate, "kg": truck.kg},
                "gate": None if gate.plate is None else {"plate": gate.plate, "code": gate.code},
                "line": {"connected": line.connected, "silent": line.silent},
                "rate": clock.rate,
            }
        )

    @app.get("/deck")
    def get_deck() -> Response:
        return state()

    @app.put("/deck")
    def put_deck() -> Response:
        body = parsed(TruckBody, request)
        laden = body.kg >= LADEN_FROM_KG if body.laden is None else body.laden
        deck.drive_on(plate=body.plate, kg=body.kg, code=body.code, laden=laden)
        return state()

    @app.delete("/deck")
    def delete_deck() -> Response:
        deck.drive_off()
        return state()

    @app.put("/gate")
    def put_gate() -> Response:
        body = parsed(GateBody, request)
        gate.plate, gate.code = body.plate, body.code
        return state()

    @app.delete("/gate")
    def delete_gate() -> Response:
        gate.plate = gate.code = None
        return state()

    @app.put("/line")
    def put_line() -> Response:
        body = parsed(LineBody, request)
        line.set_line(connected=body.connected, silent=body.silent)
        return state()

    @app.put("/speed")
    def put_speed() -> Response:
        clock.run_at(parsed(SpeedBody, request).rate)
        return state()

    @app.get("/cameras/<camera_id>.jpg")
    def get_camera(camera_id: str) -> Response:
        snapshot = cameras.snapshot(camera_id)
        answer = Response(snapshot.data, mimetype=snapshot.media_type)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app
