"""A wire between a client and a node that can be cut: before a call arrives, or after it did.

``fails`` is asked about each call; "down" loses the question, "cut" loses the answer to it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

import requests

Failure = Literal["", "down", "cut"]


@dataclass
class Wire:
    """The proxy: where it listens, and what becomes of the next calls."""

    url: str = ""
    fails: Callable[[str, list[Any]], Failure] = lambda _method, _params: ""
    calls: list[str] = field(default_factory=list)


@contextmanager
def wire_to(rpc_url: str) -> Iterator[Wire]:
    """A wire to the node until the block ends."""
    wire, session = Wire(), requests.Session()
    session.trust_env = False

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked = json.loads(body)
            wire.calls.append(asked["method"])
            failure = wire.fails(asked["method"], asked["params"])
            if failure == "down":
                self.close_connection = True
                return
            content = {"Content-Type": "application/json"}
            answer = session.post(rpc_url, data=body, headers=content, timeout=30).content
            if failure == "cut":
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        session.close()
