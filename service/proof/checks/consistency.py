"""LOG_CONSISTENCY: history was not rewritten since the verifier last looked.

The remembered head is the verifier's own (kept from before, or that of the trust file). It is
compared with every head at hand; where no proof leads from one to the other, nothing is said.
"""

from service.proof.bundle import LogHead, LogPart
from service.proof.case import Case
from service.proof.evidence import RegistryState
from service.proof.families import LOG_CONSISTENCY
from service.proof.log import consistency_holds
from service.proof.verdict import Check

NOT_CONSISTENT, WENT_BACK, SPLIT_VIEW = 1, 2, 3


def check_consistency(case: Case, state: RegistryState | Check | None) -> Check:
    """Fold the bundle's own proof, then compare the remembered head with all others."""
    log = case.bundle.log
    finding = _own_proof_fails(log, state) if log else None
    if finding:
        return finding
    if case.remembered is None:
        return LOG_CONSISTENCY.skipped("No head was remembered to compare with.")
    newest = case.answers.head if case.answers else None
    presented = _presented(newest, log, state)
    return _contradicted(case.remembered, presented, newest) or (
        LOG_CONSISTENCY.valid({"size": case.remembered.size})
        if case.remembered in presented
        else LOG_CONSISTENCY.skipped("No proof leads between the remembered head and this one.")
    )


def _own_proof_fails(log: LogPart, state: RegistryState | Check | None) -> Check | None:
    if log.consistency is None:
        return None
    newer = log.consistency.head
    if isinstance(state, RegistryState) and newer != state.head:
        return LOG_CONSISTENCY.invalid(
            NOT_CONSISTENT, "The newer head is not the one of the state proof."
        )
    if consistency_holds(
        first=log.head.size,
        second=newer.size,
        first_root=log.head.root,
        second_root=newer.root,
        proof=log.consistency.proof,
    ):
        return None
    return LOG_CONSISTENCY.invalid(NOT_CONSISTENT, "The newer log does not continue the older.")


def _presented(
    newest: LogHead | None, log: LogPart | None, state: RegistryState | Check | None
) -> list[LogHead]:
    heads = [newest, log.head if log else None]
    heads += [state.head] if isinstance(state, RegistryState) else []
    return [head for head in heads if head]


def _contradicted(
    remembered: LogHead, presented: list[LogHead], newest: LogHead | None
) -> Check | None:
    if newest and newest.size < remembered.size:
        return LOG_CONSISTENCY.invalid(
            WENT_BACK, f"The log has {newest.size} entries, it had {remembered.size}."
        )
    if any(head.size == remembered.size and head != remembered for head in presented):
        return LOG_CONSISTENCY.invalid(
            SPLIT_VIEW, f"Two different logs of {remembered.size} entries were shown."
        )
    return None
