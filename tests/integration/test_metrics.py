"""The worker's metrics: how long the oldest record waits, what is on its way, what it cost."""

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from service.chain.registry import RegistryClient
from service.jobs.metrics import AnchoringMetrics
from service.usecases.anchorage import Anchorage
from tests.support.worker import Worker


def _read(worker: Worker, anchorage: Anchorage | None = None) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(AnchoringMetrics(worker.company.deps, anchorage or worker.anchorage))
    lines = generate_latest(registry).decode().splitlines()
    return {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
        for line in lines
        if not line.startswith("#")
    }


def test_the_way_to_the_chain_is_told_in_figures(worker: Worker) -> None:
    assert _read(worker)["ferrotrace_oldest_unanchored_seconds"] == 0
    truck = worker.company.receive()
    waiting = _read(worker)
    assert waiting["ferrotrace_documents_waiting"] == 5
    assert waiting["ferrotrace_oldest_unanchored_seconds"] > 0
    worker.until(worker.everything_is_final)
    before = _read(worker)
    worker.correct(truck)
    worker.assert_whole()
    after = _read(worker)
    assert after["ferrotrace_documents_waiting"] == 0
    assert after["ferrotrace_oldest_unanchored_seconds"] == 0
    assert after['ferrotrace_batches{state="final"}'] == 2
    assert after['ferrotrace_chain_tasks{state="final"}'] == 1
    fees = "ferrotrace_fees_paid_gwei_total"
    balance = f'ferrotrace_account_balance_gwei{{account="{worker.registry.anchorer.address}"}}'
    paid = after[fees] - before[fees]
    assert paid > 0
    assert abs(before[balance] - after[balance] - paid) <= 2


def test_a_record_whose_anchor_was_lost_waits_again(worker: Worker) -> None:
    before = worker.registry.client.rpc.call("evm_snapshot")
    worker.company.receive()
    worker.until(worker.everything_is_final)
    worker.registry.client.rpc.call("evm_revert", before)
    worker.mines(automatically=False)
    worker.tick()
    assert _read(worker)["ferrotrace_oldest_unanchored_seconds"] > 0
    worker.mines(automatically=True)
    worker.mine()
    worker.assert_whole()


def test_the_balance_of_a_silent_chain_is_left_out(worker: Worker) -> None:
    with RegistryClient(["http://127.0.0.1:9"], worker.registry.client.address) as silent:
        figures = _read(worker, Anchorage(registry=silent, signer=worker.registry.anchorer))
    assert not [name for name in figures if "balance" in name]
