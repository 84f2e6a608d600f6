"""From the journal to the chain: seal a batch, submit it, follow it until it is final.

Each step reads state, does one outside thing and writes state as a new row; running a step twice,
or dying between any two, is harmless (ledger.md, section 8). One batch is on its way at a time.
"""

from service.storage import batches
from service.storage.batches import BatchRow, TransitionRow
from service.usecases.anchorage import Anchorage
from service.usecases.finality import confirm, finalise
from service.usecases.ports import Deps
from service.usecases.sealing import seal
from service.usecases.submission import follow, submit

STEPS_A_TICK = 8
ON_CHAIN = ("mined", "confirmed", "final")


def tick(deps: Deps, anchorage: Anchorage) -> str:
    """Do what can be done now; the state in which the newest batch then is."""
    _note_reorganisation(deps, anchorage)
    state = _advance(deps, anchorage)
    if state in ("", "final") and seal(deps, after=anchorage.seal_after):
        state = _advance(deps, anchorage)
    return state


def _advance(deps: Deps, anchorage: Anchorage) -> str:
    """Take the oldest unfinished batch as far as it goes now."""
    state = ""
    for _ in range(STEPS_A_TICK):
        with deps.db.transaction() as tx:
            unfinished = batches.oldest_unfinished(tx)
            batch = None if unfinished is None else batches.batch_by_no(tx, unfinished.batch_no)
        if unfinished is None or batch is None:
            return "final" if state else ""
        state = unfinished.state
        if state == "failed" or not _step(batch, unfinished, deps, anchorage):
            return state
    return state


def _step(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """One step of one batch; whether it got on."""
    if now_in.state in ("sealed", "reorged"):
        return submit(batch, deps, anchorage)
    if now_in.state == "submitted":
        return follow(batch, now_in, deps, anchorage)
    if now_in.state == "mined":
        return confirm(batch, now_in, deps, anchorage)
    return finalise(batch, now_in, deps, anchorage)


def _note_reorganisation(deps: Deps, anchorage: Anchorage) -> None:
    """Batches that the chain held and no longer holds go back, oldest first.

    A local chain that was killed loses its last second, blocks of final batches included.
    """
    size = anchorage.registry.log_head().size
    with deps.db.transaction() as tx:
        for batch in batches.batches_beyond(tx, size):
            state = batches.state_of(tx, batch.batch_no)
            if state is not None and state.state in ON_CHAIN:
                batches.add_transition(
                    tx, batch.batch_no, "reorged", {"chain_size": size}, at=deps.now()
                )
