"""Submission: the transaction is signed, stored, sent, followed, and replaced when it waits."""

from datetime import timedelta
from typing import Any

from service.chain.fees import FeeBudget, Fees, offer
from service.chain.registry import ContractRevertedError, NonceTooLowError, UnderpricedError
from service.chain.signer import SignedTransaction
from service.chain.values import Receipt
from service.storage.trail import AttemptRow, StepRow
from service.usecases.anchorage import Anchorage
from service.usecases.chain_work import ChainWork, Standing, fail, is_still, move
from service.usecases.ports import Deps

OUT_OF_GAS = "out of gas"


def submit(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Sign, store the raw bytes, then send them; whether it got on."""
    match work.standing(anchorage.registry):
        case Standing.DONE:
            return _adopt(work, now_in, deps, anchorage)
        case Standing.WAITING:
            return False
        case Standing.CONFLICT:
            size = anchorage.registry.log_head().size
            return fail(work.trail, now_in, f"the contract holds {size} entries", deps)
        case Standing.OPEN:
            included = _included(work, deps, anchorage)
            if included is not None:
                return _mined(work, now_in, included, deps)
            return _send(work, now_in, deps, anchorage)


def _included(work: ChainWork, deps: Deps, anchorage: Anchorage) -> Receipt | None:
    """Receipt of an attempt that was given up and is in a block all the same: a node that lags
    behind another does not show it at once, and a call that worked is never made twice."""
    with deps.db.transaction() as tx:
        attempts = work.trail.attempts_of(tx, work.owner)
    receipts = (anchorage.registry.receipt(attempt.tx_hash) for attempt in attempts)
    return next((found for found in receipts if found is not None and found.succeeded), None)


def _send(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Sign, store, send; False while the fee is above the budget."""
    try:
        signed = _sign(work, now_in, deps, anchorage, replaces=None)
    except ContractRevertedError as error:
        return fail(work.trail, now_in, error.error_name or str(error), deps)
    if signed is None:
        return False
    _broadcast(signed, anchorage)
    return True


def _sign(
    work: ChainWork,
    now_in: StepRow,
    deps: Deps,
    anchorage: Anchorage,
    *,
    replaces: AttemptRow | None,
) -> SignedTransaction | None:
    """A signed attempt on record, or None while its fee is above the budget."""
    registry, signer = anchorage.registry, anchorage.signer
    calldata = work.calldata(deps)
    gas = registry.estimated_gas(calldata, sender=signer.address, to=work.to)
    gas_limit = gas * 2 if _ran_out_of_gas(work, deps) else gas * 5 // 4
    budget = FeeBudget(gas_limit=gas_limit, max_cost_wei=anchorage.max_cost_wei)
    previous = None if replaces is None else _fees_of(replaces)
    fees = offer(registry.fee_market(), budget, previous=previous)
    if fees is None:
        return None
    nonce = registry.next_nonce(signer.address) if replaces is None else replaces.nonce
    signed = registry.sign(
        signer, calldata, nonce=nonce, gas_limit=gas_limit, fees=fees, to=work.to
    )
    return signed if _store(work, now_in, signed, replaces, deps) else None


def _ran_out_of_gas(work: ChainWork, deps: Deps) -> bool:
    with deps.db.transaction() as tx:
        steps = work.trail.of(tx, work.owner)
    return any(step.detail.get("cause") == OUT_OF_GAS for step in steps)


def _store(
    work: ChainWork,
    now_in: StepRow,
    signed: SignedTransaction,
    replaces: AttemptRow | None,
    deps: Deps,
) -> bool:
    """Put the signed bytes on record; False where another process has gone on meanwhile."""
    now = deps.now()
    attempt = AttemptRow(
        tx_hash=signed.tx_hash,
        owner=work.owner,
        nonce=signed.nonce,
        max_fee_wei=signed.fees.max_fee_wei_per_gas,
        priority_fee_wei=signed.fees.max_priority_fee_wei_per_gas,
        raw=signed.raw,
        signed_at=now,
    )
    detail: dict[str, Any] = {"tx": signed.tx_hash.hex(), "attempt": "sent"}
    if replaces is not None:
        detail["replaced"] = replaces.tx_hash.hex()
    with deps.db.transaction() as tx:
        if not is_still(tx, work.trail, now_in):
            return False
        work.trail.add_attempt(tx, attempt)
        work.trail.add(tx, work.owner, "submitted", detail, at=now)
    return True


def _broadcast(signed: SignedTransaction, anchorage: Anchorage) -> None:
    """Send; a nonce that is used or a fee that is too low shows in the next look at the chain."""
    try:
        anchorage.registry.broadcast(signed)
    except (NonceTooLowError, UnderpricedError):
        return


def follow(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Look for the receipt of any attempt; else send the same bytes again, or raise the fee."""
    registry = anchorage.registry
    with deps.db.transaction() as tx:
        attempts = work.trail.attempts_of(tx, work.owner)
    latest = next(a for a in attempts if a.tx_hash.hex() == now_in.detail["tx"])
    next_nonce = registry.next_nonce(anchorage.signer.address)  # before the receipts: a transaction
    # that is mined between the two questions then has used no nonce yet, and is waited for
    found = [(attempt, registry.receipt(attempt.tx_hash)) for attempt in attempts]
    receipts = [(attempt, receipt) for attempt, receipt in found if receipt is not None]
    for _, receipt in receipts:
        if receipt.succeeded:
            return _mined(work, now_in, receipt, deps)
    if work.standing(registry) is Standing.DONE:
        return _adopt(work, now_in, deps, anchorage)
    for attempt, receipt in receipts:
        if attempt.nonce == latest.nonce:
            return _reverted(work, now_in, receipt, deps, anchorage)
    if next_nonce != latest.nonce:
        return move(work.trail, now_in, "reorged", {"dropped": latest.tx_hash.hex()}, deps)
    _urge(work, now_in, latest, deps, anchorage)
    return False


def _urge(
    work: ChainWork, now_in: StepRow, latest: AttemptRow, deps: Deps, anchorage: Anchorage
) -> None:
    """Raise the fee of what waits too long; send again what the node does not know, or what may
    have been forgotten elsewhere. A wait that ends before it began is over: the clock was set."""
    waited = deps.now() - now_in.at
    if not timedelta(0) <= waited < anchorage.bump_after:
        raised = _sign(work, now_in, deps, anchorage, replaces=latest)
        if raised is not None:
            _broadcast(raised, anchorage)
            return
    if waited >= anchorage.rebroadcast_after or not anchorage.registry.knows(latest.tx_hash):
        _broadcast(_as_signed(latest), anchorage)


def _as_signed(attempt: AttemptRow) -> SignedTransaction:
    return SignedTransaction(
        raw=attempt.raw,
        tx_hash=attempt.tx_hash,
        nonce=attempt.nonce,
        gas_limit=0,
        fees=_fees_of(attempt),
    )


def _fees_of(attempt: AttemptRow) -> Fees:
    return Fees(
        max_fee_wei_per_gas=attempt.max_fee_wei,
        max_priority_fee_wei_per_gas=attempt.priority_fee_wei,
    )


def _mined(work: ChainWork, now_in: StepRow, receipt: Receipt, deps: Deps) -> bool:
    place = {
        "tx": receipt.tx_hash.hex(),
        "block": receipt.block_number,
        "block_hash": receipt.block_hash.hex(),
        "attempt": "included",
        "fee_wei": str(receipt.fee_wei),
    }
    return move(work.trail, now_in, "mined", place, deps)


def _reverted(
    work: ChainWork, now_in: StepRow, receipt: Receipt, deps: Deps, anchorage: Anchorage
) -> bool:
    """A failed transaction is tried again once when it ran out of gas; else a person is needed."""
    try:
        sender = anchorage.signer.address
        anchorage.registry.check(work.calldata(deps), sender=sender, to=work.to)
    except ContractRevertedError as error:
        return fail(work.trail, now_in, error.error_name or str(error), deps)
    if _ran_out_of_gas(work, deps):
        return fail(work.trail, now_in, "the transaction failed twice", deps)
    again = {"tx": receipt.tx_hash.hex(), "cause": OUT_OF_GAS, "fee_wei": str(receipt.fee_wei)}
    return move(work.trail, now_in, "reorged", again, deps)


def _adopt(work: ChainWork, now_in: StepRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The contract has it already: success is decided by its state, not by a receipt alone."""
    place = work.done_at(anchorage.registry)
    if place is None:
        return False
    found = {
        "tx": place.tx_hash.hex(),
        "block": place.block_number,
        "block_hash": place.block_hash.hex(),
    }
    return move(work.trail, now_in, "mined", found, deps)
