"""Grades: shares that make a whole, intervals around them, who decided, and who released a stop."""

from collections.abc import Mapping
from typing import Any

from service.domain.units import WHOLE_BP
from service.proof.checks.codes import RECORD_SCHEMA, differs
from service.proof.families import RECORD_SEMANTICS
from service.proof.verdict import Check

Record = Mapping[str, Any]


def share_sum(record: Record) -> Check | None:
    """The shares of the grades make a whole."""
    return _whole("shares", record["shares"])


def blind_share_sum(record: Record) -> Check | None:
    """So do those that the inspector stated before he saw the proposal."""
    shares = record.get("blind_shares")
    return None if shares is None else _whole("blind_shares", shares)


def one_decider(record: Record) -> Check | None:
    """A person decided, or the image engine by itself; never both and never nobody."""
    person, engine = "inspector_id" in record, "decided_by_engine" in record
    if person and engine:
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "A person and the engine both decided.")
    if not person and not engine:
        raise KeyError("inspector_id")
    return None


def proposal_classes(record: Record) -> Check | None:
    """The probabilities of the classes make a whole; an engine that abstained states none."""
    classes = record.get("classes")
    return None if classes is None else _whole("classes", classes)


def proposal_shares(record: Record) -> Check | None:
    """The proposed shares make a whole, and each lies in its interval."""
    shares = record.get("shares")
    if shares is None:
        return None
    low, high = record.get("interval_low", {}), record.get("interval_high", {})
    for form, share_bp in sorted(shares.items()):
        if not low.get(form, 0) <= share_bp <= high.get(form, WHOLE_BP):
            return RECORD_SEMANTICS.invalid(
                RECORD_SCHEMA, f"The share of {form} lies outside its interval."
            )
    return _whole("shares", shares)


def two_signers(record: Record) -> Check | None:
    """Two different people signed, after the stop and before its end."""
    first, second = (record["signatures"][place] for place in ("1", "2"))
    if first["signed_by"] == second["signed_by"]:
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "One person signed twice.")
    times = [record["stopped_at"], first["signed_at"], second["signed_at"], record["released_at"]]
    if times != sorted(times):
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "The stop and its signatures lie otherwise.")
    return None


def _whole(name: str, shares_bp: Mapping[str, int]) -> Check | None:
    return differs(RECORD_SCHEMA, {f"sum of {name}": (sum(shares_bp.values()), WHOLE_BP)})
