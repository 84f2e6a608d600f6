"""LOG_INCLUSION: the document's entry stands in the log whose head was anchored."""

from service.proof.bundle import AnchorPart, LogPart
from service.proof.case import Case
from service.proof.families import LOG_INCLUSION
from service.proof.log import entry_bytes, inclusion_holds, leaf_hash
from service.proof.verdict import Check, Status

UNEXPECTED, ENTRY_MISMATCH, PROOF_INVALID, NOT_ANCHORED = 0, 1, 2, 3


def check_inclusion(case: Case, anchor_check: Check) -> Check:
    """Bind entry and document, fold the proof, and tie the head to the anchor's event."""
    log, anchor = case.bundle.log, case.bundle.anchor
    if log is None:
        return LOG_INCLUSION.skipped("The bundle carries no log entry.")
    finding = _entry_differs(case, log) or _proof_fails(log)
    if finding:
        return finding
    if anchor is None:
        return LOG_INCLUSION.error(UNEXPECTED, "Without an anchor nothing stands for the log.")
    return _not_anchored(log, anchor, anchor_check) or LOG_INCLUSION.valid(
        {"index": log.index, "size": log.head.size}
    )


def _entry_differs(case: Case, log: LogPart) -> Check | None:
    entry = log.entry
    if entry.target_hash != case.nodes[0] or entry.seq != log.index:
        return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry is of another document or place.")
    if entry.kind != case.fields.get("kind", entry.kind):
        return LOG_INCLUSION.invalid(
            ENTRY_MISMATCH, "The entry names another kind than the document."
        )
    return None


def _proof_fails(log: LogPart) -> Check | None:
    entry = log.entry
    leaf = leaf_hash(
        entry_bytes(
            kind=entry.kind,
            seq=entry.seq,
            target_hash=entry.target_hash.hex(),
            batch=entry.batch,
        )
    )
    if inclusion_holds(
        leaf=leaf, index=log.index, size=log.head.size, proof=log.proof, root=log.head.root
    ):
        return None
    return LOG_INCLUSION.invalid(PROOF_INVALID, "The proof does not lead from entry to log head.")


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
