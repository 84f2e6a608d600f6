"""Finality is what at least half of the endpoints say and none contradicts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from service.chain.quorum import is_settled
from service.chain.reader import EndpointsDisagreeError
from service.chain.rpc import ChainUnavailableError, RpcClient
from tests.support.json_rpc import FakeNode, RpcFault, fake_node

OURS, THEIRS = b"\x0a" * 32, b"\x0b" * 32


def _node(
    *, latest: int = 20, finalized: int | None = 18, block_hash: bytes = OURS
) -> dict[str, Callable[..., Any]]:
    """A chain of ``latest`` blocks, all of which have the same hash."""

    def block(which: str, _bodies: object) -> Any:
        if which == "finalized" and finalized is None:
            return RpcFault(code=-39001, message="unknown block")
        number = {"latest": latest, "finalized": finalized}.get(which)
        number = int(which, 16) if number is None else number
        if number > latest:
            return None
        return {"number": hex(number), "hash": f"0x{block_hash.hex()}"}

    return {"eth_getBlockByNumber": block}


@pytest.fixture
def endpoints() -> Iterator[Callable[..., RpcClient]]:
    with ExitStack() as stack:

        def client(*answers: dict[str, Callable[..., Any]] | None) -> RpcClient:
            nodes: list[FakeNode] = [
                stack.enter_context(fake_node(known or {})) for known in answers
            ]
            for node, known in zip(nodes, answers, strict=True):
                node.broken = "" if known is not None else "http-500"
            made = RpcClient([node.url for node in nodes], timeout_s=3)
            stack.callback(made.close)
            return made

        yield client


Endpoints = Callable[..., RpcClient]


def _finalized(client: RpcClient, number: int = 18) -> bool:
    return is_settled(client, number, OURS, tag="finalized")


def test_one_endpoint_decides_for_itself(endpoints: Endpoints) -> None:
    client = endpoints(_node())
    assert _finalized(client)
    assert not _finalized(client, 19)
    assert is_settled(client, 20, OURS, tag="latest")
    assert is_settled(client, 17, OURS, tag="latest", blocks_on_top=3)
    assert not is_settled(client, 18, OURS, tag="latest", blocks_on_top=3)


def test_a_chain_that_finalizes_nothing_settles_nothing(endpoints: Endpoints) -> None:
    assert not _finalized(endpoints(_node(finalized=None)))


def test_endpoints_that_are_behind_do_not_contradict(endpoints: Endpoints) -> None:
    behind = _node(latest=10, finalized=8)
    assert _finalized(endpoints(_node(), behind))
    assert not _finalized(endpoints(_node(), behind, behind))
    assert _finalized(endpoints(_node(), _node(), behind))


def test_an_endpoint_with_another_block_at_this_height_stops_it(endpoints: Endpoints) -> None:
    with pytest.raises(EndpointsDisagreeError):
        _finalized(endpoints(_node(), _node(), _node(block_hash=THEIRS)))


def test_at_least_half_of_the_endpoints_must_answer(endpoints: Endpoints) -> None:
    assert _finalized(endpoints(_node(), None))
    client = endpoints(_node(), None, None)
    with pytest.raises(ChainUnavailableError, match="1 of 3 endpoints answer"):
        _finalized(client)
    with pytest.raises(ChainUnavailableError, match="0 of 1 endpoints answer"):
        _finalized(endpoints(None))
