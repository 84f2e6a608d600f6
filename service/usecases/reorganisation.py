"""Reorganisation: what the chain held and no longer holds goes back, and is sent again."""

from service.storage import batches
from service.storage.trail import BATCHES, TASKS, StepRow, Trail
from service.usecases.anchorage import Anchorage
from service.usecases.chain_work import ON_CHAIN, move
from service.usecases.ports import Deps


def note_reorganisation(deps: Deps, anchorage: Anchorage) -> None:
    """Send back every batch that the contract does not hold, and everything whose block is gone.

    A local chain that was killed loses its last second, blocks of final batches included.
    """
    size = anchorage.registry.log_head().size
    for step in _batches_beyond(deps, size):
        move(BATCHES, step, "reorged", {"chain_size": size}, deps)
    for trail, step in _newest_first(deps):
        if anchorage.is_canonical(step):
            return  # and so is every block before it
        move(trail, step, "reorged", {"block_hash": step.detail["block_hash"]}, deps)


def _batches_beyond(deps: Deps, size: int) -> list[StepRow]:
    """Where the batches stand that should be on the chain and are not in a log of this size."""
    with deps.db.transaction() as tx:
        beyond = {batch.batch_no for batch in batches.batches_beyond(tx, size)}
        steps = BATCHES.states(tx, among=ON_CHAIN) if beyond else []
    return [step for step in steps if step.owner in beyond]


def _newest_first(deps: Deps) -> list[tuple[Trail, StepRow]]:
    """Whatever is on the chain, by block, the highest first."""
    with deps.db.transaction() as tx:
        steps = [
            (trail, step) for trail in (BATCHES, TASKS) for step in trail.states(tx, among=ON_CHAIN)
        ]
    return sorted(steps, key=lambda found: int(found[1].detail["block"]), reverse=True)
