"""The edge unit's clock and its log (C19)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding, Outcome


def clock_and_chain(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C19: no gap or break in the edge's log (blocks); its clock within 2 s (flagged)."""
    intact, drift_ms = facts.scale.chain_intact, facts.scale.clock_drift_ms
    yield Finding(
        control="C19",
        field="chain",
        broken=None if intact is None else not intact,
        value="—" if intact is None else str(int(intact)),
        limit="1",
    )
    if drift_ms is not None:
        limit_ms = policy.limit("C19", "drift_ms")
        yield Finding(
            control="C19",
            field="drift_ms",
            broken=abs(drift_ms) > limit_ms,
            value=f"{drift_ms:+d} ms",
            limit=f"±{limit_ms} ms",
            at_most=Outcome.FLAG,
        )
