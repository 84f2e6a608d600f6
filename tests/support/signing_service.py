"""A signing service on HTTP that really signs, as Web3Signer does in its eth1 mode, or cheats."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from service.chain.fees import Fees
from service.chain.signer import LocalSigner, UnsignedTransaction
from service.chain.values import to_bytes, to_hex


@dataclass
class SigningService:
    """Signs what it is asked to for the chain it is configured with; ``twist`` makes it cheat."""

    key: str
    chain_id: int = 1337
    others: tuple[LocalSigner, ...] = ()
    twist: Callable[[UnsignedTransaction], UnsignedTransaction] = lambda asked: asked
    answer: Callable[[str], Any] = lambda raw: raw
    signs_with: LocalSigner | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def result(self, method: str, params: list[Any]) -> Any:
        if method == "eth_accounts":
            return [who.address.lower() for who in (LocalSigner(self.key), *self.others)]
        (given,) = params
        self.asked.append(given)
        assert method == "eth_signTransaction"
        own = LocalSigner(self.key)
        assert given["from"] == own.address
        transaction = UnsignedTransaction(
            chain_id=self.chain_id,
            nonce=int(given["nonce"], 16),
            to=given.get("to"),
            calldata=to_bytes(given["data"]),
            gas_limit=int(given["gas"], 16),
            fees=Fees(
                max_fee_wei_per_gas=int(given["maxFeePerGas"], 16),
                max_priority_fee_wei_per_gas=int(given["maxPriorityFeePerGas"], 16),
            ),
        )
        return self.answer(to_hex((self.signs_with or own).sign(self.twist(transaction)).raw))


@contextmanager
def serving(service: SigningService) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            result = service.result(request["method"], request["params"])
            said = result if isinstance(result, Refusal) else {"result": result}
            if isinstance(said, Refusal):
                said = {"error": {"code": -32000, "message": said.message}}
            body = json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Refusal:
    message: str
