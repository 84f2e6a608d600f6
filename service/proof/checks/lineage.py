"""LINEAGE: the documents this one rests on hold, and no later one replaced it."""

from service.proof.case import Case, ParentLookup
from service.proof.evidence import RegistryState
from service.proof.families import DOCUMENT_STATUS, LINEAGE
from service.proof.verdict import Check, Status, Verdict

UNEXPECTED, PARENT_INVALID, PARENT_REVOKED, SUPERSEDED, PARENT_MISSING = 0, 1, 2, 3, 7
_REVOKED = 5


def parent_hashes(case: Case) -> dict[str, str]:
    """Target hashes (hex) of the parents by the part they play; empty where there are none."""
    links = case.fields.get("links")
    parents = links.get("parents") if isinstance(links, dict) else None
    if not isinstance(parents, dict):
        return {}
    return {name: digest for name, digest in parents.items() if isinstance(digest, str)}


def check_lineage(case: Case, known: RegistryState | None) -> Check:
    """Look every parent up; withdrawn parents withdraw what rests on them (section 11)."""
    if known and known.superseded_by:
        return LINEAGE.invalid(
            SUPERSEDED, f"The document was replaced by {known.superseded_by:064x}."
        )
    parents = parent_hashes(case)
    if not parents:
        return LINEAGE.skipped("The document names no parents.")
    if case.parents is None:
        return LINEAGE.skipped("The parents' bundles are not at hand.")
    findings = [_parent(name, digest, case.parents) for name, digest in parents.items()]
    for status in (Status.INVALID, Status.ERROR):
        for finding in findings:
            if finding and finding.status is status:
                return finding
    return LINEAGE.valid({"parents": len(parents)})


def _parent(name: str, digest: str, lookup: ParentLookup) -> Check | None:
    verdict = lookup(digest)
    if verdict is None:
        return LINEAGE.error(PARENT_MISSING, f"The bundle of the parent {name} is not at hand.")
    if verdict.verdict is Status.VALID:
        return None
    if verdict.verdict is Status.ERROR:
        return LINEAGE.error(UNEXPECTED, f"Nobody can tell whether the parent {name} holds.")
    if _was_revoked(verdict):
        return LINEAGE.invalid(PARENT_REVOKED, f"The parent {name} was withdrawn.")
    return LINEAGE.invalid(PARENT_INVALID, f"The parent {name} does not hold.")


def _was_revoked(verdict: Verdict) -> bool:
    """Whether the parent, or one of its own parents, was withdrawn."""
    status, lineage = verdict.check(DOCUMENT_STATUS.type), verdict.check(LINEAGE.type)
    return (status.status is Status.INVALID and _code(status) == _REVOKED) or (
        lineage.status is Status.INVALID and _code(lineage) == PARENT_REVOKED
    )


def _code(check: Check) -> int | None:
    return check.reason.code if check.reason else None
