"""LINEAGE: the documents this one rests on hold, and no later one replaced it."""

from service.proof.at_hand import FilesAtHand
from service.proof.case import Case
from service.proof.checks.lien import check_lien
from service.proof.checks.release import unreleased
from service.proof.evidence import RegistryState
from service.proof.families import (
    CHAIN_ANCHOR,
    DOCUMENT_INTEGRITY,
    DOCUMENT_STATUS,
    ISSUER_IDENTITY,
    LINEAGE,
    LOG_INCLUSION,
)
from service.proof.issuer import StatedIssuer, stated_issuer
from service.proof.verdict import Check, Status, Verdict

UNEXPECTED, PARENT_INVALID, PARENT_REVOKED, SUPERSEDED, PARENT_MISSING = 0, 1, 2, 3, 7
REVOKED_AS_SUPERSEDED = 4
FORGIVING = frozenset({"appeal", "grade-proposal", "grade-review", "hold-decision"})
"""Kinds that hold though what they rest on was withdrawn: a dispute, what pictures showed and who
looked at them anew, and what was decided about a weighing."""

_WITHDRAWN = frozenset(
    {(DOCUMENT_STATUS.type, 5), (LINEAGE.type, PARENT_REVOKED), (LINEAGE.type, SUPERSEDED)}
)
"""Findings that say: it was genuine, and was withdrawn."""
_GENUINE = (DOCUMENT_INTEGRITY, ISSUER_IDENTITY, LOG_INCLUSION, CHAIN_ANCHOR)


def parent_hashes(case: Case) -> dict[str, str]:
    """Target hashes (hex) of the parents by the part they play; empty where there are none."""
    links = case.fields.get("links")
    parents = links.get("parents") if isinstance(links, dict) else None
    if not isinstance(parents, dict):
        return {}
    return {name: digest for name, digest in parents.items() if isinstance(digest, str)}


def check_lineage(case: Case, known: RegistryState | None) -> Check:
    """Look for a successor, judge a lien's key, look every parent up (ledger.md, section 11).

    Withdrawn parents withdraw what rests on them, but not an appeal against them, nor what was
    seen in the pictures of a weighing that was voided, nor the decision to have it weighed again.
    """
    parents = parent_hashes(case)
    finding = _superseded(case, known) or check_lien(case, parents.values())
    if finding:
        return finding
    if not parents:
        return LINEAGE.skipped("The document names no parents.")
    if case.parents is None:
        return LINEAGE.skipped("The parents' bundles are not at hand.")
    forgiving = case.product_kind in FORGIVING
    findings = [
        _parent(name, case.parents.verdict(digest), forgiving=forgiving)
        for name, digest in parents.items()
    ]
    for status in (Status.INVALID, Status.ERROR):
        for finding in findings:
            if finding and finding.status is status:
                return finding
    part = None if _is_void(case) else unreleased(case.product_kind, parents, case.parents)
    if part:
        return LINEAGE.invalid(
            PARENT_INVALID, f"The weighing {part} was held, and nobody else released it."
        )
    return LINEAGE.valid({"parents": len(parents)})


def _is_void(case: Case) -> bool:
    record = case.fields.get("record")
    return isinstance(record, dict) and "void_reason" in record


def _superseded(case: Case, known: RegistryState | None) -> Check | None:
    """By what the registry's state says, else by a genuine document of the issuer at hand."""
    if known and known.superseded_by:
        return LINEAGE.invalid(
            SUPERSEDED, f"The document was replaced by {known.superseded_by:064x}."
        )
    if known and known.revoked and known.revoke_reason == REVOKED_AS_SUPERSEDED:
        return LINEAGE.invalid(SUPERSEDED, "The document was replaced by another.")
    for digest in case.parents.successors(case.nodes[0].hex()) if case.parents else ():
        if case.parents and _is_genuine(case.parents, digest, case.stated):
            return LINEAGE.invalid(SUPERSEDED, f"The document was replaced by {digest}.")
    return None


def _is_genuine(files: FilesAtHand, digest: str, issuer: StatedIssuer | None) -> bool:
    """Whether that document is anchored by the same issuer, whatever became of it later."""
    verdict, own = files.verdict(digest), stated_issuer(files.data(digest))
    if verdict is None or own is None or issuer is None:
        return False
    if (own.store, own.location) != (issuer.store, issuer.location):
        return False
    return all(verdict.check(family.type).status is Status.VALID for family in _GENUINE)


def _parent(name: str, verdict: Verdict | None, *, forgiving: bool) -> Check | None:
    if verdict is None:
        return LINEAGE.error(PARENT_MISSING, f"The bundle of the parent {name} is not at hand.")
    if verdict.verdict is Status.VALID:
        return None
    if verdict.verdict is Status.ERROR:
        return LINEAGE.error(UNEXPECTED, f"Nobody can tell whether the parent {name} holds.")
    wrong = {
        (check.type, check.reason.code)
        for check in verdict.checks
        if check.status is Status.INVALID and check.reason
    }
    if forgiving and wrong <= _WITHDRAWN:
        return None
    if wrong & _WITHDRAWN:
        return LINEAGE.invalid(PARENT_REVOKED, f"The parent {name} was withdrawn.")
    return LINEAGE.invalid(PARENT_INVALID, f"The parent {name} does not hold.")
