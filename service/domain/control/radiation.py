"""Radiation before the first weighing, sealed vessels before unloading (C17)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding
from service.domain.visit import VisitKind
from service.domain.yard import RADIATION_CLEAR


def radiation(facts: ControlFacts, _policy: ControlPolicy) -> Iterator[Finding]:
    """C17: the check of a truck that brings something is clear; no sealed vessel in the load.

    Where the site does not insist on the check, a missing one is unknown.
    """
    if facts.visit_kind is VisitKind.LOADING:
        return
    decision = facts.visit.radiation
    missing = True if facts.visit.radiation_required and facts.earlier is None else None
    yield Finding(
        control="C17",
        field="radiation",
        broken=missing if decision is None else decision not in RADIATION_CLEAR,
        value=decision or "—",
        limit=", ".join(sorted(RADIATION_CLEAR, reverse=True)),
    )
    if facts.earlier is not None and facts.visit.sealed_vessels_ok is not None:
        yield Finding(
            control="C17",
            field="sealed_vessels",
            broken=not facts.visit.sealed_vessels_ok,
            value=str(int(facts.visit.sealed_vessels_ok)),
            limit="1",
        )
