"""The line to the chain fails: at every call of the way, with the answer lost, at one of two."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.chain.registry import RegistryClient
from service.chain.rpc import ChainUnavailableError
from tests.support.rpc_proxy import Failure, Wire, wire_to
from tests.support.worker import Worker


@pytest.fixture
def wire(worker: Worker) -> Iterator[Wire]:
    """The line of the worker, which a test may cut."""
    with wire_to(worker.registry.rpc_url) as made:
        with RegistryClient([made.url], worker.registry.client.address) as client:
            worker.anchorage = replace(worker.anchorage, registry=client)
            yield made
        worker.anchorage = replace(worker.anchorage, registry=worker.registry.client)


class OnceAtEachCall:
    """Fails each call once at every place of the way: a method, what it asks for, and the state
    of the newest batch and task."""

    def __init__(self, worker: Worker, failure: Failure) -> None:
        self._worker = worker
        self._failure = failure
        self.failed: set[tuple[object, ...]] = set()

    def __call__(self, method: str, params: list[Any]) -> Failure:
        selector = params[0]["data"][:10] if method == "eth_call" else ""
        place = (method, selector, *self._worker.states()[-1:], *self._worker.task_states()[-1:])
        if place in self.failed:
            return ""
        self.failed.add(place)
        return self._failure


@pytest.mark.parametrize("failure", ["down", "cut"])
def test_a_line_that_fails_once_at_every_call_loses_and_doubles_nothing(
    worker: Worker, wire: Wire, failure: Failure
) -> None:
    truck = worker.company.receive()
    wire.fails = once = OnceAtEachCall(worker, failure)
    worker.until(worker.everything_is_final)
    worker.correct(truck)
    worker.until(worker.everything_is_final)
    wire.fails = lambda _method, _params: ""
    methods = {str(place[0]) for place in once.failed}
    assert methods >= {"eth_sendRawTransaction", "eth_getTransactionReceipt", "eth_getProof"}
    assert len(once.failed) > 40
    owners: list[int | str] = [1, 2, *worker.task_ids()]
    assert [len(worker.attempts(owner)) for owner in owners] == [1, 1, 1]
    worker.assert_whole()


def test_a_transaction_whose_answer_was_cut_off_is_found_on_the_chain(
    worker: Worker, wire: Wire
) -> None:
    wire.fails = lambda method, _params: "cut" if method == "eth_sendRawTransaction" else ""
    worker.company.receive()
    with pytest.raises(ChainUnavailableError):
        worker.tick()
    assert worker.states(1) == ["sealed", "submitted"]
    worker.until(worker.everything_is_final)
    assert wire.calls.count("eth_sendRawTransaction") == 1
    worker.assert_whole()


def test_while_the_chain_is_silent_the_queue_grows_and_drops_nothing(
    worker: Worker, wire: Wire
) -> None:
    wire.fails = lambda _method, _params: "down"
    for _ in range(3):
        worker.company.receive()
        with pytest.raises(ChainUnavailableError):
            worker.tick()
    assert worker.states() == []
    wire.fails = lambda _method, _params: ""
    worker.assert_whole()
    assert worker.states() == ["final"]


def test_a_second_endpoint_takes_over_when_the_first_falls_silent(
    worker: Worker, wire: Wire
) -> None:
    urls = [wire.url, worker.registry.rpc_url]
    with RegistryClient(urls, worker.registry.client.address) as client:
        worker.anchorage = replace(worker.anchorage, registry=client)
        truck = worker.company.receive()
        worker.until(lambda: "submitted" in worker.states(1))
        wire.fails = lambda _method, _params: "down"
        worker.correct(truck)
        worker.assert_whole()
