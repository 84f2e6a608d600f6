"""Unattended weighing of booked trucks: from the loop to the scale at zero, or to the operator.

Loop, red, inside both beams, code, card or plate, booking, stable window, capture, barrier, zero,
reset (Chinese operating descriptions; weighbridge.md, section 6.2). Whatever is unusual stops it,
and only a person starts it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from service.domain.deck_lights import ZERO_D, Beams
from service.domain.weighing import WeighingPass


class Step(StrEnum):
    """How far the truck on the deck is."""

    READY = "READY"  # nobody there: a booked truck may drive on
    POSITIONING = "POSITIONING"
    IDENTIFYING = "IDENTIFYING"
    WEIGHING = "WEIGHING"
    LEAVING = "LEAVING"
    STOPPED = "STOPPED"  # the operator was called


class StopReason(StrEnum):
    """Why the operator is called."""

    NO_BEAMS = "NO_BEAMS"
    SCALE_SILENT = "SCALE_SILENT"
    NOT_IN_PLACE = "NOT_IN_PLACE"
    NOT_IDENTIFIED = "NOT_IDENTIFIED"
    NOT_BOOKED = "NOT_BOOKED"
    PLATE_UNLIKE_BOOKING = "PLATE_UNLIKE_BOOKING"
    TARE_EXPIRED = "TARE_EXPIRED"
    NOT_WEIGHED = "NOT_WEIGHED"
    CONTROL_NOT_PASSED = "CONTROL_NOT_PASSED"
    SECOND_TRUCK = "SECOND_TRUCK"
    NOT_LEFT = "NOT_LEFT"


class IdentifiedBy(StrEnum):
    """What named the truck."""

    QR = "QR"
    CARD = "CARD"
    PLATE = "PLATE"


class StoredTare(StrEnum):
    """Whether this visit counts on a stored tare, and whether that one still holds."""

    NOT_USED = "NOT_USED"
    VALID = "VALID"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The truck that named itself. ``visit_id`` is None where no booking was found.

    ``plate`` is the booking's, ``plates_seen`` are those that the deck cameras read now.
    """

    by: IdentifiedBy
    plate: str
    plates_seen: frozenset[str]
    visit_id: str | None
    weighing_pass: WeighingPass
    stored_tare: StoredTare = StoredTare.NOT_USED


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A recorded weighing, and its controls as (control, outcome), such as ``("C7", "PASS")``."""

    weighing_id: str
    kg: int
    outcomes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattendedRule:
    """How long each step may take, ms; ``may_be_unknown``: controls that need not be proven.

    By default none: what nobody knows has not passed. ``silence_ms`` is for scale and beams.
    """

    silence_ms: int = 3_000
    place_ms: int = 60_000
    identify_ms: int = 45_000
    weigh_ms: int = 60_000
    leave_ms: int = 120_000
    may_be_unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckLook:
    """The deck at ``now_ms``; ``kg`` is None while the scale is silent. ``still``: may be taken."""

    now_ms: int
    kg: int | None
    d_kg: int
    min_kg: int
    still: bool
    beams: Beams

    @property
    def empty(self) -> bool:
        """At zero, and nothing on the loop where there is one."""
        at_zero = self.kg is not None and abs(self.kg) <= ZERO_D * self.d_kg
        return at_zero and self.beams.loop_occupied is not True


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattendedState:
    """Where it stands since ``since_ms``; ``silent_since_ms`` while scale or beams do not tell."""

    step: Step = Step.READY
    since_ms: int = 0
    silent_since_ms: int | None = None
    identified: Identified | None = None
    weighed: Weighed | None = None
    stopped_for: StopReason | None = None
    detail: str = ""

    @property
    def may_identify(self) -> bool:
        """Whether the cameras and the card reader are to be asked now."""
        return self.step is Step.IDENTIFYING and self.silent_since_ms is None

    @property
    def may_weigh(self) -> bool:
        """Whether a capture is to be asked for as soon as the window closes."""
        return self.step is Step.WEIGHING and self.silent_since_ms is None

    @property
    def may_leave(self) -> bool:
        """Whether the truck has been weighed, and nothing spoke against it."""
        return self.step is Step.LEAVING


def looked(state: UnattendedState, look: DeckLook, rule: UnattendedRule) -> UnattendedState:
    """Return the state after ``look``; a stopped one stays stopped."""
    if state.step is Step.STOPPED:
        return state
    if look.beams.in_position is None:
        return _silent(state, look, rule, StopReason.NO_BEAMS)
    if look.kg is None:
        return state if state.step is Step.READY else _silent(state, look, rule)
    state = replace(state, silent_since_ms=None)
    if look.empty:
        return state if state.step is Step.READY else _at(Step.READY, look.now_ms)
    if state.step is Step.READY:
        return _at(Step.POSITIONING, look.now_ms)
    return _leaving(state, look, rule) if state.may_leave else _on_deck(state, look, rule)


def identified(state: UnattendedState, found: Identified, *, now_ms: int) -> UnattendedState:
    """Return the state after a truck named itself; stopped where it is not as booked."""
    if not state.may_identify:
        return state
    state = replace(state, identified=found)
    unusual = _unusual(found)
    if unusual is not None:
        seen = ", ".join(sorted(found.plates_seen)) or "—"
        return _stopped(state, unusual, now_ms, f"{found.plate}: {seen}")
    return replace(state, step=Step.WEIGHING, since_ms=now_ms)


def weighed(
    state: UnattendedState, result: Weighed, rule: UnattendedRule, *, now_ms: int
) -> UnattendedState:
    """Return the state after a weighing was recorded; stopped unless every control passed."""
    if not state.may_weigh:
        return state
    state = replace(state, weighed=result)
    open_controls = unpassed(result.outcomes, rule)
    if open_controls:
        return _stopped(state, StopReason.CONTROL_NOT_PASSED, now_ms, ", ".join(open_controls))
    return replace(state, step=Step.LEAVING, since_ms=now_ms)


def refused(state: UnattendedState, reason: str, *, now_ms: int) -> UnattendedState:
    """Return the state after a weighing was refused for ``reason``: stopped."""
    return _stopped(state, StopReason.NOT_WEIGHED, now_ms, reason) if state.may_weigh else state


def resumed(*, now_ms: int) -> UnattendedState:
    """Return the state after a person looked: from the beginning, whatever stands on the deck."""
    return _at(Step.READY, now_ms)


def unpassed(outcomes: Iterable[tuple[str, str]], rule: UnattendedRule) -> tuple[str, ...]:
    """Controls that did not pass, as ``C7 HOLD``; an unknown one too, unless the rule allows it."""
    return tuple(
        f"{control} {outcome}"
        for control, outcome in outcomes
        if outcome != "PASS" and not (outcome == "UNKNOWN" and control in rule.may_be_unknown)
    )


def _unusual(found: Identified) -> StopReason | None:
    """Why this truck is not weighed without a person, None where it is as booked."""
    if found.plate not in found.plates_seen:
        return StopReason.PLATE_UNLIKE_BOOKING
    if len(found.plates_seen) > 1:
        return StopReason.SECOND_TRUCK
    if found.visit_id is None:
        return StopReason.NOT_BOOKED
    return StopReason.TARE_EXPIRED if found.stored_tare is StoredTare.EXPIRED else None


def _silent(
    state: UnattendedState,
    look: DeckLook,
    rule: UnattendedRule,
    reason: StopReason = StopReason.SCALE_SILENT,
) -> UnattendedState:
    """Return the state while nobody knows what stands on the deck: it waits, then it stops."""
    since_ms = look.now_ms if state.silent_since_ms is None else state.silent_since_ms
    if look.now_ms - since_ms > rule.silence_ms:
        return _stopped(state, reason, look.now_ms)
    return replace(state, silent_since_ms=since_ms)


def _on_deck(state: UnattendedState, look: DeckLook, rule: UnattendedRule) -> UnattendedState:
    """Return the state with a truck that is not weighed yet; out of place it begins anew."""
    in_place = bool(look.beams.in_position) and (look.kg or 0) >= look.min_kg
    if in_place and state.step is Step.POSITIONING:
        return _at(Step.IDENTIFYING, look.now_ms)
    if not in_place and state.step is not Step.POSITIONING:
        return _at(Step.POSITIONING, look.now_ms)
    limit_ms, reason = {
        Step.POSITIONING: (rule.place_ms, StopReason.NOT_IN_PLACE),
        Step.IDENTIFYING: (rule.identify_ms, StopReason.NOT_IDENTIFIED),
    }.get(state.step, (rule.weigh_ms, StopReason.NOT_WEIGHED))
    return _in_time(state, look, limit_ms, reason)


def _leaving(state: UnattendedState, look: DeckLook, rule: UnattendedRule) -> UnattendedState:
    heavier = (
        state.weighed is not None
        and look.kg is not None
        and look.kg - state.weighed.kg >= look.min_kg
    )
    if heavier:
        return _stopped(state, StopReason.SECOND_TRUCK, look.now_ms, f"{look.kg} kg")
    return _in_time(state, look, rule.leave_ms, StopReason.NOT_LEFT)


def _in_time(
    state: UnattendedState, look: DeckLook, limit_ms: int, reason: StopReason
) -> UnattendedState:
    """Return ``state``, or the stop for ``reason`` once the step has taken longer than allowed."""
    if look.now_ms - state.since_ms <= limit_ms:
        return state
    return _stopped(state, reason, look.now_ms, f"{look.now_ms - state.since_ms} ms")


def _at(step: Step, now_ms: int) -> UnattendedState:
    """Return the state at the beginning of ``step``, with nothing known of the truck."""
    return UnattendedState(step=step, since_ms=now_ms)


def _stopped(
    state: UnattendedState, reason: StopReason, now_ms: int, detail: str = ""
) -> UnattendedState:
    return replace(
        state,
        step=Step.STOPPED,
        since_ms=now_ms,
        silent_since_ms=None,
        stopped_for=reason,
        detail=detail,
    )
