"""Sealing: the next batch is fixed, and nothing is published that storage does not lead to."""

import json
from datetime import timedelta

from service.domain.errors import ConflictError, gettext_noop
from service.proof.batch import BatchTree
from service.proof.document import wrap_salted
from service.proof.log import EMPTY_ROOT, LogTree, entry_bytes, leaf_hash
from service.storage import batches
from service.storage.batches import BatchEntryRow, BatchRow, PendingEntry
from service.storage.trail import BATCHES
from service.usecases.ports import Deps

LARGEST_BATCH = 4_096
AT_ONCE = timedelta(0)


class LogBrokenError(ConflictError):
    """The stored entries do not lead to the head that was anchored; nothing more is sealed."""

    message = gettext_noop("The stored log gives head %(value)s, anchored is %(limit)s.")


class DocumentBrokenError(ConflictError):
    """A stored document is not the one that its target hash names; nothing more is sealed."""

    message = gettext_noop("The stored bytes of document %(value)s are not those that were hashed.")


def seal(deps: Deps, *, after: timedelta = AT_ONCE) -> BatchRow | None:
    """Fix the next batch: members, entry bytes, root, new head and consistency proof.

    None while there is nothing to seal, or nothing that has waited for ``after``. A document of
    the future has waited long enough: the clock was put back. Everything that the new head stands
    for is derived once more from the stored bytes: raises ``LogBrokenError`` or
    ``DocumentBrokenError`` where they are not what they were.
    """
    with deps.db.transaction() as tx:
        pending = batches.pending_entries(tx, limit=LARGEST_BATCH)
        now = deps.now()
        if not pending or timedelta(0) <= now - pending[0].recorded_at < after:
            return None
        last = batches.last_batch(tx)
        leaves = [leaf_hash(stored) for stored in batches.all_entries(tx)]
        old_size = len(leaves)
        batch_no = 1 if last is None else last.batch_no + 1
        entries = _entries(pending, batch_no=batch_no, first_index=old_size)
        tree = LogTree(leaves + [leaf_hash(added.entry) for added in entries])
        _require_same_head(tree, last)
        _require_same_documents(pending)
        row = BatchRow(
            batch_no=batch_no,
            old_size=old_size,
            new_size=tree.size,
            batch_root=BatchTree([entry.target_hash for entry in pending]).root,
            head=tree.root(),
            consistency_proof=b"".join(tree.consistency_proof(old_size) if old_size else []),
            sealed_at=now,
        )
        batches.add_batch(tx, row, entries)
        BATCHES.add(tx, batch_no, "sealed", {"entries": len(entries)}, at=now)
    return row


def _entries(
    pending: list[PendingEntry], *, batch_no: int, first_index: int
) -> list[BatchEntryRow]:
    return [
        BatchEntryRow(
            leaf_index=index,
            batch_no=batch_no,
            journal_id=entry.journal_id,
            entry=entry_bytes(
                kind=entry.kind, seq=index, target_hash=entry.target_hash.hex(), batch=batch_no
            ),
        )
        for index, entry in enumerate(pending, first_index)
    ]


def _require_same_head(tree: LogTree, last: BatchRow | None) -> None:
    """Never publish a head that the stored bytes do not lead to."""
    size, head = (0, EMPTY_ROOT) if last is None else (last.new_size, last.head)
    if tree.root(size) != head:
        raise LogBrokenError(value=tree.root(size).hex(), limit=head.hex())


def _require_same_documents(pending: list[PendingEntry]) -> None:
    """Never publish the hash of a document that nobody could show any more."""
    for entry in pending:
        if not _is_whole(entry):
            raise DocumentBrokenError(value=entry.target_hash.hex())


def _is_whole(entry: PendingEntry) -> bool:
    """Whether the stored bytes are the wrapped document whose hash and kind the journal states."""
    try:
        stored = json.loads(entry.document)
        wrapped = wrap_salted(stored["data"])
        _, _, kind = stored["data"]["kind"].partition(":string:")
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    named = (wrapped["signature"]["targetHash"], kind) == (entry.target_hash.hex(), entry.kind)
    return named and bool(stored == wrapped)
