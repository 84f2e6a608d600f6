"""A second chance for what failed, once a person has put right why."""

from service.storage.trail import BATCHES, TASKS
from service.usecases.chain_work import move
from service.usecases.ports import Deps


def retry_failed(deps: Deps) -> int:
    """Send every failed batch and task back to be submitted again; how many."""
    with deps.db.transaction() as tx:
        failed = [
            (trail, step)
            for trail in (BATCHES, TASKS)
            for step in trail.states(tx, among=("failed",))
        ]
    for trail, step in failed:
        move(trail, step, "reorged", {"retried": step.detail.get("reason", "")}, deps)
    return len(failed)
