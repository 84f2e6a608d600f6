"""Submission: the transaction is signed, stored, sent, followed, and replaced when it waits."""

from datetime import timedelta
from typing import Any

from service.chain.fees import FeeBudget, Fees, offer
from service.chain.registry import (
    ContractRevertedError,
    NonceTooLowError,
    UnderpricedError,
    anchor_calldata,
)
from service.chain.signer import SignedTransaction
from service.chain.values import Receipt
from service.storage import batches
from service.storage.batches import BatchRow, TransitionRow
from service.usecases.anchorage import Anchorage, fail, holds, move, send_back
from service.usecases.ports import Deps


def submit(batch: BatchRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Sign, store the raw bytes, then send them."""
    head = anchorage.registry.log_head()
    if holds(head, batch):
        return _adopt(batch, deps, anchorage)
    if head.size != batch.old_size:
        return fail(batch, deps, f"the contract holds {head.size} entries")
    try:
        signed = _sign(batch, deps, anchorage, replaces=None)
    except ContractRevertedError as error:
        return fail(batch, deps, str(error))
    if signed is None:
        return False
    _broadcast(signed, anchorage)
    return True


def _sign(
    batch: BatchRow,
    deps: Deps,
    anchorage: Anchorage,
    *,
    replaces: batches.AttemptRow | None,
) -> SignedTransaction | None:
    """A signed attempt on record, or None while its fee is above the budget."""
    registry, signer = anchorage.registry, anchorage.signer
    calldata = _calldata(batch)
    gas_limit = registry.estimated_gas(calldata, sender=signer.address) * 5 // 4
    budget = FeeBudget(gas_limit=gas_limit, max_cost_wei=anchorage.max_cost_wei)
    previous = None if replaces is None else _as_signed(replaces).fees
    fees = offer(registry.fee_market(), budget, previous=previous)
    if fees is None:
        return None
    nonce = registry.next_nonce(signer.address) if replaces is None else replaces.nonce
    signed = registry.sign(signer, calldata, nonce=nonce, gas_limit=gas_limit, fees=fees)
    now = deps.now()
    with deps.db.transaction() as tx:
        if all(row.tx_hash != signed.tx_hash for row in batches.attempts_of(tx, batch.batch_no)):
            batches.add_attempt(
                tx,
                batches.AttemptRow(
                    tx_hash=signed.tx_hash,
                    batch_no=batch.batch_no,
                    nonce=nonce,
                    max_fee_wei=fees.max_fee_wei_per_gas,
                    priority_fee_wei=fees.max_priority_fee_wei_per_gas,
                    raw=signed.raw,
                    signed_at=now,
                ),
            )
        detail: dict[str, Any] = {"tx": signed.tx_hash.hex(), "attempt": "sent"}
        if replaces is not None:
            detail["replaced"] = replaces.tx_hash.hex()
        batches.add_transition(tx, batch.batch_no, "submitted", detail, at=now)
    return signed


def _calldata(batch: BatchRow) -> bytes:
    proof = batch.consistency_proof
    return anchor_calldata(
        batch_root=batch.batch_root,
        new_size=batch.new_size,
        new_head=batch.head,
        proof=[proof[start : start + 32] for start in range(0, len(proof), 32)],
    )


def _broadcast(signed: SignedTransaction, anchorage: Anchorage) -> None:
    """Send; a nonce that is used or a fee that is too low shows in the next look at the chain."""
    try:
        anchorage.registry.broadcast(signed)
    except (NonceTooLowError, UnderpricedError):
        return


def follow(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Look for the receipt of any attempt; else send the same bytes again, or raise the fee."""
    registry = anchorage.registry
    with deps.db.transaction() as tx:
        attempts = batches.attempts_of(tx, batch.batch_no)
    for attempt in attempts:
        receipt = registry.receipt(attempt.tx_hash)
        if receipt is not None and receipt.succeeded:
            return _mined(batch, receipt, deps)
        if receipt is not None:
            return _reverted(batch, receipt, deps, anchorage)
    if holds(registry.log_head(), batch):
        return _adopt(batch, deps, anchorage)
    latest = attempts[-1]
    if registry.next_nonce(anchorage.signer.address) != latest.nonce:
        return send_back(batch, {"dropped": latest.tx_hash.hex()}, deps)
    waited = deps.now() - latest.signed_at
    if waited >= anchorage.bump_after:
        raised = _sign(batch, deps, anchorage, replaces=latest)
        if raised is not None:
            _broadcast(raised, anchorage)
    elif deps.now() - now_in.at >= anchorage.rebroadcast_after or waited < timedelta(seconds=1):
        _broadcast(_as_signed(latest), anchorage)
    return False


def _as_signed(attempt: batches.AttemptRow) -> SignedTransaction:
    return SignedTransaction(
        raw=attempt.raw,
        tx_hash=attempt.tx_hash,
        nonce=attempt.nonce,
        gas_limit=0,
        fees=Fees(
            max_fee_wei_per_gas=attempt.max_fee_wei,
            max_priority_fee_wei_per_gas=attempt.priority_fee_wei,
        ),
    )


def _mined(batch: BatchRow, receipt: Receipt, deps: Deps) -> bool:
    return move(
        batch,
        "mined",
        {
            "tx": receipt.tx_hash.hex(),
            "block": receipt.block_number,
            "block_hash": receipt.block_hash.hex(),
            "attempt": "included",
        },
        deps,
    )


def _reverted(batch: BatchRow, receipt: Receipt, deps: Deps, anchorage: Anchorage) -> bool:
    """A failed transaction is tried again once when it ran out of gas; else a person is needed."""
    registry = anchorage.registry
    if holds(registry.log_head(), batch):
        return _adopt(batch, deps, anchorage)
    with deps.db.transaction() as tx:
        tries = len(batches.attempts_of(tx, batch.batch_no))
    try:
        registry.check(_calldata(batch), sender=anchorage.signer.address)
    except ContractRevertedError as error:
        return fail(batch, deps, str(error))
    if tries > 1:
        return fail(batch, deps, "the transaction failed twice")
    return send_back(batch, {"tx": receipt.tx_hash.hex(), "cause": "out of gas"}, deps)


def _adopt(batch: BatchRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The contract holds the batch: success is decided by its state, not by a receipt alone."""
    for event in anchorage.registry.head_advanced(from_block=0):
        if event.batch_root == batch.batch_root:
            return move(
                batch,
                "mined",
                {
                    "tx": event.tx_hash.hex(),
                    "block": event.block_number,
                    "block_hash": event.block_hash.hex(),
                },
                deps,
            )
    return False
