"""DISCLOSURE_POLICY: what this audience must be able to read is visible, and salted."""

from typing import Any

from service.proof.case import Case
from service.proof.document import unsalted_paths
from service.proof.families import DISCLOSURE_POLICY
from service.proof.policy import CORRECTION, mandatory_paths
from service.proof.verdict import Check

HIDDEN, UNSALTED, UNKNOWN_POLICY = 1, 2, 3
TICKET = "ticket"


def check_disclosure(case: Case) -> Check:
    """Hold the visible fields against the policy of the audience."""
    if case.audience is None:
        return DISCLOSURE_POLICY.skipped("No audience was named.")
    unsalted = unsalted_paths(case.bundle.document.wrapped)
    if unsalted:
        return DISCLOSURE_POLICY.invalid(UNSALTED, f"Not salted: {', '.join(unsalted[:5])}.")
    paths = _mandatory(case, case.audience)
    if paths is None:
        return DISCLOSURE_POLICY.error(
            UNKNOWN_POLICY, f"No policy says what {case.audience} must see in this document."
        )
    hidden = [path for path in paths if not _visible(case.fields, path)]
    if hidden:
        return DISCLOSURE_POLICY.invalid(HIDDEN, f"Hidden: {', '.join(hidden)}.")
    return DISCLOSURE_POLICY.valid({"audience": case.audience})


def _mandatory(case: Case, audience: str) -> tuple[str, ...] | None:
    kind, record = case.product_kind, case.fields.get("record")
    if kind is None:
        return None
    corrects = record.get("corrects") if kind == CORRECTION and isinstance(record, dict) else None
    subject, reason = (corrects, "values.void_reason") if corrects else (kind, "void_reason")
    is_void = subject == TICKET and _visible(case.fields, f"record.{reason}")
    return mandatory_paths(audience, kind, is_void=is_void, corrects=corrects)


def _visible(data: dict[str, Any], path: str) -> bool:
    node: Any = data
    for step in path.split("."):
        if not isinstance(node, dict) or step not in node:
            return False
        node = node[step]
    return True
