import json
import sqlite3
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import requests

from service.devices.camera import CameraUnavailableError, fetch_snapshot
from service.devices.edge.document import (
    CaptureDamagedError,
    capture_hash,
    capture_of,
    instrument_document,
    photograph_document,
    with_bytes,
)
from service.devices.edge.simulator_control import SimulatorUnavailableError, forwarded
from service.devices.edge.state import thinned
from service.devices.edge.store import GENESIS, CaptureStore, StoreOfOtherEdgeError
from service.devices.edge_client import (
    CaptureRefusedError,
    EdgeConflictError,
    EdgeRefusedError,
    ScaleUnavailableError,
    reasons_of,
    refusal_of,
)
from service.devices.http_client import YardSession
from service.devices.pictures import LARGEST_BYTES
from service.domain.errors import NotFoundError
from service.domain.weighing import Photograph, curve_sha256, frames_sha256
from service.domain.weighing_window import BelowMinimumError
from tests.support.devices import site_devices
from tests.support.pictures import truck_jpeg
from tests.support.ports import free_ports
from tests.support.readings import SCALE


def capture_document(**changes: Any) -> dict[str, Any]:
    frames, curve = [[0, "0203"], [143, "0204"]], [[0, 0], [143, 48_620]]
    photograph = Photograph(
        camera_id="front",
        taken_at=datetime(2026, 6, 1, 6, 32, 6, tzinfo=UTC),
        media_type="image/jpeg",
        sha256=sha256(b"picture").hexdigest(),
        data=b"picture",
    )
    document = {
        "capture_id": "c-1",
        "edge_id": "EDGE-1",
        "site_id": "BASE01",
        "instrument": instrument_document(SCALE),
        "pass": "gross",
        "kg": 48_620,
        "source": "SIM",
        "stable_source": "flag",
        "window_ms": 5_005,
        "spread_kg": 0,
        "frame_count": 36,
        "zero_before_kg": 0,
        "first_frame_hex": "0203",
        "last_frame_hex": "0204",
        "frames": frames,
        "frames_sha256": frames_sha256([(0, "0203"), (143, "0204")]),
        "curve": curve,
        "curve_sha256": curve_sha256([(0, 0), (143, 48_620)]),
        "taken_at": "2026-06-01T06:32:06Z",
        "photographs": [with_bytes(photograph_document(photograph), photograph.data)],
        "silent_cameras": [],
        "edge_seq": 1,
        "prev_hash": GENESIS,
        **changes,
    }
    return {**document, "hash": capture_hash(document)}


def test_a_capture_s_hash_is_that_of_its_bytes_as_published() -> None:
    assert capture_hash(capture_document()) == (
        "95e6cdc8a58cfaf75091336b5f0cc8d0079e9be71b12c630e57f0e0ba37a682a"
    )


def test_a_capture_is_read_as_it_was_written() -> None:
    capture = capture_of(capture_document())
    assert (capture.kg, capture.instrument) == (48_620, SCALE)
    assert capture.photographs[0].data == b"picture"
    assert capture.curve == ((0, 0), (143, 48_620))


@pytest.mark.parametrize(
    "field",
    [
        "capture_id",
        "edge_id",
        "kg",
        "taken_at",
        "frames",
        "curve",
        "photographs",
        "instrument",
        "edge_seq",
        "prev_hash",
        "zero_before_kg",
    ],
)
def test_a_capture_with_one_field_changed_or_lost_is_damaged(field: str) -> None:
    document = capture_document()
    replaced = {"kg": 48_640, "edge_seq": 2, "zero_before_kg": 20}.get(
        field, "2026-06-01T00:00:00Z"
    )
    with pytest.raises(CaptureDamagedError):
        capture_of({**document, field: replaced})
    with pytest.raises(CaptureDamagedError):
        capture_of({key: value for key, value in document.items() if key != field})


@pytest.mark.parametrize("field", ["frames", "curve"])
def test_frames_and_curve_are_checked_against_their_own_hashes(field: str) -> None:
    with pytest.raises(CaptureDamagedError, match=f"{field}_sha256"):
        capture_of(capture_document(**{f"{field}_sha256": "0" * 64}))


def test_a_picture_that_is_not_its_hash_is_damaged() -> None:
    document = capture_document()
    document["photographs"][0]["data_b64"] = "b3RoZXI="
    with pytest.raises(CaptureDamagedError, match="front"):
        capture_of(document)


