"""CHAIN_ANCHOR: the batch stands in a block that a trusted source knows, by the issuer's registry.

What the bundle can be caught at by itself is checked first, so that a damaged file is INVALID also
where nobody is trusted; only then is asked who stands for the blocks.
"""

from service.proof.bundle import AnchorPart
from service.proof.case import Case
from service.proof.evidence import (
    BATCH_ROOT_MISMATCH,
    EVENT_MISMATCH,
    NOT_EXPECTED,
    NOT_FINAL,
    RegistryState,
    consistent_header,
    expected_contract,
    proven_event,
    sealed_by_validators,
    trusted_header,
)
from service.proof.families import CHAIN_ANCHOR
from service.proof.header import BlockHeader
from service.proof.verdict import Check


def check_anchor(case: Case, state: RegistryState | Check | None) -> Check:
    """Follow header, receipt and event; then hold contract, code and blocks against the trusted."""
    anchor = case.bundle.anchor
    if anchor is None:
        return CHAIN_ANCHOR.skipped("The bundle carries no anchor.")
    header = consistent_header(anchor.block)
    if isinstance(header, Check):
        return header
    damage = _event_differs(case, anchor, header)
    if damage:
        return damage
    if isinstance(state, Check):
        return state
    return _who_stands_for(case, anchor, header, state)


def _event_differs(case: Case, anchor: AnchorPart, header: BlockHeader) -> Check | None:
    event = proven_event(anchor, header)
    if isinstance(event, Check):
        return event
    store = case.stated.store if case.stated else None
    if not anchor.address == store == event.address:
        return CHAIN_ANCHOR.invalid(
            NOT_EXPECTED, "The event comes from another contract than the document's issuer names."
        )
    if (event.seq, event.old_size, event.new_size, event.head) != (
        anchor.seq,
        anchor.old_size,
        anchor.new_size,
        anchor.head,
    ):
        return CHAIN_ANCHOR.invalid(EVENT_MISMATCH, "The event says otherwise than the bundle.")
    if not event.batch_root == anchor.batch_root == case.nodes[-1]:
        return CHAIN_ANCHOR.invalid(
            BATCH_ROOT_MISMATCH, "The event anchors another batch than the document's."
        )
    return None


def _who_stands_for(
    case: Case, anchor: AnchorPart, header: BlockHeader, state: RegistryState | None
) -> Check:
    status = case.bundle.status
    blocks = [(header, anchor.block)]
    if state and status:
        blocks.append((state.header, status.block))
    findings = [expected_contract(case)]
    findings += [trusted_header(case, anchor.chain_id, *each) for each in blocks]
    for finding in findings:
        if finding:
            return finding
    return _finality(case, anchor)


def _finality(case: Case, anchor: AnchorPart) -> Check:
    if case.trust.block_hash(anchor.chain_id, anchor.block.number) is not None:
        return CHAIN_ANCHOR.valid({"finality": "trusted-hash", "block": anchor.block.number})
    if sealed_by_validators(case, anchor.chain_id, anchor.block):
        return CHAIN_ANCHOR.valid({"finality": "qbft-seals", "block": anchor.block.number})
    final = case.answers.final_block if case.answers else None
    if final is None or final < anchor.block.number:
        return CHAIN_ANCHOR.error(
            NOT_FINAL, f"Block {anchor.block.number} is not final yet; ask again later."
        )
    return CHAIN_ANCHOR.valid({"finality": "finalized", "block": anchor.block.number})
