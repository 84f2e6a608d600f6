"""A stop goes one way only, and two different people release it."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.hazard import (
    LONGEST_REASON,
    HazardStop,
    ReleasePictureError,
    Signature,
    SignedAlreadyError,
    StopCause,
    StopReasonError,
    StopReleasedError,
    StopState,
    signed,
    stated_reason,
)
from service.domain.visit import VisitKind
from service.domain.yard import VisitFacts
from service.domain.yard_guard import HazardStoppedError, require_free
from service.domain.yard_steps import Step, YardRules, next_actions

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
STOP = HazardStop(
    stop_id="stop-1",
    visit_id="visit-1",
    cause=StopCause.PERSON,
    reason="gas cylinder",
    stopped_at=AT,
    stopped_by="operator-1",
)


def signature(who: str, *, minutes: int = 5, reason: str = "taken out") -> Signature:
    return Signature(
        signed_by=who,
        role="inspector",
        reason=reason,
        photograph_id=f"photo-{who}",
        pictured_at=AT + timedelta(minutes=minutes),
        signed_at=AT + timedelta(minutes=minutes + 1),
    )


def test_a_stop_is_signed_by_one_and_released_by_another() -> None:
    once = signed(STOP, signature("inspector-1", reason=" taken out "))
    assert (STOP.state, once.state) == (StopState.STOPPED, StopState.SIGNED)
    assert once.released_at is None
    assert once.signatures[0].reason == "taken out"
    twice = signed(once, signature("supervisor-1", minutes=7))
    assert twice.state is StopState.RELEASED
    assert twice.released_at == AT + timedelta(minutes=8)
    assert STOP.signatures == ()


def test_nobody_signs_twice_and_nothing_is_signed_after_the_release() -> None:
    once = signed(STOP, signature("inspector-1"))
    with pytest.raises(SignedAlreadyError):
        signed(once, signature("inspector-1", minutes=9))
    twice = signed(once, signature("supervisor-1"))
    with pytest.raises(StopReleasedError):
        signed(twice, signature("inspector-2"))


def test_a_signature_has_a_reason_and_a_photograph_taken_after_the_stop() -> None:
    with pytest.raises(ReleasePictureError):
        signed(STOP, signature("inspector-1", minutes=-1))
    for reason in ("", "  ", "x" * (LONGEST_REASON + 1)):
        with pytest.raises(StopReasonError):
            signed(STOP, signature("inspector-1", reason=reason))
    assert stated_reason(" smoke ") == "smoke"


def test_a_stopped_truck_is_only_sent_away_and_says_since_when() -> None:
    facts = VisitFacts(
        visit_id="visit-1",
        site_id="BASE01",
        kind=VisitKind.RECEIVING,
        plate="辽E12345",
        arrived_at=AT,
        stopped_at=AT,
    )
    assert next_actions(facts, YardRules()) == (Step.VOID,)
    with pytest.raises(HazardStoppedError, match="辽E12345 is stopped since 2026-11-20T06:00:00Z"):
        require_free(facts)
