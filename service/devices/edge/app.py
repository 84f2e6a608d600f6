"""HTTP side of the edge unit: state, captures, codes, live pictures, and the simulator's control."""

import hmac
from hashlib import sha256
from typing import Annotated

import requests
from flask import Flask, Response, abort, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.camera import fetch_snapshot
from service.devices.clock import checked_rate
from service.devices.codes import decode_codes
from service.devices.edge.captures import CaptureDesk
from service.devices.edge.scale import Scale
from service.devices.edge.state import state_document
from service.devices.edge.store import CaptureStore
from service.devices.problem import answer_problems, json_answer, parsed, problem, reason
from service.devices.site import SiteDevices
from service.domain.errors import FerrotraceError, NotFoundError, UnavailableError, gettext_noop
from service.domain.weighing import WeighingPass
from service.domain.weighing_window import CAPTURE_REFUSALS

LONGEST_WAIT_MS = 60_000
LONGEST_LIST = 1_000
SIMULATOR_TIMEOUT_S = 5.0


class SimulatorUnavailableError(UnavailableError):
    """The simulator does not answer."""

    message = gettext_noop("The simulator at %(value)s does not answer: %(limit)s.")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CaptureBody(_Body):
    """A capture asked for; ``wait_ms`` of true time for the window to close."""

    capture_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    weighing_pass: WeighingPass = Field(alias="pass")
    wait_ms: int = Field(default=0, ge=0, le=LONGEST_WAIT_MS)


class CodesBody(_Body):
    """Codes asked for, in what this camera sees now."""

    camera: str


class SpeedBody(_Body):
    """Rate of the simulated clock."""

    rate: int


def create_edge_app(site: SiteDevices, scale: Scale, store: CaptureStore, *, token: str) -> Flask:
    """HTTP application of one edge unit; every answer but /healthz asks for the bearer token."""
    app = Flask(__name__, static_folder=None)
    answer_problems(app)
    desk = CaptureDesk(site, scale, store)
    expected = f"Bearer {token}".encode()

    @app.before_request
    def check_token() -> None:
        given = request.headers.get("Authorization", "").encode()
        if request.path != "/healthz" and not hmac.compare_digest(given, expected):
            abort(401, "A bearer token is asked for.")

    @app.get("/healthz")
    def get_health() -> Response:
        return json_answer({"edge_id": site.edge_id, "alive": True})

    @app.get("/state")
    def get_state() -> Response:
        return json_answer(state_document(site, scale))

    @app.post("/captures")
    def post_capture() -> Response:
        body = parsed(CaptureBody, request)
        try:
            answer = desk.capture(body.capture_id, body.weighing_pass, wait_ms=body.wait_ms)
        except CAPTURE_REFUSALS as error:
            return _refused(error, scale)
        return Response(answer, 201, mimetype="application/json")

    @app.get("/captures/<capture_id>")
    def get_capture(capture_id: str) -> Response:
        body = store.body(capture_id)
        if body is None:
            raise NotFoundError(field="capture_id", what="capture", key=capture_id)
        return Response(body, mimetype="application/json")

    @app.get("/captures")
    def get_captures() -> Response:
        after = request.args.get("after", 0, type=int)
        return json_answer({"captures": store.heads(after=after, limit=LONGEST_LIST)})

    @app.post("/codes")
    def post_codes() -> Response:
        camera_id = parsed(CodesBody, request).camera
        picture = fetch_snapshot(camera_id, _camera_url(site, camera_id)).data
        codes = [{"type": code.type, "text": code.text} for code in decode_codes(picture)]
        return json_answer({"codes": codes, "picture_sha256": sha256(picture).hexdigest()})

    @app.get("/cameras/<camera_id>.jpg")
    def get_camera(camera_id: str) -> Response:
        snapshot = fetch_snapshot(camera_id, _camera_url(site, camera_id))
        answer = Response(snapshot.data, mimetype=snapshot.media_type)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @app.route("/simulator/<any(deck, gate, line):part>", methods=["GET", "PUT", "DELETE"])
    def control_simulator(part: str) -> Response:
        return forwarded(site, request.method, part, request.get_data())

    @app.put("/simulator/speed")
    def put_speed() -> Response:
        rate = checked_rate(parsed(SpeedBody, request).rate)
        answer = forwarded(site, "PUT", "speed", request.get_data())
        if answer.status_code == requests.codes.ok:
            scale.clock.run_at(rate)
        return answer

    return app


def forwarded(site: SiteDevices, method: str, part: str, body: bytes) -> Response:
    """Answer of the simulator of ``site``.

    Raises NotFoundError where the scale is a real one, SimulatorUnavailableError.
    """
    if site.simulator_url is None:
        raise NotFoundError(field="simulator", what="simulator", key=site.site_id)
    url = f"{site.simulator_url}/{part}"
    try:
        answer = requests.request(method, url, data=body, timeout=SIMULATOR_TIMEOUT_S)
    except requests.RequestException as error:
        raise SimulatorUnavailableError(
            field="simulator", value=url, limit=type(error).__name__
        ) from error
    media_type = answer.headers.get("Content-Type")
    return Response(answer.content, answer.status_code, content_type=media_type)


def _refused(error: FerrotraceError, scale: Scale) -> Response:
    """Problem document of a refused capture: always 409, with every reason that holds now."""
    answer = problem(error)
    others = [why for why in scale.state().reasons if type(why) is not type(error)]
    reasons = [reason(why) for why in (error, *others)]
    body = {**answer.get_json(), "status": 409, "reasons": reasons}
    return json_answer(body, 409, media_type=answer.mimetype)


def _camera_url(site: SiteDevices, camera_id: str) -> str:
    if camera_id not in site.cameras:
        raise NotFoundError(field="camera", what="camera", key=camera_id)
    return site.cameras[camera_id]
