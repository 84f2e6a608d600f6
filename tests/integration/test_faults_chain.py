"""The chain itself misbehaves: it drops, reorganises, gets dear, or wakes up in its past."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.chain.fees import Fees
from service.chain.node import LocalNode
from service.storage import batches, chain_task
from service.usecases.anchorage import Anchorage, FinalityPolicy
from service.usecases.batch_work import BatchWork
from service.usecases.chain_work import ChainWork
from service.usecases.submission import follow
from service.usecases.task_work import TaskWork
from tests.support.audits import assert_audit_clean
from tests.support.company import company_on
from tests.support.database import TestDatabase
from tests.support.devices import until
from tests.support.registry_on_chain import deployed, require_anvil
from tests.support.worker import BUMPING, Worker

NEVER_FINAL = FinalityPolicy(kind="k-blocks", k_blocks=10**6)
WORK = ["batch", "revocation"]


def _sent(worker: Worker, work: str) -> int | str:
    """Bring a batch, or the revocation after it, into the pool of a node that mines by hand."""
    truck = worker.company.receive()
    if work == "batch":
        worker.mines(automatically=False)
        worker.tick()
        return 1
    worker.until(worker.everything_is_final)
    worker.correct(truck)
    worker.mines(automatically=False)
    worker.tick()
    worker.mine()
    worker.tick(finality=NEVER_FINAL)
    assert worker.states() == ["final", "confirmed"]
    (task_id,) = worker.task_ids()
    assert worker.task_states(task_id) == ["requested", "submitted"]
    return task_id


def _reorganise(worker: Worker, owner: int | str) -> None:
    """Replace the block of the newest transaction of ``owner``, and all after it, by empty ones."""
    (attempt,) = worker.attempts(owner)
    receipt = worker.registry.client.receipt(attempt.tx_hash)
    assert receipt is not None
    latest = int(_rpc(worker, "eth_blockNumber"), 16)
    _rpc(worker, "anvil_reorg", latest - receipt.block_number + 1, [])
    assert worker.registry.client.receipt(attempt.tx_hash) is None


def _rpc(worker: Worker, method: str, *params: Any) -> Any:
    return worker.registry.client.rpc.call(method, *params)


def _steps(worker: Worker, owner: int | str) -> list[str]:
    return worker.states(owner) if isinstance(owner, int) else worker.task_states(owner)


def _finish(worker: Worker) -> None:
    worker.mines(automatically=True)
    worker.mine()
    worker.assert_whole()


def test_a_transaction_that_was_dropped_is_sent_again_with_the_same_bytes(worker: Worker) -> None:
    _sent(worker, "batch")
    (attempt,) = worker.attempts(1)
    _rpc(worker, "anvil_dropTransaction", "0x" + attempt.tx_hash.hex())
    assert _rpc(worker, "txpool_status")["pending"] == "0x0"
    worker.tick()
    assert _rpc(worker, "txpool_status")["pending"] == "0x1"
    assert [again.raw for again in worker.attempts(1)] == [attempt.raw]
    _finish(worker)


def test_a_nonce_that_somebody_else_used_is_replaced_by_the_next(worker: Worker) -> None:
    _sent(worker, "batch")
    (first,) = worker.attempts(1)
    client, account = worker.registry.client, worker.registry.anchorer
    fees = Fees(max_fee_wei_per_gas=10**11, max_priority_fee_wei_per_gas=10**10)
    other = client.sign(
        account, b"", nonce=first.nonce, gas_limit=30_000, fees=fees, to=account.address
    )
    client.broadcast(other)
    worker.mine()
    worker.tick()
    assert worker.states(1) == ["sealed", "submitted", "reorged", "submitted"]
    assert [attempt.nonce for attempt in worker.attempts(1)] == [first.nonce, first.nonce + 1]
    _finish(worker)


def test_a_gap_before_a_waiting_transaction_is_filled(worker: Worker) -> None:
    """A reorganisation takes the batch, and with it the nonce before that of the revocation."""
    task_id = _sent(worker, "revocation")
    (waiting,), (batch,) = worker.attempts(task_id), worker.attempts(2)
    assert waiting.nonce == batch.nonce + 1
    _reorganise(worker, 2)
    worker.tick(finality=NEVER_FINAL)
    assert worker.states(2)[-1] == "reorged"
    assert _steps(worker, task_id)[-2:] == ["reorged", "submitted"]
    assert [attempt.nonce for attempt in worker.attempts(task_id)] == [batch.nonce, waiting.nonce]
    _finish(worker)


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("state", ["submitted", "mined", "confirmed"])
def test_what_a_reorganisation_took_away_is_sent_again(
    worker: Worker, work: str, state: str
) -> None:
    owner = _sent(worker, work)
    worker.mine()
    if state == "mined":
        _followed(worker, owner)
    elif state == "confirmed":
        worker.tick(finality=NEVER_FINAL)
    assert _steps(worker, owner)[-1] == state
    _reorganise(worker, owner)
    worker.tick(finality=NEVER_FINAL)
    if state != "submitted":
        assert "reorged" in _steps(worker, owner)
    _finish(worker)
    assert _steps(worker, owner).count("final") == 1


@pytest.mark.parametrize("work", WORK)
def test_nothing_that_is_kept_rests_on_a_block_that_may_still_change(
    worker: Worker, work: str
) -> None:
    owner = _sent(worker, work)
    worker.mine()
    worker.tick(finality=NEVER_FINAL)
    assert _steps(worker, owner)[-1] == "confirmed"
    worker.mine(4)  # the blocks of others
    _finish(worker)
    newest, final = (worker.registry.client.block(tag) for tag in ("latest", "finalized"))
    assert newest is not None
    assert final is not None
    assert final.number == newest.number - 2
    _rpc(worker, "anvil_reorg", 2, [])
    assert_audit_clean(worker.company, worker.registry.client)


def test_a_node_that_forgot_its_past_is_asked_about_its_present(
    company_database: TestDatabase, tmp_path: Path
) -> None:
    """Started again, the local node knows no state of a block before the newest."""
    require_anvil()
    with LocalNode(tmp_path / "chain") as node, deployed(node.rpc_url, tmp_path) as registry:
        company = company_on(company_database.app_url, registry=registry.client.address)
        anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
        worker = Worker(company=company, anchorage=anchorage, registry=registry)
        company.receive()
        worker.tick(finality=NEVER_FINAL)
        assert worker.states(1)[-1] == "confirmed"
        worker.mine(4)
        node.stop()
        node.start()
        worker.assert_whole()
        company.deps.db.close()


def _followed(worker: Worker, owner: int | str) -> None:
    """Let the worker see the receipt, and go no further."""
    deps = worker.company.deps
    with deps.db.transaction() as tx:
        if isinstance(owner, int):
            batch = batches.batch_by_no(tx, owner)
            assert batch is not None
            work: ChainWork = BatchWork(batch=batch, to=worker.registry.client.address)
        else:
            task = chain_task.task_by_id(tx, owner)
            assert task is not None
            work = TaskWork(task=task)
        now_in = work.trail.last(tx, owner)
    assert now_in is not None
    follow(work, now_in, deps, worker.anchorage)


@pytest.mark.parametrize("work", WORK)
def test_a_fee_spike_is_outbid_within_the_budget(worker: Worker, work: str) -> None:
    owner = _sent(worker, work)
    (first,) = worker.attempts(owner)
    _rpc(worker, "anvil_setNextBlockBaseFeePerGas", hex(first.max_fee_wei * 3))
    worker.mine()
    worker.tick()
    assert _steps(worker, owner)[-1] == "submitted"
    worker.tick(**BUMPING)
    first, raised = worker.attempts(owner)
    assert raised.nonce == first.nonce
    assert raised.max_fee_wei >= 3 * first.max_fee_wei
    assert raised.max_fee_wei * 8 >= first.max_fee_wei * 9
    assert raised.priority_fee_wei * 8 >= first.priority_fee_wei * 9
    _finish(worker)


def test_above_the_budget_the_attempt_waits_unchanged_and_the_next_batch_grows(
    worker: Worker,
) -> None:
    _sent(worker, "batch")
    (attempt,) = worker.attempts(1)
    _rpc(worker, "anvil_setNextBlockBaseFeePerGas", hex(attempt.max_fee_wei * 1000))
    worker.mine()
    for _ in range(3):
        worker.company.receive()
        worker.tick(max_cost_wei=attempt.max_fee_wei * 200_000, **BUMPING)
    assert worker.attempts(1) == [attempt]
    assert worker.states() == ["submitted"]
    _rpc(worker, "anvil_setNextBlockBaseFeePerGas", hex(attempt.max_fee_wei // 3))
    _finish(worker)
    assert worker.states() == ["final", "final"]
    assert attempt in worker.attempts(1)


@pytest.fixture
def own_chain(company_database: TestDatabase, tmp_path: Path) -> Iterator[tuple[Worker, LocalNode]]:
    """A worker on a node of its own, whose state lies in ``chain``."""
    require_anvil()
    with (
        LocalNode(tmp_path / "chain") as node,
        deployed(node.rpc_url, tmp_path) as registry,
    ):
        registry.let_anchorer_revoke()
        company = company_on(company_database.app_url, registry=registry.client.address)
        anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
        yield Worker(company=company, anchorage=anchorage, registry=registry), node
        company.deps.db.close()


def test_a_node_that_wakes_up_with_an_older_state_gets_everything_again(
    own_chain: tuple[Worker, LocalNode], tmp_path: Path
) -> None:
    worker, node = own_chain
    first = worker.company.receive()
    worker.until(worker.everything_is_final)
    node.stop()
    shutil.copytree(tmp_path / "chain", tmp_path / "older")
    node.start()
    worker.correct(first)
    worker.until(worker.everything_is_final)
    worker.correct(worker.company.receive())
    worker.until(worker.everything_is_final)
    assert worker.registry.client.log_head().seq >= 3
    node.stop()
    shutil.rmtree(tmp_path / "chain")
    shutil.copytree(tmp_path / "older", tmp_path / "chain")
    node.start()
    until(lambda: worker.registry.client.log_head().seq == 1)
    worker.tick()
    assert worker.states()[0] == "final"
    assert "reorged" in worker.states(2)
    worker.assert_whole()
    for task_id in worker.task_ids():
        assert worker.task_states(task_id).count("final") == 2


def test_several_depths_and_both_kinds_of_finality_end_alike(worker: Worker) -> None:
    for policy in (FinalityPolicy.of("k-blocks:2"), FinalityPolicy.of("qbft")):
        worker.anchorage = replace(worker.anchorage, finality=policy)
        worker.correct(worker.company.receive())
        worker.assert_whole()
