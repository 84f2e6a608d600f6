"""People: how often someone overrides (C12), who weighs whom (C15), what may be typed (C16)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts, PeopleFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding
from service.domain.weighing import Source


def override_rate(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C12: at most 1 % of the operator's weighings in this shift were overridden."""
    limit_bp = policy.limit("C12", "overrides_bp")
    rate_bp = overrides_bp(facts.people.overrides, facts.people.weighings)
    yield Finding(
        control="C12",
        field="overrides",
        broken=None if rate_bp is None else rate_bp > limit_bp,
        value="—" if rate_bp is None else f"{facts.people.overrides}/{facts.people.weighings}",
        limit=f"≤ {limit_bp} bp",
    )


def overrides_bp(overrides: int | None, weighings: int | None) -> int | None:
    """Overridden weighings in 10,000, rounded up; None where nothing was weighed."""
    if overrides is None or not weighings:
        return None
    return -(-overrides * 10_000 // weighings)


def pairing(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C15: the truck is not weighed by the same person nearly every time."""
    paired, visits = facts.people.paired_visits, facts.people.plate_visits
    limit_bp = policy.limit("C15", "pairing_bp")
    known = paired is not None and visits is not None
    enough = known and (visits or 0) >= max(policy.limit("C15", "least_visits"), 1)
    yield Finding(
        control="C15",
        field="pairing",
        broken=(paired or 0) * 10_000 > limit_bp * (visits or 0) if enough else None,
        value=f"{paired}/{visits}" if known else "—",
        limit=f"≤ {limit_bp} bp",
    )


def source(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C16: SIM and REPLAY in a demo database alone; MANUAL with two people, reason and picture."""
    admitted = facts.source in {Source.LIVE, Source.MANUAL} or facts.demo
    yield Finding(
        control="C16",
        field="source",
        broken=not admitted,
        value=facts.source.value,
        limit="LIVE, MANUAL",
    )
    if facts.source is Source.MANUAL:
        yield from _typed(facts, policy)


def _typed(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    people, needed = facts.people, policy.limit("C16", "photographs")
    yield Finding(
        control="C16",
        field="witness",
        broken=not is_witnessed(people),
        value="—" if people.witness_role is None else people.witness_role.value,
        limit=f"≠ {people.operator_role.value}",
    )
    yield Finding(
        control="C16",
        field="reason_code",
        broken=not people.reason_code,
        value=people.reason_code or "—",
        limit="1",
    )
    yield Finding(
        control="C16",
        field="photographs",
        broken=len(facts.pictures) < needed,
        value=str(len(facts.pictures)),
        limit=f"≥ {needed}",
    )


def is_witnessed(people: PeopleFacts) -> bool:
    """Whether a second person with another role stands by it: dual control (C12)."""
    if people.witness_id is None or people.witness_role is None:
        return False
    return people.witness_id != people.operator_id and people.witness_role != people.operator_role
