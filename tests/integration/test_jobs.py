import os
import signal
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from service.jobs.schedule import Job, run_jobs, run_once
from service.storage.db import Database
from service.storage.lease import LeaderLease


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def _runs(job: str, outcome: str) -> float:
    labels = {"job": job, "outcome": outcome}
    return REGISTRY.get_sample_value("ferrotrace_job_runs_total", labels) or 0


def test_one_of_two_workers_holds_the_lease_until_it_gives_it_up(db: Database) -> None:
    first, second = LeaderLease(db), LeaderLease(db)
    assert first.is_held()
    assert not second.is_held()
    assert first.is_held()
    first.release()
    assert second.is_held()
    second.release()


def test_the_lease_of_a_broken_session_goes_to_another_worker(db: Database) -> None:
    first, second = LeaderLease(db), LeaderLease(db)
    assert first.is_held()
    _end_other_sessions(db)
    assert second.is_held()
    assert not first.is_held()  # its session is gone
    assert not first.is_held()  # and the other one holds the lease
    second.release()
    assert first.is_held()
    first.release()


def _end_other_sessions(db: Database) -> None:
    with db.transaction() as tx:
        tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = current_user AND datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )
        )


def test_only_the_leader_works(db: Database) -> None:
    leader, other = LeaderLease(db), LeaderLease(db)
    done: list[str] = []
    assert leader.is_held()
    run_once(Job(name="one", every_s=1, work=lambda: done.append("leader")), leader)
    run_once(Job(name="one", every_s=1, work=lambda: done.append("other")), other)
    leader.release()
    assert done == ["leader"]
    assert _runs("one", "not_leader") == 1


def test_a_job_that_fails_is_counted_and_stops_nothing(db: Database) -> None:
    lease = LeaderLease(db)
    run_once(Job(name="broken", every_s=1, work=lambda: 1 // 0), lease)
    lease.release()
    assert _runs("broken", "failed") == 1


def test_jobs_run_at_their_interval_until_the_signal(db: Database) -> None:
    runs: list[float] = []
    lease = LeaderLease(db)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    try:
        run_jobs([Job(name="tick", every_s=0.1, work=lambda: runs.append(time.time()))], lease)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert 2 <= len(runs) <= 5
    other = LeaderLease(db)
    assert other.is_held()
    other.release()


def test_a_database_that_does_not_answer_means_no_leader() -> None:
    lease = LeaderLease(Database("postgresql+psycopg://nobody@/none?host=/nowhere"))
    assert not lease.is_held()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect("host=/nowhere")
