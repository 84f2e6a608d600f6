"""Across all scales and bases: one open load per truck (C9), the same vehicle twice (C10)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass


def open_load(facts: ControlFacts, _policy: ControlPolicy) -> Iterator[Finding]:
    """C9: no second gross while one is open anywhere; no tare before the truck was unloaded."""
    if facts.weighing_pass is WeighingPass.GROSS:
        elsewhere = facts.visit.open_elsewhere
        there = ", ".join(f"{gross.site_id} {gross.visit_id}" for gross in elsewhere or ())
        yield Finding(
            control="C9",
            field="open_gross",
            broken=None if elsewhere is None else bool(elsewhere),
            value=there or ("—" if elsewhere is None else "0"),
            limit="0",
        )
    elif facts.weighing_pass is WeighingPass.TARE and facts.visit_kind is not VisitKind.LOADING:
        unloaded = facts.visit.unloaded
        yield Finding(
            control="C9",
            field="unloaded",
            broken=None if unloaded is None else not unloaded,
            value="—" if unloaded is None else str(int(unloaded)),
            limit="1",
        )


def same_vehicle(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C10: at least two marks of the vehicle agree with the earlier pass.

    Unknown where fewer were seen twice and none of them disagrees.
    """
    if facts.earlier is None:
        return
    seen = [mark.agrees for mark in facts.visit.marks if mark.agrees is not None]
    needed, agreeing = policy.limit("C10", "agreeing_marks"), sum(seen)
    enough = agreeing >= needed
    yield Finding(
        control="C10",
        field="marks",
        broken=not enough if enough or not all(seen) else None,
        value=f"{agreeing}/{len(seen)}",
        limit=f"≥ {needed}",
    )
