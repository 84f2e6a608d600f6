"""HTTP side of the edge unit: state, captures, codes, live pictures, control of a simulator."""

import hmac
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from flask import Flask, Response, abort, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.camera import Snapshot, fetch_snapshot
from service.devices.clock import checked_rate
from service.devices.codes import decode_codes
from service.devices.edge.captures import CaptureDesk
from service.devices.edge.keyring import PromiseKey
from service.devices.edge.promises import PromiseBody, PromiseDesk
from service.devices.edge.scale import Scale
from service.devices.edge.simulator_control import forwarded
from service.devices.edge.state import state_document
from service.devices.edge.store import CaptureStore
from service.devices.http_answers import (
    JSON_TYPE,
    Route,
    answering_app,
    json_answer,
    parsed,
    problem,
    reason,
    uncached,
)
from service.devices.site import SiteDevices
from service.domain.errors import FerrotraceError, NotFoundError
from service.domain.weighing import WeighingPass
from service.domain.weighing_window import CAPTURE_REFUSALS

LONGEST_WAIT_MS = 60_000
LONGEST_LIST = 1_000
SIMULATED_PART = "/simulator/<any(deck, gate, line, faults, scene):part>"


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


class ReplacementBody(_Body):
    """The key that is to sign no more, by its address."""

    replaces: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]


class SpeedBody(_Body):
    """Rate of the simulated clock."""

    rate: int


class EdgeApi:
    """The answers of one edge unit."""

    def __init__(
        self,
        site: SiteDevices,
        scale: Scale,
        store: CaptureStore,
        desk: CaptureDesk,
        promises: PromiseDesk | None,
    ) -> None:
        self._site = site
        self._scale = scale
        self._store = store
        self._promises = promises
        self._desk = desk

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/healthz", self.get_health),
            ("GET", "/state", self.get_state),
            ("POST", "/captures", self.post_capture),
            ("GET", "/captures", self.get_captures),
            ("GET", "/captures/<capture_id>", self.get_capture),
            ("POST", "/codes", self.post_codes),
            ("POST", "/v1/promises", self.post_promise),
            ("GET", "/v1/promise-key", self.get_promise_key),
            ("POST", "/v1/promise-key", self.post_promise_key),
            ("GET", "/cameras/<camera_id>.jpg", self.get_camera),
            ("PUT", "/simulator/speed", self.put_speed),
            ("GET", SIMULATED_PART, self.control_simulator),
            ("PUT", SIMULATED_PART, self.control_simulator),
            ("DELETE", SIMULATED_PART, self.control_simulator),
        )

    def get_health(self) -> Response:
        return json_answer({"edge_id": self._site.edge_id, "alive": True})

    def get_state(self) -> Response:
        return json_answer(state_document(self._site, self._scale))

    def post_capture(self) -> Response:
        body = parsed(CaptureBody, request)
        try:
            answer = self._desk.capture(body.capture_id, body.weighing_pass, wait_ms=body.wait_ms)
        except CAPTURE_REFUSALS as error:
            return _refused(error, self._scale)
        return Response(answer, HTTPStatus.CREATED, mimetype=JSON_TYPE)

    def get_captures(self) -> Response:
        after = request.args.get("after", 0, type=int)
        return json_answer({"captures": self._store.heads(after=after, limit=LONGEST_LIST)})

    def get_capture(self, capture_id: str) -> Response:
        body = self._store.body(capture_id)
        if body is None:
            raise NotFoundError(field="capture_id", what="capture", key=capture_id)
        return Response(body, mimetype=JSON_TYPE)

    def post_codes(self) -> Response:
        picture = self._snapshot(parsed(CodesBody, request).camera).data
        codes = [{"type": code.type, "text": code.text} for code in decode_codes(picture)]
        return json_answer({"codes": codes, "picture_sha256": sha256(picture).hexdigest()})

    def get_camera(self, camera_id: str) -> Response:
        snapshot = self._snapshot(camera_id)
        return uncached(Response(snapshot.data, mimetype=snapshot.media_type))

    def post_promise(self) -> Response:
        promise = self._signing().promise(parsed(PromiseBody, request))
        return json_answer({"signature": f"0x{promise.signature.hex()}"}, HTTPStatus.CREATED)

    def get_promise_key(self) -> Response:
        return json_answer(_key_document(self._signing().keys.newest))

    def post_promise_key(self) -> Response:
        body = parsed(ReplacementBody, request)
        key = self._signing().keys.replace(body.replaces)
        return json_answer(_key_document(key), HTTPStatus.CREATED)

    def _signing(self) -> PromiseDesk:
        if self._promises is None:
            raise NotFoundError(field="keys", what="promise key", key=self._site.site_id)
        return self._promises

    def control_simulator(self, part: str) -> Response:
        query = request.args.to_dict()
        return forwarded(self._site, request.method, part, request.get_data(), query=query)

    def put_speed(self) -> Response:
        rate = checked_rate(parsed(SpeedBody, request).rate)
        answer = forwarded(self._site, "PUT", "speed", request.get_data())
        if answer.status_code == HTTPStatus.OK:
            self._scale.clock.run_at(rate)
        return answer

    def _snapshot(self, camera_id: str) -> Snapshot:
        if camera_id not in self._site.cameras:
            raise NotFoundError(field="camera", what="camera", key=camera_id)
        return fetch_snapshot(camera_id, self._site.cameras[camera_id])


def create_edge_app(
    site: SiteDevices,
    scale: Scale,
    store: CaptureStore,
    desk: CaptureDesk,
    promises: PromiseDesk | None = None,
    *,
    token: str,
) -> Flask:
    """HTTP application of one edge unit; every answer but /healthz asks for the bearer token.

    Without ``promises`` the site gives no receipts.
    """
    app = answering_app(__name__, EdgeApi(site, scale, store, desk, promises).routes())
    expected = f"Bearer {token}".encode()

    @app.before_request
    def check_token() -> None:
        given = request.headers.get("Authorization", "").encode()
        if request.path != "/healthz" and not hmac.compare_digest(given, expected):
            abort(HTTPStatus.UNAUTHORIZED, "A bearer token is asked for.")

    return app


def _key_document(key: PromiseKey) -> dict[str, object]:
    return {
        "address": key.address,
        "public_key": f"0x{key.public_key.hex()}",
        "made_at": key.made_at,
    }


def _refused(error: FerrotraceError, scale: Scale) -> Response:
    """Problem document of a refused capture: always 409, with every reason that holds now."""
    others = [why for why in scale.state().reasons if type(why) is not type(error)]
    reasons = [reason(why) for why in (error, *others)]
    return problem(error, status=HTTPStatus.CONFLICT, members={"reasons": reasons})
