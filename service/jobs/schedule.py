"""When which job runs. No logic: a job is a use case called at an interval, by the leader alone."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from queue import SimpleQueue

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import Counter, Histogram

from service.storage.lease import LeaderLease

RUNS = Counter("ferrotrace_job_runs", "Runs of a job by outcome.", ("job", "outcome"))
SECONDS = Histogram("ferrotrace_job_seconds", "Time a job took.", ("job",))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """``work`` is run every ``every_s`` seconds, never twice at once."""

    name: str
    every_s: float
    work: Callable[[], object]


def run_jobs(jobs: list[Job], lease: LeaderLease) -> None:
    """Run ``jobs`` until SIGTERM or SIGINT, while this process holds the lease.

    What runs when the signal comes is finished first.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(run_once, "interval", (job, lease), seconds=job.every_s, name=job.name)

    signals: SimpleQueue[int] = SimpleQueue()  # its put may be called from a signal handler
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: signals.put(received))
    log.info("jobs_started", jobs=[job.name for job in jobs])
    scheduler.start()
    signals.get()
    scheduler.shutdown(wait=True)
    lease.release()
    log.info("jobs_stopped")


def run_once(job: Job, lease: LeaderLease) -> None:
    """Run ``job`` if this process is the leader. Whatever goes wrong is logged and counted; the
    next run tries again."""
    if not lease.is_held():
        RUNS.labels(job.name, "not_leader").inc()
        return
    began_s = time.perf_counter()
    try:
        job.work()
    except Exception:
        RUNS.labels(job.name, "failed").inc()
        log.exception("job_failed", job=job.name)
    else:
        RUNS.labels(job.name, "done").inc()
    SECONDS.labels(job.name).observe(time.perf_counter() - began_s)
