"""A signing service on HTTP that really signs, as Web3Signer does, and ones that cheat."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from eth_utils.crypto import keccak

from service.chain.fees import Fees
from service.chain.remote_signer import (
    RemoteSigner,
    SignedOtherwiseError,
    SignerAccountError,
    SignerUnavailableError,
)
from service.chain.signer import LocalSigner, UnsignedTransaction
from service.chain.values import to_bytes, to_hex

KEY = LocalSigner("0x" + "a2" * 32)
OTHER = LocalSigner("0x" + "a3" * 32)
ASKED = UnsignedTransaction(
    chain_id=1337,
    nonce=7,
    to=OTHER.address,
    calldata=b"\x01\x02",
    gas_limit=100_000,
    fees=Fees(max_fee_wei_per_gas=3_000, max_priority_fee_wei_per_gas=1_000),
)


@dataclass
class SigningService:
    """Signs what it is asked to for the chain it is configured with; ``twist`` makes it cheat."""

    chain_id: int = 1337
    accounts: tuple[LocalSigner, ...] = (KEY,)
    twist: Callable[[UnsignedTransaction], UnsignedTransaction] = lambda asked: asked
    answer: Callable[[str], Any] = lambda raw: raw
    signs_with: LocalSigner = KEY
    asked: list[dict[str, str]] = field(default_factory=list)

    def result(self, method: str, params: list[Any]) -> Any:
        if method == "eth_accounts":
            return [account.address.lower() for account in self.accounts]
        (given,) = params
        self.asked.append(given)
        assert method == "eth_signTransaction"
        assert given["from"] == KEY.address
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
        return self.answer(to_hex(self.signs_with.sign(self.twist(transaction)).raw))


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


def test_it_gets_the_very_bytes_that_the_key_itself_would_sign() -> None:
    service = SigningService()
    with serving(service) as url:
        signer = RemoteSigner(url)
        signed = signer.sign(ASKED)
    assert signer.address == KEY.address
    assert signed == KEY.sign(ASKED)
    assert signed.tx_hash == keccak(signed.raw)
    assert service.asked[0]["nonce"] == "0x7"


def test_an_answer_as_nodes_give_it_is_understood_too() -> None:
    with serving(SigningService(answer=lambda raw: {"raw": raw, "tx": {}})) as url:
        assert RemoteSigner(url).sign(ASKED) == KEY.sign(ASKED)


def test_a_contract_is_created_without_an_address() -> None:
    creation = replace(ASKED, to=None)
    with serving(SigningService()) as url:
        assert RemoteSigner(url, address=KEY.address).sign(creation) == KEY.sign(creation)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("nonce", {"nonce": 8}),
        ("to", {"to": KEY.address}),
        ("data", {"calldata": b"\x01\x03"}),
        ("gas", {"gas_limit": 100_001}),
        (
            "maxFeePerGas",
            {"fees": Fees(max_fee_wei_per_gas=9**9, max_priority_fee_wei_per_gas=1_000)},
        ),
        (
            "maxPriorityFeePerGas",
            {"fees": Fees(max_fee_wei_per_gas=3_000, max_priority_fee_wei_per_gas=2_000)},
        ),
    ],
)
def test_a_transaction_that_was_not_asked_for_is_not_taken(name: str, change: Any) -> None:
    with (
        serving(SigningService(twist=lambda asked: replace(asked, **change))) as url,
        pytest.raises(SignedOtherwiseError, match=f"signed {name} "),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_service_that_is_set_to_another_chain_is_found_out() -> None:
    with (
        serving(SigningService(chain_id=1)) as url,
        pytest.raises(SignedOtherwiseError, match="signed chainId 1, asked for was 1337"),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_signature_of_another_account_is_not_taken() -> None:
    with (
        serving(SigningService(signs_with=OTHER)) as url,
        pytest.raises(SignedOtherwiseError, match=f"signed from {OTHER.address}"),
    ):
        RemoteSigner(url).sign(ASKED)


@pytest.mark.parametrize("raw", ["0x", "0x01c0", "0x02", "0x02c0", "0x02ff"])
def test_what_is_no_transaction_of_type_two_is_not_taken(raw: str) -> None:
    with (
        serving(SigningService(answer=lambda _raw: raw)) as url,
        pytest.raises(SignedOtherwiseError, match="signed type"),
    ):
        RemoteSigner(url).sign(ASKED)


def test_of_several_accounts_one_must_be_named() -> None:
    with serving(SigningService(accounts=(KEY, OTHER))) as url:
        with pytest.raises(SignerAccountError):
            _ = RemoteSigner(url).address
        assert RemoteSigner(url, address=KEY.address.lower()).address == KEY.address


@pytest.mark.parametrize("result", [Refusal("locked"), None])
def test_a_service_that_refuses_leaves_it_open(result: Any) -> None:
    with (
        serving(SigningService(answer=lambda _raw: result)) as url,
        pytest.raises(SignerUnavailableError),
    ):
        RemoteSigner(url).sign(ASKED)


def test_a_service_that_does_not_answer_leaves_it_open() -> None:
    with pytest.raises(SignerUnavailableError, match="eth_accounts"):
        _ = RemoteSigner("http://127.0.0.1:9", timeout_s=3).address
