"""LOG_INCLUSION: the document's entry stands in the log whose head was anchored."""

from collections.abc import Sequence

from service.proof.bundle import AnchorPart, LogEntry, LogHead, LogPart
from service.proof.case import Case
from service.proof.checks.promise import check_promise
from service.proof.families import LOG_INCLUSION
from service.proof.key_epoch import KeyEpoch
from service.proof.log import entry_bytes, inclusion_holds, leaf_hash
from service.proof.verdict import Check, Status

UNEXPECTED, ENTRY_MISMATCH, PROOF_INVALID, NOT_ANCHORED = 0, 1, 2, 3


def check_inclusion(case: Case, anchor_check: Check, key: KeyEpoch | Check | None) -> Check:
    """Bind entry and document, fold the proof, tie the head to the anchor's event and promise."""
    log, anchor = case.bundle.log, case.bundle.anchor
    if log is None:
        return LOG_INCLUSION.skipped("The bundle carries no log entry.")
    finding = _entry_differs(case, log)
    if finding:
        return finding
    if not entry_is_included(log.entry, log.index, log.proof, log.head):
        return LOG_INCLUSION.invalid(
            PROOF_INVALID, "The proof does not lead from entry to log head."
        )
    if anchor is None:
        return LOG_INCLUSION.error(UNEXPECTED, "Without an anchor nothing stands for the log.")
    finding = _not_anchored(log, anchor, anchor_check)
    return finding or check_promise(case, anchor, key, {"index": log.index, "size": log.head.size})


def _entry_differs(case: Case, log: LogPart) -> Check | None:
    entry = log.entry
    if entry.target_hash != case.nodes[0] or entry.seq != log.index:
        return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry is of another document or place.")
    if entry.kind != case.fields.get("kind", entry.kind):
        return LOG_INCLUSION.invalid(
            ENTRY_MISMATCH, "The entry names another kind than the document."
        )
    return None


def _not_anchored(log: LogPart, anchor: AnchorPart, anchor_check: Check) -> Check | None:
    if (log.head.size, log.head.root) != (anchor.new_size, anchor.head):
        return LOG_INCLUSION.invalid(NOT_ANCHORED, "The anchor names another log head.")
    if log.entry.batch != anchor.seq or not anchor.old_size <= log.index < anchor.new_size:
        return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry belongs to another anchor.")
    if anchor_check.status is Status.INVALID:
        return LOG_INCLUSION.invalid(NOT_ANCHORED, "The anchor does not hold.")
    if anchor_check.status is not Status.VALID:
        return LOG_INCLUSION.error(UNEXPECTED, "Nobody can tell yet whether the anchor holds.")
    return None


def entry_is_included(entry: LogEntry, index: int, proof: Sequence[bytes], head: LogHead) -> bool:
    """Whether ``entry`` is number ``index`` of the log with this ``head``."""
    raw = entry_bytes(
        kind=entry.kind, seq=entry.seq, target_hash=entry.target_hash.hex(), batch=entry.batch
    )
    return inclusion_holds(
        leaf=leaf_hash(raw), index=index, size=head.size, proof=proof, root=head.root
    )
