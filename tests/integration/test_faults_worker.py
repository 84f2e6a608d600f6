"""What goes wrong on the worker's own side: a second one, a flipped byte, a clock that jumps."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from service.jobs.schedule import Job, run_once
from service.storage.db import Database
from service.storage.lease import LeaderLease
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.audit import audit
from service.usecases.sealing import DocumentBrokenError, LogBrokenError, seal
from tests.support.database import TestDatabase
from tests.support.worker import Worker

ROUNDS = 25


class Second:
    """A worker process beside the first: its own sessions, its own line, its own lease."""

    def __init__(self, worker: Worker, url: str) -> None:
        self.db = Database(url, pool_size=2)
        self.deps = replace(worker.company.deps, db=self.db)
        self.lease = LeaderLease(self.db)
        self._anchorage: Anchorage = worker.anchorage

    def run(self) -> None:
        job = Job(name="anchor", every_s=1, work=lambda: tick(self.deps, self._anchorage))
        for _ in range(ROUNDS):
            run_once(job, self.lease)

    def run_without_asking(self) -> None:
        """As if both held the lease: whatever one finds done already, it leaves alone."""
        for _ in range(ROUNDS):
            with suppress(Exception):
                tick(self.deps, self._anchorage)


@pytest.mark.parametrize("asks", [True, False], ids=["by the lease", "both at once"])
def test_two_workers_started_at_once_anchor_everything_once(
    worker: Worker, company_database: TestDatabase, *, asks: bool
) -> None:
    truck = worker.company.receive()
    worker.correct(truck)
    workers = [Second(worker, company_database.app_url) for _ in range(2)]
    threads = [
        threading.Thread(target=one.run if asks else one.run_without_asking) for one in workers
    ]
    for thread in threads:
        thread.start()
    worker.company.receive()
    for thread in threads:
        thread.join()
    for one in workers:
        one.lease.release()
        one.db.close()
    worker.assert_whole()


def _flip(database: TestDatabase, statement: str) -> None:
    owner = Database(database.owner_url)
    with owner.transaction() as tx:
        changed = tx.execute(text(statement))
        assert changed.rowcount == 1
    owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET document = set_byte(document, length(document) / 2,"
        " get_byte(document, length(document) / 2) # 1) WHERE kind = 'ticket'",
        "UPDATE journal SET kind = 'ticket' WHERE kind = 'grade-proposal'",
    ],
)
def test_a_document_with_a_flipped_byte_is_not_sealed(
    worker: Worker, company_database: TestDatabase, statement: str
) -> None:
    worker.company.receive()
    _flip(company_database, statement)
    with pytest.raises(DocumentBrokenError):
        worker.tick()
    assert worker.states() == []
    assert worker.registry.client.log_head().size == 0
    found = audit(worker.company.deps.db, worker.registry.client).differences
    assert "journal" in {difference.table for difference in found}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batch SET batch_root = set_byte(batch_root, 3, get_byte(batch_root, 3) # 1)",
        "UPDATE batch SET head = set_byte(head, 3, get_byte(head, 3) # 1)",
    ],
)
def test_a_sealed_batch_with_a_flipped_byte_is_not_sent(
    worker: Worker, company_database: TestDatabase, statement: str
) -> None:
    worker.company.receive()
    seal(worker.company.deps)
    _flip(company_database, statement)
    for _ in range(2):
        with pytest.raises(LogBrokenError):
            worker.tick()
    assert worker.states() == ["sealed"]
    assert worker.attempts(1) == []
    assert worker.registry.client.log_head().size == 0


def test_a_sealed_entry_with_a_flipped_byte_is_not_sent(
    worker: Worker, company_database: TestDatabase
) -> None:
    worker.company.receive()
    seal(worker.company.deps)
    _flip(company_database, "UPDATE batch_entry SET entry = entry || ' ' WHERE leaf_index = 2")
    with pytest.raises(LogBrokenError):
        worker.tick()
    assert worker.registry.client.log_head().size == 0


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=2)], ids=["back", "forward"])
def test_a_clock_that_jumps_delays_and_doubles_nothing(worker: Worker, jump: timedelta) -> None:
    truck = worker.company.receive()
    worker.mines(automatically=False)
    worker.tick()
    worker.company.clock.forward(jump)
    for _ in range(2):
        worker.tick()
    assert worker.states() == ["submitted"]
    assert len({attempt.nonce for attempt in worker.attempts(1)}) == 1
    worker.mine()
    worker.mines(automatically=True)
    worker.company.receive()
    worker.correct(truck)
    worker.until(lambda: bool(worker.task_ids()))
    worker.company.clock.forward(-jump)
    worker.company.receive()
    worker.assert_whole()
