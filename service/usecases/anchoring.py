"""From the journal to the chain: seal a batch, submit it, follow it until it is final.

Each step reads state, does one outside thing and writes state as a new row; running a step twice,
or dying between any two, is harmless (ledger.md, section 8). One batch is on its way at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.chain.fees import FeeBudget, Fees, offer
from service.chain.proofs import StatusProof, anchor_proof, status_proofs
from service.chain.registry import (
    ContractRevertedError,
    NonceTooLowError,
    RegistryClient,
    UnderpricedError,
    anchor_calldata,
)
from service.chain.signer import LocalSigner, SignedTransaction
from service.chain.values import LogHead, Receipt
from service.domain.errors import ConflictError, gettext_noop
from service.proof.batch import BatchTree, folded_nodes
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json
from service.proof.log import EMPTY_ROOT, LogTree, entry_bytes, leaf_hash
from service.storage import batches
from service.storage.batches import BatchRow, TransitionRow
from service.storage.db import Tx
from service.usecases.ports import Deps

LARGEST_BATCH = 4_096
STEPS_A_TICK = 8
ON_CHAIN = ("mined", "confirmed", "final")


class LogBrokenError(ConflictError):
    """The stored entries do not lead to the head that was anchored; nothing more is sealed."""

    message = gettext_noop("The stored log gives head %(value)s, anchored is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalityPolicy:
    """When an anchor counts as final: the node's ``finalized`` tag, or ``k_blocks`` on top."""

    kind: str = "finalized"
    k_blocks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchorage:
    """The registry, the account that writes to it, and how patient and rich that account is."""

    registry: RegistryClient
    signer: LocalSigner
    finality: FinalityPolicy = FinalityPolicy()
    max_cost_wei: int = 10**17
    seal_after: timedelta = timedelta(seconds=0)
    rebroadcast_after: timedelta = timedelta(seconds=15)
    bump_after: timedelta = timedelta(seconds=60)


def tick(deps: Deps, anchorage: Anchorage) -> str:
    """Do what can be done now; the state in which the newest batch then is."""
    _note_reorganisation(deps, anchorage)
    state = _advance(deps, anchorage)
    if state in ("", "final") and seal(deps, anchorage):
        state = _advance(deps, anchorage)
    return state


def seal(deps: Deps, anchorage: Anchorage) -> BatchRow | None:
    """Fix the next batch: members, entry bytes, root, new head and consistency proof."""
    with deps.db.transaction() as tx:
        pending = batches.pending_entries(tx, limit=LARGEST_BATCH)
        now = deps.now()
        if not pending or now - pending[0].recorded_at < anchorage.seal_after:
            return None
        last = batches.last_batch(tx)
        stored = batches.all_entries(tx)
        batch_no = 1 if last is None else last.batch_no + 1
        entries = [
            batches.BatchEntryRow(
                leaf_index=len(stored) + place,
                batch_no=batch_no,
                journal_id=entry.journal_id,
                entry=entry_bytes(
                    kind=entry.kind,
                    seq=len(stored) + place,
                    target_hash=entry.target_hash.hex(),
                    batch=batch_no,
                ),
            )
            for place, entry in enumerate(pending)
        ]
        tree = LogTree([leaf_hash(entry) for entry in stored + [e.entry for e in entries]])
        _require_same_head(tree, last)
        proof = tree.consistency_proof(len(stored)) if stored else []
        row = BatchRow(
            batch_no=batch_no,
            old_size=len(stored),
            new_size=tree.size,
            batch_root=BatchTree([entry.target_hash for entry in pending]).root,
            head=tree.root(),
            consistency_proof=b"".join(proof),
            sealed_at=now,
        )
        batches.add_batch(tx, row, entries)
        batches.add_transition(tx, batch_no, "sealed", {"entries": len(entries)}, at=now)
    return row


def _require_same_head(tree: LogTree, last: BatchRow | None) -> None:
    """Never publish a head that the stored bytes do not lead to."""
    size, head = (0, EMPTY_ROOT) if last is None else (last.new_size, last.head)
    if tree.root(size) != head:
        raise LogBrokenError(value=tree.root(size).hex(), limit=head.hex())


def _advance(deps: Deps, anchorage: Anchorage) -> str:
    """Take the oldest unfinished batch as far as it goes now."""
    state = ""
    for _ in range(STEPS_A_TICK):
        with deps.db.transaction() as tx:
            unfinished = next((t for t in batches.states(tx) if t.state != "final"), None)
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
        return _submit(batch, deps, anchorage)
    if now_in.state == "submitted":
        return _follow(batch, now_in, deps, anchorage)
    if now_in.state == "mined":
        return _confirm(batch, now_in, deps, anchorage)
    return _finalise(batch, now_in, deps, anchorage)


