"""LOG_CONSISTENCY: history was not rewritten since the verifier last looked.

The remembered head is the verifier's own (kept from before, or that of the trust file). It is
compared with every head at hand; where no proof leads from one to the other, nothing is said.
"""

from itertools import combinations

from service.proof.bundle import LogHead, LogPart
from service.proof.case import Case
from service.proof.evidence import RegistryState
from service.proof.families import LOG_CONSISTENCY
from service.proof.log import consistency_holds
from service.proof.verdict import Check

NOT_CONSISTENT, WENT_BACK, SPLIT_VIEW = 1, 2, 3


def check_consistency(case: Case, state: RegistryState | Check | None) -> Check:
    """Fold the bundle's own proof, then compare all heads, the remembered one among them.

    VALID where the remembered head is that of the log, of its consistency proof, of the state
    proof or of the live chain. From the remembered head to a newer live one no proof leads.
    """
    log, remembered = case.bundle.log, case.remembered
    finding = _own_proof_fails(log) if log else None
    if finding:
        return finding
    live = case.answers.head if case.answers else None
    shown = _shown(log, state, live)
    finding = _contradiction([*shown, remembered] if remembered else shown)
    if finding:
        return finding
    if remembered is None:
        return LOG_CONSISTENCY.skipped("No head was remembered to compare with.")
    if live and live.size < remembered.size:
        return LOG_CONSISTENCY.invalid(
            WENT_BACK, f"The log has {live.size} entries, it had {remembered.size}."
        )
    if remembered in shown:
        return LOG_CONSISTENCY.valid({"size": remembered.size})
    return LOG_CONSISTENCY.skipped("No proof leads between the remembered head and this one.")


def _own_proof_fails(log: LogPart) -> Check | None:
    newer = log.consistency
    if newer is None or consistency_holds(
        first=log.head.size,
        second=newer.head.size,
        first_root=log.head.root,
        second_root=newer.head.root,
        proof=newer.proof,
    ):
        return None
    return LOG_CONSISTENCY.invalid(NOT_CONSISTENT, "The newer log does not continue the older.")


def _shown(
    log: LogPart | None, state: RegistryState | Check | None, live: LogHead | None
) -> list[LogHead]:
    heads = [log.head] if log else []
    heads += [log.consistency.head] if log and log.consistency else []
    heads += [state.head] if isinstance(state, RegistryState) else []
    return heads + ([live] if live else [])


def _contradiction(heads: list[LogHead]) -> Check | None:
    """Two heads of one size and two roots, or, as a root binds its size, of one root and two."""
    for one, other in combinations(heads, 2):
        if one.size == other.size and one.root != other.root:
            return LOG_CONSISTENCY.invalid(
                SPLIT_VIEW, f"Two different logs of {one.size} entries were shown."
            )
        if one.root == other.root and one.size != other.size:
            return LOG_CONSISTENCY.invalid(
                NOT_CONSISTENT, f"One root was shown for {one.size} and {other.size} entries."
            )
    return None
