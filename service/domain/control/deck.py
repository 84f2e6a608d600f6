"""What stands on the deck: empty before (C1), whole (C2), alone (C3) and still (C4)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding, Outcome
from service.domain.weighing import WeighingPass


def zero_before(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C1: what the empty deck showed is within ±2 d; unknown for a typed weight.

    That the deck stood there for 3 s is what ``weighing_passage`` asks before it tells a zero.
    """
    zero_kg = None if facts.measured is None else facts.measured.zero_before_kg
    limit_kg = policy.limit("C1", "zero_d") * facts.instrument.d_kg
    yield Finding(
        control="C1",
        field="zero_before_kg",
        broken=None if zero_kg is None else abs(zero_kg) > limit_kg,
        value="—" if zero_kg is None else f"{zero_kg} kg",
        limit=f"±{limit_kg} kg",
    )


def position(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C2: both beams are clear; where there is none, the operator attests it with photographs."""
    beams = {"front": facts.deck.front_clear, "back": facts.deck.back_clear}
    if None not in beams.values() or False in beams.values():
        dark = [name for name, clear in beams.items() if clear is False]
        yield Finding(
            control="C2", field="beams", broken=bool(dark), value=", ".join(dark) or "2", limit="2"
        )
        return
    needed, attested = policy.limit("C2", "attested_photographs"), facts.deck.attested
    shown = len(facts.pictures)
    yield Finding(
        control="C2",
        field="attested",
        broken=None if attested is None else not (attested and shown >= needed),
        value=str(shown) if attested else "—",
        limit=f"≥ {needed}",
        at_most=Outcome.FLAG,
    )


def one_vehicle(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C3: not above the legal maximum, not 10 % above all gross weights seen, one vehicle seen."""
    if facts.weighing_pass is not WeighingPass.TARE:
        yield from _not_too_heavy(facts, policy)
    seen, allowed = facts.deck.vehicles_seen, policy.limit("C3", "vehicles")
    yield Finding(
        control="C3",
        field="vehicles",
        broken=None if seen is None else seen > allowed,
        value="—" if seen is None else str(seen),
        limit=f"≤ {allowed}",
    )


def _not_too_heavy(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    vehicle, value = facts.vehicle, f"{facts.kg} kg"
    has_history = vehicle.gross_count >= policy.limit("C3", "least_history")
    seen_kg = vehicle.max_gross_kg if has_history else None
    if vehicle.legal_max_kg is None and seen_kg is None:
        yield Finding(control="C3", field="max_gross_kg", broken=None, value=value, limit="—")
    if vehicle.legal_max_kg is not None:
        yield Finding(
            control="C3",
            field="legal_max_kg",
            broken=facts.kg > vehicle.legal_max_kg,
            value=value,
            limit=f"≤ {vehicle.legal_max_kg} kg",
        )
    if seen_kg is not None:
        limit_kg = seen_kg * (10_000 + policy.limit("C3", "above_seen_bp")) // 10_000
        yield Finding(
            control="C3",
            field="max_gross_kg",
            broken=facts.kg > limit_kg,
            value=value,
            limit=f"≤ {limit_kg} kg",
        )


def stable(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C4: window of 3 s within 1 d, at least Min, a multiple of d.

    ``weighing_window`` refuses the capture for the same reasons and more; here its record is held
    against them again, and a typed weight against its size.
    """
    measured, scale = facts.measured, facts.instrument
    window_ms, spread_kg = (
        policy.limit("C4", "window_ms"),
        policy.limit("C4", "spread_d") * scale.d_kg,
    )
    yield Finding(
        control="C4",
        field="window_ms",
        broken=None if measured is None else measured.window_ms < window_ms,
        value="—" if measured is None else f"{measured.window_ms} ms",
        limit=f"≥ {window_ms} ms",
    )
    if measured is not None:
        yield Finding(
            control="C4",
            field="spread_kg",
            broken=measured.spread_kg > spread_kg,
            value=f"{measured.spread_kg} kg",
            limit=f"≤ {spread_kg} kg",
        )
    yield Finding(
        control="C4",
        field="min_kg",
        broken=facts.kg < scale.min_kg,
        value=f"{facts.kg} kg",
        limit=f"≥ {scale.min_kg} kg",
    )
    yield Finding(
        control="C4",
        field="d_kg",
        broken=facts.kg % scale.d_kg != 0,
        value=f"{facts.kg} kg",
        limit=f"n × {scale.d_kg} kg",
    )
