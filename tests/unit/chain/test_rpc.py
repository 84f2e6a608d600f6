import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import pytest

from service.chain.rpc import (
    REST_S,
    ChainRefusedError,
    ChainUnavailableError,
    RpcClient,
    WrongChainError,
)
from tests.support.json_rpc import Breakage, FakeNode, RpcFault, fake_node

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens
PATIENCE_S = 3  # a busy machine answers later than one would think
BREAKAGES = [breakage for breakage in get_args(Breakage) if breakage]


@contextmanager
def client(*urls: str, chain_id: int | None = 1337) -> Iterator[RpcClient]:
    opened = RpcClient(urls, chain_id=chain_id, timeout_s=PATIENCE_S)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def two_nodes() -> Iterator[tuple[FakeNode, FakeNode]]:
    with fake_node({"m": "first"}) as first, fake_node({"m": "second"}) as second:
        yield first, second


def test_first_endpoint_answers(two_nodes: tuple[FakeNode, FakeNode]) -> None:
    with client(two_nodes[0].url, two_nodes[1].url) as rpc:
        assert rpc.call("m") == "first"
    assert two_nodes[1].asked == []


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_broken_endpoint_is_passed_over(
    two_nodes: tuple[FakeNode, FakeNode], breakage: Breakage
) -> None:
    first, second = two_nodes
    with client(first.url, second.url) as rpc:
        first.broken = breakage
        assert rpc.call("m") == "second"


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_only_endpoint_broken_is_unavailable(breakage: Breakage) -> None:
    with fake_node({"m": 1}) as node, client(node.url) as rpc:
        node.broken = breakage
        with pytest.raises(ChainUnavailableError):
            rpc.call("m")


def test_unreachable_endpoint_is_passed_over(two_nodes: tuple[FakeNode, FakeNode]) -> None:
    with client(NOBODY, two_nodes[0].url) as rpc:
        assert rpc.call("m") == "first"


def test_no_endpoint_at_all_is_unavailable() -> None:
    with client() as rpc, pytest.raises(ChainUnavailableError):
        rpc.call("m")


def test_failed_endpoint_rests_and_is_asked_again_later(
    two_nodes: tuple[FakeNode, FakeNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_nodes
    with client(first.url, second.url) as rpc:
        first.broken = "http-500"
        rpc.call("m")
        first.broken = ""
        assert rpc.call("m") == "second"
        later_s = time.monotonic() + REST_S + 1
        monkeypatch.setattr("service.chain.rpc.time.monotonic", lambda: later_s)
        assert rpc.call("m") == "first"


def test_resting_endpoint_is_asked_when_no_other_answers(
    two_nodes: tuple[FakeNode, FakeNode],
) -> None:
    first, second = two_nodes
    with client(first.url, second.url) as rpc:
        first.broken = "http-500"
        rpc.call("m")
        first.broken, second.broken = "", "http-500"
        assert rpc.call("m") == "first"


def test_rate_limited_endpoint_is_passed_over(two_nodes: tuple[FakeNode, FakeNode]) -> None:
    two_nodes[0].answers["m"] = RpcFault(code=-32005, message="limit exceeded")
    with client(two_nodes[0].url, two_nodes[1].url) as rpc:
        assert rpc.call("m") == "second"


@pytest.mark.parametrize(
    ("data", "expected"),
    [("0x9a911789", "0x9a911789"), ({"data": "0x12"}, "0x12"), ("Reverted", ""), (None, "")],
)
def test_error_of_a_node_is_an_answer_and_not_an_outage(
    two_nodes: tuple[FakeNode, FakeNode], data: object, expected: str
) -> None:
    two_nodes[0].answers["m"] = RpcFault(code=3, message="execution reverted", data=data)
    with (
        client(two_nodes[0].url, two_nodes[1].url) as rpc,
        pytest.raises(ChainRefusedError, match="execution reverted") as refusal,
    ):
        rpc.call("m")
    assert refusal.value.data == expected
    assert two_nodes[1].asked == []


def test_endpoint_of_another_chain_is_never_used() -> None:
    with fake_node({"m": "wrong"}, chain_id=1) as other, fake_node({"m": "right"}) as right:
        with client(other.url, right.url) as rpc:
            assert rpc.call("m") == "right"
        assert other.asked == ["eth_chainId"]
        with client(other.url) as rpc, pytest.raises(WrongChainError, match="chain 1, expected"):
            rpc.call("m")


def test_chain_of_the_first_endpoint_binds_the_others() -> None:
    with (
        fake_node({"m": 1}) as first,
        fake_node({"m": 2}, chain_id=1) as second,
        client(first.url, second.url, chain_id=None) as rpc,
    ):
        assert rpc.chain_id() == 1337
        assert list(rpc.answers("m")) == [1]


def test_comparison_asks_those_at_rest_only_when_all_are(
    two_nodes: tuple[FakeNode, FakeNode],
) -> None:
    first, second = two_nodes
    with client(first.url, second.url) as rpc:
        assert list(rpc.answers("m")) == ["first", "second"]
        first.broken = "http-500"
        assert list(rpc.answers("m")) == ["second"]
        first.broken = ""
        assert list(rpc.answers("m")) == ["second"]
        second.broken = "http-500"
        assert list(rpc.answers("m")) == []
        second.broken = ""
        assert list(rpc.answers("m")) == ["first", "second"]