def _submit(batch: BatchRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Sign, store the raw bytes, then send them."""
    head = anchorage.registry.log_head()
    if _holds(head, batch):
        return _adopt(batch, deps, anchorage)
    if head.size != batch.old_size:
        return _fail(batch, deps, f"the contract holds {head.size} entries")
    try:
        signed = _sign(batch, deps, anchorage, replaces=None)
    except ContractRevertedError as error:
        return _fail(batch, deps, str(error))
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


def _follow(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
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
    if _holds(registry.log_head(), batch):
        return _adopt(batch, deps, anchorage)
    latest = attempts[-1]
    if registry.next_nonce(anchorage.signer.address) != latest.nonce:
        return _reorged(batch, {"dropped": latest.tx_hash.hex()}, deps)
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
    return _move(
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
    if _holds(registry.log_head(), batch):
        return _adopt(batch, deps, anchorage)
    with deps.db.transaction() as tx:
        tries = len(batches.attempts_of(tx, batch.batch_no))
    try:
        registry.check(_calldata(batch), sender=anchorage.signer.address)
    except ContractRevertedError as error:
        return _fail(batch, deps, str(error))
    if tries > 1:
        return _fail(batch, deps, "the transaction failed twice")
    return _reorged(batch, {"tx": receipt.tx_hash.hex(), "cause": "out of gas"}, deps)


def _adopt(batch: BatchRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The contract holds the batch: success is decided by its state, not by a receipt alone."""
    for event in anchorage.registry.head_advanced(from_block=0):
        if event.batch_root == batch.batch_root:
            return _move(
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


def _confirm(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """Contract state agrees and the block is canonical."""
    if not _canonical(now_in, anchorage):
        return _reorged(batch, {"block_hash": now_in.detail["block_hash"]}, deps)
    if anchorage.registry.issued_at(batch.batch_root) is None:
        return _fail(batch, deps, "mined, but the contract does not hold the batch root")
    place = {name: now_in.detail[name] for name in ("tx", "block", "block_hash")}
    return _move(batch, "confirmed", place, deps)


def _finalise(batch: BatchRow, now_in: TransitionRow, deps: Deps, anchorage: Anchorage) -> bool:
    """The block cannot change any more: keep the proofs while the node can still give them."""
    if not _canonical(now_in, anchorage):
        return _reorged(batch, {"block_hash": now_in.detail["block_hash"]}, deps)
    registry = anchorage.registry
    if not _is_final(now_in.detail["block"], anchorage):
        if registry.is_local():
            registry.mine_empty_blocks(2)
            return True
        return False
    anchored = anchor_proof(
        registry,
        bytes.fromhex(now_in.detail["tx"]),
        finality={"kind": anchorage.finality.kind},
    )
    with deps.db.transaction() as tx:
        leaves = batches.leaves_of(tx, batch.batch_no)
    tree = BatchTree(leaves)
    status = status_proofs(registry, [folded_nodes(leaf, tree.proof(leaf)) for leaf in leaves])
    _store_final(batch, now_in, anchored.to_json(), joined_status(status), deps)
    return True


def joined_status(parts: list[StatusProof]) -> dict[str, Any]:
    """The status of a whole batch: the documents share the block, the account and many slots."""
    storage = {entry["slot"]: entry for part in parts for entry in part.to_json()["storage"]}
    return {**parts[0].to_json(), "storage": [storage[slot] for slot in sorted(storage)]}


def _store_final(
    batch: BatchRow,
    now_in: TransitionRow,
    anchor: Mapping[str, Any],
    status: Mapping[str, Any],
    deps: Deps,
) -> None:
    now = deps.now()
    anchor_bytes, status_bytes = canonical_json(dict(anchor)), canonical_json(dict(status))
    digest = sha256(anchor_bytes + status_bytes)
    place = {name: now_in.detail[name] for name in ("tx", "block", "block_hash")}
    with deps.db.transaction() as tx:
        if _is_still(tx, now_in):
            final = batches.add_transition(
                tx, batch.batch_no, "final", {**place, "proof": digest.hex()}, at=now
            )
            batches.add_anchor_proof(
                tx,
                batches.AnchorProofRow(
                    batch_no=batch.batch_no,
                    step=final.step,
                    anchor=anchor_bytes,
                    status=status_bytes,
                    sha256=digest,
                    stored_at=now,
                ),
            )


def _is_still(tx: Tx, now_in: TransitionRow) -> bool:
    state = batches.state_of(tx, now_in.batch_no)
    return state is not None and state.step == now_in.step


def _is_final(block_number: int, anchorage: Anchorage) -> bool:
    tag = "latest" if anchorage.finality.kind == "k-blocks" else "finalized"
    block = anchorage.registry.block(tag)
    return block is not None and block.number - anchorage.finality.k_blocks >= block_number


def _canonical(now_in: TransitionRow, anchorage: Anchorage) -> bool:
    block = anchorage.registry.block(int(now_in.detail["block"]))
    return block is not None and block.block_hash.hex() == now_in.detail["block_hash"]


def _holds(head: LogHead, batch: BatchRow) -> bool:
    return head.size == batch.new_size and head.head == batch.head


def _note_reorganisation(deps: Deps, anchorage: Anchorage) -> None:
    """Batches that the chain held and no longer holds go back, oldest first.

    A local chain that was killed loses its last second, blocks of final batches included.
    """
    size = anchorage.registry.log_head().size
    with deps.db.transaction() as tx:
        for transition in batches.states(tx):
            batch = batches.batch_by_no(tx, transition.batch_no)
            if batch is not None and batch.new_size > size and transition.state in ON_CHAIN:
                batches.add_transition(
                    tx, batch.batch_no, "reorged", {"chain_size": size}, at=deps.now()
                )


def _reorged(batch: BatchRow, detail: dict[str, Any], deps: Deps) -> bool:
    return _move(batch, "reorged", detail, deps)


def _fail(batch: BatchRow, deps: Deps, reason: str) -> bool:
    return _move(batch, "failed", {"reason": reason}, deps)


def _move(batch: BatchRow, state: str, detail: dict[str, Any], deps: Deps) -> bool:
    with deps.db.transaction() as tx:
        batches.add_transition(tx, batch.batch_no, state, detail, at=deps.now())
    return True
