"""From the journal to the chain: seal a batch, submit it, follow it until it is final.

Each step reads state, does one outside thing and writes state as a new row; running a step twice,
or dying between any two, is harmless (ledger.md, section 8). Batches and chain tasks share one
account and one sequence of nonces: one transaction is on its way at a time.
"""

from service.storage import batches, chain_task
from service.storage.trail import BATCHES, TASKS
from service.usecases.anchorage import Anchorage
from service.usecases.batch_work import BatchWork
from service.usecases.chain_work import IN_FLIGHT, UNSENT, ChainWork
from service.usecases.finality import confirm, finalise
from service.usecases.ports import Deps
from service.usecases.reorganisation import note_reorganisation
from service.usecases.revocation import revoke_superseded
from service.usecases.sealing import AT_ONCE, seal
from service.usecases.submission import follow, submit
from service.usecases.task_work import TaskWork

STEPS_A_TICK = 8
ANCHORED = ("", "confirmed", "final")


def tick(deps: Deps, anchorage: Anchorage) -> str:
    """Do what can be done now.

    The answer is "final" where something became final, else the state of the oldest batch that is
    not on the chain, else of the newest; nothing where there was nothing to do.
    """
    note_reorganisation(deps, anchorage)
    state = _advance_batches(deps, anchorage)
    if state in ANCHORED and _seal(deps, anchorage):
        state = _advance_batches(deps, anchorage)
    revoke_superseded(deps)
    return _advance_tasks(deps, anchorage) or state


def _seal(deps: Deps, anchorage: Anchorage) -> bool:
    """Seal what has waited long enough at the fees of now; whether there is a new batch."""
    with deps.db.transaction() as tx:
        if not batches.pending_entries(tx, limit=1):
            return False
    registry, after = anchorage.registry, AT_ONCE
    if not registry.is_local():
        after = anchorage.pace.interval(registry.fee_market())
    return seal(deps, after=after) is not None


def _advance_batches(deps: Deps, anchorage: Anchorage) -> str:
    """Take each batch as far as it goes now, oldest first, to the first that is not on the chain.

    The state in which the last of them then is; nothing where all were final before.
    """
    with deps.db.transaction() as tx:
        unfinished = batches.unfinished_batches(tx)
    state = ""
    for batch in unfinished:
        state = _advance(BatchWork(batch=batch, to=anchorage.registry.address), deps, anchorage)
        if state not in ANCHORED:
            break
    return state


def _advance_tasks(deps: Deps, anchorage: Anchorage) -> str:
    """Take each task as far as it goes now; whether one became final."""
    with deps.db.transaction() as tx:
        unended = chain_task.unended_tasks(tx)
    states = [_advance(TaskWork(task=task), deps, anchorage) for task in unended]
    return "final" if "final" in states else ""


def _advance(work: ChainWork, deps: Deps, anchorage: Anchorage) -> str:
    """Take one piece of work as far as it goes now; the state in which it then is."""
    state = ""
    for _ in range(STEPS_A_TICK):
        with deps.db.transaction() as tx:
            now_in = work.trail.last(tx, work.owner)
        if now_in is None:
            break
        state = now_in.state
        step = _STEPS.get(state)
        if step is None or (state in UNSENT and _is_busy(deps)):
            break
        if not step(work, now_in, deps, anchorage):
            break
    return state


_STEPS = {
    "sealed": submit,
    "requested": submit,
    "reorged": submit,
    "submitted": follow,
    "mined": confirm,
    "confirmed": finalise,
}
"""What is done next in each state; there is nothing to do in the others."""


def _is_busy(deps: Deps) -> bool:
    """Whether a transaction of the account is on its way: another one waits for it."""
    with deps.db.transaction() as tx:
        return any(trail.states(tx, among=IN_FLIGHT) for trail in (BATCHES, TASKS))
