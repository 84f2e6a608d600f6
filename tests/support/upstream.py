"""A small, faithful server above an edge unit: it checks and keeps what the real one does.

Entries must follow each other without a gap, be signed by the registered key, and name only
pictures that came before; what came before with the same hash is answered as it was. ``cuts``
decides for each request whether the line breaks: before it is read, or after it was done.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any

from service.devices.edge.entries import GENESIS, Envelope, parsed_entry
from service.devices.edge.log import named_blobs
from service.domain.errors import FerrotraceError
from tests.support.ports import free_port

TOKEN = "token of the tests"
WHOLE, BEFORE, AFTER = "whole", "cut before", "cut after"
PASSWORD = "correct horse"


def brief_document(**changes: Any) -> dict[str, Any]:
    """A brief of the demo base with one booked truck, one supplier and four people."""
    people = [
        ("u-operator", "李", "operator"),
        ("u-inspector", "孙", "inspector"),
        ("u-supervisor", "周", "supervisor"),
        ("u-plant", "吴", "plant"),
    ]
    return {
        "made_at": "2026-11-22T03:00:00Z",
        "site": {
            "site_id": "BASE01",
            "kind": "BASE",
            "organisation_id": "OP-BEIHE",
            "name_zh": "北河一号",
            "name_en": "Beihe One",
        },
        "demo": True,
        "public_url": "http://127.0.0.1:8000",
        "parties": [
            {"organisation_id": "OP-BEIHE", "kind": "operator", "name_zh": "北河", "name_en": "B"},
            {"organisation_id": "SU-QINGHE", "kind": "supplier", "name_zh": "青禾", "name_en": "Q"},
        ],
        "bookings": [
            {
                "booking_no": "BK-26-000001",
                "code": "FERROTRACE:BOOKING:BK-26-000001",
                "plate": "辽E12345",
                "supplier_id": "SU-QINGHE",
                "carrier_id": "CA-YUNTU",
                "material": "重型废钢",
                "expected_on": "2026-11-22",
            }
        ],
        "people": [
            {"user_id": user_id, "name": name, "role": role, "active": True}
            for user_id, name, role in people
        ],
        "policy": {},
        "grades": ["HRS101"],
        "log": {"entry_seq": 0, "held": []},
        **changes,
    }


@dataclass
class UpstreamServer:
    """The server, on loopback, while it is entered; ``holds`` decides which entries are held."""

    cuts: Callable[[str], str] = lambda _path: WHOLE
    holds: Callable[[Envelope], bool] = lambda _entry: False
    brief: dict[str, Any] = field(default_factory=brief_document)
    port: int = field(default_factory=free_port)  # the same when it is entered again

    def __post_init__(self) -> None:
        self.lock = Lock()
        self.key = b""
        self.blobs: dict[str, bytes] = {}
        self.entries: list[Envelope] = []
        self.outcomes: list[dict[str, Any]] = []
        self.refusals: list[str] = []

    def __enter__(self) -> "UpstreamServer":
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cuts = lambda _path: BEFORE  # lines that are open still are cut as well
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def register(self, body: dict[str, Any]) -> tuple[int, Any]:
        key = bytes.fromhex(body["public_key"])
        if self.key not in {b"", key}:
            return self._refused("another key")
        self.key = key
        return 200, body

    def keep_blob(self, digest: str, data: bytes) -> tuple[int, Any]:
        if sha256(data).hexdigest() != digest:
            return self._refused("a picture that is not its hash")
        self.blobs[digest] = data
        return 204, None

    def take(self, documents: list[dict[str, Any]]) -> tuple[int, Any]:
        entries = [parsed_entry(document) for document in documents]
        outcomes = []
        for entry in entries:
            if entry.entry_seq <= len(self.entries):
                if self.entries[entry.entry_seq - 1].hash != entry.hash:
                    return self._refused(f"entry {entry.entry_seq} tells another past")
                outcomes.append(self.outcomes[entry.entry_seq - 1])
                continue
            why = self._fault(entry)
            if why is not None:
                return self._refused(why)
            is_held = self.holds(entry)
            outcome: dict[str, Any] = {"entry_seq": entry.entry_seq, "outcome": "applied"}
            if is_held:
                outcome |= {"outcome": "held", "code": "TestRule", "message": "held by the test"}
            self.entries.append(entry)
            self.outcomes.append(outcome)
            outcomes.append(outcome)
        return 200, {"entry_seq": len(self.entries), "outcomes": outcomes}

    def snapshot(self) -> dict[str, Any]:
        """The brief as it stands, saying up to where entries were taken, and which are held."""
        held = [
            {"entry_seq": each["entry_seq"], "code": "TestRule", "message": "held by the test"}
            for each in self.outcomes
            if each["outcome"] == "held"
        ]
        return {**self.brief, "log": {"entry_seq": 0, "held": held}}

    def head(self) -> dict[str, Any]:
        last = self.entries[-1].hash if self.entries else GENESIS
        return {"entry_seq": len(self.entries), "hash": last}

    def sign_in(self, body: dict[str, Any]) -> tuple[int, Any]:
        found = [each for each in self.brief["people"] if each["user_id"] == body["email"]]
        if not found or body["password"] != PASSWORD:
            return 401, {"title": "refused", "detail": "Name or password is wrong."}
        person = {key: found[0][key] for key in ("user_id", "name", "role")}
        return 200, {**person, "organisation_id": "OP-BEIHE", "site_ids": ["BASE01"]}

    def _fault(self, entry: Envelope) -> str | None:
        last = self.entries[-1].hash if self.entries else GENESIS
        if entry.entry_seq != len(self.entries) + 1 or entry.prev_hash != last:
            return f"entry {entry.entry_seq} leaves a gap"
        missing = [digest for digest in named_blobs(entry) if digest not in self.blobs]
        if missing:
            return f"entry {entry.entry_seq} names a picture that did not come"
        try:
            entry.verify(self.key)
        except FerrotraceError as error:
            return str(error)
        return None

    def _refused(self, why: str) -> tuple[int, Any]:
        self.refusals.append(why)
        return 409, {"title": "refused", "detail": why}


def _handler(server: UpstreamServer) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"server_above": server})


class _Handler(BaseHTTPRequestHandler):
    """One request; a broken line is a closed socket without an answer."""

    protocol_version = "HTTP/1.1"
    server_above: UpstreamServer

    def do_GET(self) -> None:
        self._answered()

    def do_PUT(self) -> None:
        self._answered()

    def do_POST(self) -> None:
        self._answered()

    def log_message(self, *_: object) -> None:
        return

    def _answered(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.server_above.cuts(self.path)
        if fate == BEFORE:
            self.close_connection = True
            return
        with self.server_above.lock:
            status, body = self._done(data)
        if fate == AFTER:
            self.close_connection = True
            return
        self._send(status, body)

    def _done(self, data: bytes) -> tuple[int, Any]:
        server, part = self.server_above, self.path.split("?")[0].split("/")[4:]
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"title": "Sign in first"}
        if self.command == "GET":
            return 200, server.snapshot() if part == ["brief"] else server.head()
        if part[:1] == ["blobs"]:
            return server.keep_blob(part[1], data)
        body = json.loads(data)
        if part == ["entries"]:
            return server.take(body["entries"])
        return server.sign_in(body) if part == ["sign-ins"] else server.register(body)

    def _send(self, status: int, body: Any) -> None:
        text = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        etag = f'"{sha256(text).hexdigest()[:16]}"'
        if self.command == "GET" and self.headers.get("If-None-Match") == etag:
            status, text = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(text)