def test_a_store_belongs_to_one_edge_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "captures.db"
    store = CaptureStore(path, "EDGE-1")
    assert store.body("c-1") is None
    picture = capture_of(capture_document()).photographs[0]
    stated = {"photographs": [{"camera_id": "front", "sha256": picture.sha256}]}

    def made(seq: int, prev: str) -> tuple[str, dict[str, Any]]:
        return f"hash {seq} {prev[:1]}", stated

    answer = store.add("c-1", "gross", made, [picture])
    store.close()
    with pytest.raises(StoreOfOtherEdgeError, match="belongs to edge EDGE-1, not to EDGE-2"):
        CaptureStore(path, "EDGE-2")
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT sha256, data FROM blobs").fetchall() == [
        (picture.sha256, picture.data)
    ]
    assert b"data_b64" not in raw.execute("SELECT body FROM captures").fetchone()[0]
    for statement in (
        "UPDATE captures SET body = x'00'",
        "DELETE FROM captures",
        "UPDATE blobs SET data = x'00'",
        "DELETE FROM blobs",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            raw.execute(statement)
    raw.close()
    again = CaptureStore(path, "EDGE-1")
    assert again.body("c-1", "gross") == answer
    (shown,) = json.loads(answer)["photographs"]
    assert b64decode(shown["data_b64"]) == picture.data
    again.close()


def test_a_capture_that_fails_half_way_uses_no_number(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "captures.db", "EDGE-1")

    def fail(_seq: int, _prev: str) -> tuple[str, dict[str, Any]]:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.add("c-1", "gross", fail)
    store.add("c-2", "gross", lambda seq, _prev: (f"hash {seq}", {"photographs": []}))
    assert [head["edge_seq"] for head in store.heads(after=0, limit=10)] == [1]
    assert store.heads(after=1, limit=10) == []
    store.close()


@pytest.mark.parametrize(("length", "largest", "points"), [(0, 4, 0), (4, 4, 4), (9, 4, 3)])
def test_a_thinned_curve_keeps_its_end(length: int, largest: int, points: int) -> None:
    curve = [(at, at) for at in range(length)]
    thin = thinned(curve, largest=largest)
    assert len(thin) == points
    assert thin[-1:] == curve[-1:]


class Camera(BaseHTTPRequestHandler):
    """Answers with what its path asks for."""

    answers: ClassVar = {
        "/good.jpg": (200, truck_jpeg()),
        "/text": (200, b"no picture"),
        "/gone": (404, b""),
        "/endless": (200, b"\xff\xd8" + b"\0" * (LARGEST_BYTES + 1)),
    }

    def do_GET(self) -> None:
        status, body = self.answers[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def camera() -> Any:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_camera_s_picture_is_taken_as_it_is(camera: str) -> None:
    snapshot = fetch_snapshot("front", f"{camera}/good.jpg")
    assert (snapshot.data, snapshot.media_type) == (truck_jpeg(), "image/jpeg")


@pytest.mark.parametrize(
    ("path", "words"),
    [("text", "NotAPictureError"), ("gone", "404"), ("endless", "PictureTooLargeError")],
)
def test_what_is_no_picture_is_a_silent_camera(camera: str, path: str, words: str) -> None:
    with pytest.raises(CameraUnavailableError, match=words):
        fetch_snapshot("front", f"{camera}/{path}")


def test_a_camera_that_is_not_there_is_silent() -> None:
    with pytest.raises(CameraUnavailableError, match="Camera front gives no picture"):
        fetch_snapshot("front", f"http://127.0.0.1:{free_ports(1)[0]}/", timeout_s=1)


def test_a_simulator_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(SimulatorUnavailableError, match="ConnectionError"):
        forwarded(site_devices(), "GET", "deck", b"")


def test_what_follows_the_path_reaches_the_simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def request(_session: YardSession, method: str, url: str, **said: object) -> requests.Response:
        asked.append((method, url.rpartition("/")[2], said["params"]))
        return answer_of(200, {})

    monkeypatch.setattr(YardSession, "request", request)
    forwarded(site_devices(), "DELETE", "deck", b"", query={"plate": "辽E10001"})
    assert asked == [("DELETE", "deck", {"plate": "辽E10001"})]


def answer_of(status: int, body: object) -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()  # noqa: SLF001
    return answer


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (502, b"<html>", ScaleUnavailableError),
        (500, {"detail": "broken"}, ScaleUnavailableError),
        (409, {"detail": "occupied"}, EdgeConflictError),
        (422, {"detail": "kg"}, EdgeRefusedError),
        (413, {"detail": "too large"}, EdgeRefusedError),
        (404, {"detail": "no such page", "code": "Not Found"}, ScaleUnavailableError),
        (
            404,
            {"code": "NotFound", "field": "x", "what": "camera", "key": "roof"},
            NotFoundError,
        ),
        (
            503,
            {"code": "CameraUnavailable", "field": "x", "value": "front", "limit": "silent"},
            CameraUnavailableError,
        ),
        (409, {"code": "Motion", "reasons": []}, CaptureRefusedError),
    ],
)
def test_refusals_of_the_edge_become_ours(status: int, body: object, error: type) -> None:
    assert type(refusal_of(answer_of(status, body), "http://edge")) is error


def test_reasons_become_errors_that_can_be_said_in_any_language() -> None:
    known = {"code": "BelowMinimum", "message": "", "field": "kg", "value": 0, "limit": 400}
    other = {"code": "New", "message": "A new reason.", "field": None}
    below, new = reasons_of([known, other])
    assert isinstance(below, BelowMinimumError)
    assert below.values == {"value": 0, "limit": 400}
    assert "A new reason." in str(new)
