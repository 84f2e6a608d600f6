"""DISCLOSURE_POLICY: what this audience must be able to read is visible, and salted."""

from collections.abc import Mapping
from typing import Any

from service.proof.case import Case, product_kind
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
    paths = mandatory_in(case.fields, case.audience)
    if paths is None:
        return DISCLOSURE_POLICY.error(
            UNKNOWN_POLICY, f"No policy says what {case.audience} must see in this document."
        )
    hidden = [path for path in paths if not _visible(case.fields, path)]
    if hidden:
        return DISCLOSURE_POLICY.invalid(HIDDEN, f"Hidden: {', '.join(hidden)}.")
    return DISCLOSURE_POLICY.valid({"audience": case.audience})


def mandatory_in(data: Mapping[str, Any], audience: str) -> tuple[str, ...] | None:
    """Paths that ``audience`` must see in a document with these unsalted ``data``.

    None where no policy says it: for another audience, or a document that is not the product's.
    """
    kind, record = product_kind(data), data.get("record")
    if kind is None:
        return None
    corrects = record.get("corrects") if kind == CORRECTION and isinstance(record, dict) else None
    subject, values = (str(corrects), "values.") if corrects else (kind, "")
    is_void = subject == TICKET and _visible(data, f"record.{values}void_reason")
    return mandatory_paths(audience, kind, is_void=is_void, corrects=subject)


def _visible(data: Mapping[str, Any], path: str) -> bool:
    node: Any = data
    for step in path.split("."):
        if not isinstance(node, dict) or step not in node:
            return False
        node = node[step]
    return True
