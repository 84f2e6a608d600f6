"""Sealing: the next batch is fixed, and nothing is published that storage does not lead to."""

from datetime import timedelta

from service.domain.errors import ConflictError, gettext_noop
from service.proof.batch import BatchTree
from service.proof.log import EMPTY_ROOT, LogTree, entry_bytes, leaf_hash
from service.storage import batches
from service.storage.batches import BatchRow
from service.storage.trail import BATCHES
from service.usecases.ports import Deps

LARGEST_BATCH = 4_096
AT_ONCE = timedelta(0)


class LogBrokenError(ConflictError):
    """The stored entries do not lead to the head that was anchored; nothing more is sealed."""

    message = gettext_noop("The stored log gives head %(value)s, anchored is %(limit)s.")


def seal(deps: Deps, *, after: timedelta = AT_ONCE) -> BatchRow | None:
    """Fix the next batch: members, entry bytes, root, new head and consistency proof.

    None while there is nothing to seal, or nothing that has waited for ``after``. A document of
    the future has waited long enough: the clock was put back.
    """
    with deps.db.transaction() as tx:
        pending = batches.pending_entries(tx, limit=LARGEST_BATCH)
        now = deps.now()
        if not pending or timedelta(0) <= now - pending[0].recorded_at < after:
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
        BATCHES.add(tx, batch_no, "sealed", {"entries": len(entries)}, at=now)
    return row


def _require_same_head(tree: LogTree, last: BatchRow | None) -> None:
    """Never publish a head that the stored bytes do not lead to."""
    size, head = (0, EMPTY_ROOT) if last is None else (last.new_size, last.head)
    if tree.root(size) != head:
        raise LogBrokenError(value=tree.root(size).hex(), limit=head.hex())
