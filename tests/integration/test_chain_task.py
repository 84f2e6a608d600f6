"""Revocations and other calls that share the worker's account with the anchors."""

import pytest

from service.chain.contract import REVOKER_ROLE, encode_call
from service.domain.errors import NotFoundError
from service.proof.verdict import Status
from service.proof.verify import verify
from service.storage.db import Database
from service.storage.views import alarms
from service.storage.views.reader import EVERYTHING
from service.usecases.anchorage import FinalityPolicy
from service.usecases.chain_task import chain_task_by_id, chain_tasks_about, request_chain_task
from service.usecases.retry import retry_failed
from service.usecases.task_work import TaskBrokenError
from tests.support.audits import assert_audit_clean
from tests.support.database import TestDatabase
from tests.support.worker import Worker

REFUSED = "AccessControlUnauthorizedAccount"
NEVER_FINAL = FinalityPolicy(kind="k-blocks", k_blocks=10**6)


def _requested(worker: Worker, calldata: bytes, *, to: str | None = None) -> str:
    deps = worker.company.deps
    with deps.db.transaction() as tx:
        return request_chain_task(
            tx,
            kind="lien",
            to=to or worker.registry.client.address,
            calldata=calldata,
            subject_id="L-1",
            deps=deps,
        )


def test_a_corrected_document_is_revoked_and_its_siblings_stay_valid_without_the_chain(
    worker: Worker,
) -> None:
    truck = worker.company.receive()
    worker.until(worker.everything_is_final)
    before = worker.bundle(truck.ticket.target_hash)
    correction = worker.correct(truck)
    worker.assert_whole()
    (task_id,) = worker.task_ids()
    assert worker.task_states(task_id) == ["requested", "submitted", "mined", "confirmed", "final"]
    trust = worker.trust()
    assert verify(before, trust=trust).verdict is Status.VALID
    revoked = verify(worker.bundle(truck.ticket.target_hash), trust=trust)
    status = revoked.check("DOCUMENT_STATUS")
    assert status.status is Status.INVALID
    assert status.reason is not None
    assert status.reason.code_string == "DOCUMENT_REVOKED"
    for sibling in (truck.gross.target_hash, truck.tare.target_hash, correction):
        answer = verify(worker.bundle(sibling), trust=trust)
        assert answer.check("DOCUMENT_STATUS").status is Status.VALID, answer.as_json()


def test_a_document_is_revoked_only_when_its_correction_is_on_the_chain(worker: Worker) -> None:
    truck = worker.company.receive()
    worker.until(worker.everything_is_final)
    worker.correct(truck)
    worker.mines(automatically=False)
    worker.tick()
    assert worker.states() == ["final", "submitted"]
    assert worker.task_ids() == []
    worker.mine()
    worker.tick(finality=NEVER_FINAL)
    assert worker.states() == ["final", "confirmed"]
    assert worker.task_states() == ["submitted"]
    worker.mines(automatically=True)
    worker.mine()
    worker.assert_whole()


def test_one_transaction_is_on_its_way_at_a_time(worker: Worker) -> None:
    truck = worker.company.receive()
    worker.until(worker.everything_is_final)
    worker.correct(truck)
    worker.until(lambda: bool(worker.task_ids()))
    worker.mines(automatically=False)
    worker.company.receive()
    other = worker.company.receive()
    worker.correct(other)
    for _ in range(12):
        worker.tick()
        in_flight = (worker.states() + worker.task_states()).count("submitted")
        assert in_flight <= 1
        pool = worker.registry.client.rpc.call("txpool_status")
        assert int(pool["pending"], 16) + int(pool["queued"], 16) <= 1
        worker.mine()
    worker.mines(automatically=True)
    worker.assert_whole()


def test_a_call_that_the_contract_refuses_fails_with_its_name_and_stops_nothing_else(
    worker: Worker,
) -> None:
    refused = _requested(worker, encode_call("issue(bytes32)", b"\x01" * 32))
    worker.company.receive()
    worker.until(lambda: worker.states() == ["final"])
    with worker.company.deps.db.transaction() as tx:
        task = chain_task_by_id(tx, refused)
        (same,) = chain_tasks_about(tx, "lien", "L-1")
    assert (task.state, task.reason) == ("failed", REFUSED)
    assert same == task
    assert worker.attempts(refused) == []


def test_a_relayed_call_is_final_by_its_receipt(worker: Worker) -> None:
    task_id = _requested(worker, encode_call("name()"))
    worker.until(lambda: worker.task_states() == ["final"])
    with worker.company.deps.db.transaction() as tx:
        task = chain_task_by_id(tx, task_id)
        with pytest.raises(NotFoundError):
            chain_task_by_id(tx, "unknown")
    assert len(task.tx) == 64
    assert task.kind == "lien"
    receipt = worker.registry.client.receipt(bytes.fromhex(task.tx))
    assert receipt is not None
    assert receipt.succeeded


def test_a_revocation_that_failed_is_tried_again_when_a_person_says_so(worker: Worker) -> None:
    truck = worker.company.receive()
    worker.until(worker.everything_is_final)
    registry = worker.registry
    role = ("revokeRole(bytes32,address)", REVOKER_ROLE, registry.anchorer.address)
    registry.send(registry.admin, encode_call(*role))
    worker.correct(truck)
    worker.until(lambda: worker.task_states() == ["failed"])
    with worker.company.deps.db.transaction() as tx:
        told = alarms(tx, EVERYTHING)
    assert [(alarm.kind, alarm.label) for alarm in told] == [("chain-task", REFUSED)]
    assert_audit_clean(worker.company, registry.client)
    registry.let_anchorer_revoke()
    assert retry_failed(worker.company.deps) == 1
    worker.assert_whole()
    assert retry_failed(worker.company.deps) == 0


def test_a_call_that_was_changed_after_it_was_asked_for_is_never_sent(
    worker: Worker, company_database: TestDatabase
) -> None:
    task_id = _requested(worker, encode_call("name()"))
    owner = Database(company_database.owner_url)
    with owner.transaction() as tx:
        tx.exec_driver_sql("UPDATE chain_task SET calldata = calldata || '\\x00'::bytea")
    owner.close()
    for _ in range(2):
        with pytest.raises(TaskBrokenError):
            worker.tick()
    assert worker.task_states(task_id) == ["requested"]
