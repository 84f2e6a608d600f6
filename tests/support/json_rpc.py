"""An EVM node as far as its JSON-RPC over HTTP goes, with answers that the test chooses.

It listens on loopback like a real node, so that the client's own transport, timeouts and error
handling are what is tested. ``answers`` maps a method to its result, to a function of the
parameters, or to an ``RpcFault``; ``broken`` makes the whole endpoint misbehave.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Literal

CHAIN_ID = 1337
SLOW_S = 60  # longer than any client in a test waits


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcFault:
    """A JSON-RPC error object as the answer of a method."""

    code: int
    message: str
    data: Any = None


Answer = Any | RpcFault | Callable[..., Any]
Breakage = Literal["", "http-500", "http-429", "garbage", "no-object", "no-result", "slow"]


@dataclass(slots=True, kw_only=True)
class FakeNode:
    """A node under test control. ``asked`` lists the methods that were called, in order."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    broken: Breakage = ""
    asked: list[str] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        """The JSON-RPC answer, without its id."""
        self.asked.append(method)
        if self.broken == "no-result":
            return {}
        known = self.answers.get(method, RpcFault(code=-32601, message="Method not found"))
        if callable(known):
            known = known(*params)
        if isinstance(known, RpcFault):
            return {"error": {"code": known.code, "message": known.message, "data": known.data}}
        return {"result": known}


@contextmanager
def fake_node(
    answers: Mapping[str, Answer] | None = None, *, chain_id: int = CHAIN_ID
) -> Iterator[FakeNode]:
    """A node that answers until the block ends."""
    node = FakeNode(url="", answers={"eth_chainId": hex(chain_id), **(answers or {})})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(node))
    node.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield node
    finally:
        node.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(node: FakeNode) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if node.broken == "slow":
                node.closing.wait(SLOW_S)
            if node.broken.startswith("http-"):
                self.send_error(int(node.broken.removeprefix("http-")))
                return
            body = json.dumps(self._reply(request)).encode()
            if node.broken == "garbage":
                body = body[: len(body) // 2]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # the client did not wait for a slow answer
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

        @staticmethod
        def _reply(request: dict[str, Any]) -> Any:
            if node.broken == "no-object":
                return []
            answer = node.answer(request["method"], request["params"])
            return {"jsonrpc": "2.0", "id": request["id"], **answer}

    return Handler
