"""The live stream of the LAN (server-sent events): scale, yard and link as they change."""

import json
import time
from collections.abc import Iterator
from threading import Lock

from flask import Response

from service.devices.edge.lan import LanParts
from service.devices.edge.scale import Scale
from service.devices.edge.state import state_document
from service.devices.http_answers import Route

SCALE_EVERY_S = 0.2
HEARTBEAT_EVERY_S = 2.0


class LiveScale:
    """The state of the scale as text, worked out at most once in ``SCALE_EVERY_S`` for all."""

    def __init__(self, parts: LanParts, scale: Scale) -> None:
        self._site = parts.site
        self._scale = scale
        self._lock = Lock()
        self._text = ""
        self._at_s = float("-inf")

    def text(self) -> str:
        with self._lock:
            now_s = time.monotonic()
            if now_s - self._at_s >= SCALE_EVERY_S / 2:
                document = state_document(self._site, self._scale)
                self._text = json.dumps(document, ensure_ascii=False)
                self._at_s = now_s
            return self._text


class LanLive:
    """``GET /yard/v1/live``."""

    def __init__(self, parts: LanParts, scale: Scale) -> None:
        self._parts = parts
        self._live = LiveScale(parts, scale)
        self._is_open = True

    def routes(self) -> tuple[Route, ...]:
        return (("GET", "/yard/v1/live", self.get_live),)

    def close(self) -> None:
        """End all streams."""
        self._is_open = False

    def get_live(self) -> Response:
        answer = Response(self._events(), mimetype="text/event-stream")
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    def _events(self) -> Iterator[str]:
        told: dict[str, str] = {}
        beaten_at_s = float("-inf")
        while self._is_open:
            now_s = time.monotonic()
            for name, text in self._present():
                if told.get(name) != text:
                    told[name] = text
                    yield f"event: {name}\ndata: {text}\n\n"
            if now_s - beaten_at_s >= HEARTBEAT_EVERY_S:
                beaten_at_s = now_s
                yield ": alive\n\n"
            time.sleep(SCALE_EVERY_S)

    def _present(self) -> tuple[tuple[str, str], ...]:
        return (
            ("scale", self._live.text()),
            ("yard", json.dumps({"revision": self._parts.yard.revision})),
            ("sync", json.dumps(self._parts.link.facts.document())),
        )
