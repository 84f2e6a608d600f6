"""Finality: contract state agrees, the block can no longer change, and the proofs are kept."""

from service.chain.rpc import ChainRefusedError
from service.storage.trail import StepRow
from service.usecases.anchorage import Anchorage
from service.usecases.chain_work import ChainWork, fail, is_still, move, place_of
from service.usecases.ports import Deps


def confirm(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The block is canonical and the contract's state agrees."""
    if not anchorage.is_canonical(now_in):
        return _send_back(work, now_in, deps)
    if not work.is_held(anchorage.registry, now_in):
        return fail(work.trail, now_in, "mined, but the contract does not hold it", deps)
    return move(work.trail, now_in, "confirmed", place_of(now_in), deps)


def finalise(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The block cannot change any more: keep the proofs while the node can still give them."""
    if not anchorage.is_canonical(now_in):
        return _send_back(work, now_in, deps)
    registry = anchorage.registry
    if not anchorage.is_final(now_in):
        if registry.is_local():
            registry.mine_empty_blocks(2)
            return True
        return False
    try:
        proof = work.final_proof(anchorage, now_in, deps)
    except ChainRefusedError:
        if not registry.is_local():
            raise
        registry.mine_empty_blocks(2)  # started again, it knows the state of later blocks alone
        return True
    kept = {} if proof is None else {"proof": proof.digest.hex()}
    with deps.db.transaction() as tx:
        if is_still(tx, work.trail, now_in):
            detail = {**place_of(now_in), **kept}
            final = work.trail.add(tx, work.owner, "final", detail, at=deps.now())
            if proof is not None:
                work.keep(tx, proof, final)
    return True


def _send_back(work: ChainWork, now_in: StepRow, deps: Deps) -> bool:
    return move(work.trail, now_in, "reorged", {"block_hash": now_in.detail["block_hash"]}, deps)
