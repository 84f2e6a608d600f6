"""Lights and barriers of a deck, from its load and the state of the visit alone.

Entrance green while a truck is expected and the deck is empty; red from the first wheel on; exit
green after the save; red again as soon as the weight changes by the threshold (the WinVRS rules,
weighbridge.md, section 6.2). A barrier opens by the state of the visit only, and never closes onto
a truck that stands in its beam.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.deck_signs import NO_SIGN, Announcement, Sign, sign

ZERO_D = 2
"""Up to 2 d either way the deck reads empty (control C1)."""

TIMED_WITHIN = timedelta(seconds=1)
"""Weighings are timed in whole seconds."""


class Light(StrEnum):
    """A traffic light; it always shows one of the two."""

    RED = "RED"
    GREEN = "GREEN"


class Barrier(StrEnum):
    """What a barrier is told; a closing one takes its time."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"


class DeckPhase(StrEnum):
    """Where the truck is. ``UNKNOWN``: the scale is silent, so nobody knows."""

    UNKNOWN = "UNKNOWN"
    EMPTY = "EMPTY"
    ON_DECK = "ON_DECK"
    WEIGHED = "WEIGHED"
    LEAVING = "LEAVING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beams:
    """Photo cells across both ends of the deck, and its loop; None where nothing tells.

    ``back`` is where trucks drive on, ``front`` where they drive off.
    """

    front_clear: bool | None = None
    back_clear: bool | None = None
    loop_occupied: bool | None = None

    @property
    def in_position(self) -> bool | None:
        """Whether nothing stands across an end of the deck; None where a beam does not tell."""
        if self.front_clear is None or self.back_clear is None:
            return None
        return self.front_clear and self.back_clear


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTruck:
    """Who may drive on: a called visit, or any booked truck (then both are empty)."""

    visit_id: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWeight:
    """The last weighing that was saved at this scale; ``held``: a supervisor has to decide."""

    weighing_id: str
    plate: str
    kg: int
    taken_at: datetime
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckOrder:
    """What the visits want of the deck. ``stopped``: something is wrong, nobody moves.

    ``sign`` says something else than the state of the deck would.
    """

    expected: ExpectedTruck | None = None
    saved: SavedWeight | None = None
    stopped: bool = False
    sign: Sign | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckFacts:
    """The deck at ``now``. ``kg`` is None while the scale is silent; ``still``: it stands still.

    ``threshold_kg`` is the change of weight that means movement: the scale's smallest load.
    """

    now: datetime
    kg: int | None
    d_kg: int
    threshold_kg: int
    still: bool
    beams: Beams
    order: DeckOrder

    @property
    def empty(self) -> bool:
        """Whether the deck reads zero; a silent scale does not."""
        return self.kg is not None and abs(self.kg) <= ZERO_D * self.d_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What the yard shows; without arguments the safe state: red and closed."""

    entry_light: Light = Light.RED
    exit_light: Light = Light.RED
    entry_barrier: Barrier = Barrier.CLOSED
    exit_barrier: Barrier = Barrier.CLOSED
    sign: Sign = NO_SIGN


SAFE = Outputs()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckState:
    """What is remembered from one look to the next.

    ``since``: when the truck on the deck came, None while there is none. ``before``: the weighing
    that was the last one then; neither it nor an older one can be this truck's.
    """

    since: datetime | None = None
    before: str | None = None
    phase: DeckPhase = DeckPhase.UNKNOWN
    outputs: Outputs = SAFE


def deck_after(state: DeckState, facts: DeckFacts) -> DeckState:
    """Return the deck after this look at it, with what the outputs have to show now."""
    saved = facts.order.saved
    if facts.empty:
        state = replace(state, since=None)
    elif facts.kg is not None and state.since is None:
        state = replace(state, since=facts.now, before=saved.weighing_id if saved else None)
    phase = _phase(state, facts)
    return replace(state, phase=phase, outputs=_outputs(phase, facts, state.outputs))


def _phase(state: DeckState, facts: DeckFacts) -> DeckPhase:
    saved = facts.order.saved
    if facts.kg is None:
        return DeckPhase.UNKNOWN
    if state.since is None:
        return DeckPhase.EMPTY
    if saved is None or saved.weighing_id == state.before:
        return DeckPhase.ON_DECK
    if saved.taken_at < state.since - TIMED_WITHIN:
        return DeckPhase.ON_DECK
    moved = abs(facts.kg - saved.kg) >= facts.threshold_kg
    return DeckPhase.LEAVING if moved else DeckPhase.WEIGHED


def _outputs(phase: DeckPhase, facts: DeckFacts, before: Outputs) -> Outputs:
    order, beams = facts.order, facts.beams
    held = order.saved is not None and order.saved.held
    may_enter = (
        phase is DeckPhase.EMPTY
        and order.expected is not None
        and not order.stopped
        and beams.loop_occupied is not True
    )
    may_leave = phase is DeckPhase.WEIGHED and not order.stopped and not held
    entry_open = may_enter or (before.entry_barrier is Barrier.OPEN and _in_entry(phase, facts))
    exit_open = may_leave or (before.exit_barrier is Barrier.OPEN and _in_exit(phase, facts))
    return Outputs(
        entry_light=Light.GREEN if may_enter else Light.RED,
        exit_light=Light.GREEN if may_leave else Light.RED,
        entry_barrier=Barrier.OPEN if entry_open else Barrier.CLOSED,
        exit_barrier=Barrier.OPEN if exit_open else Barrier.CLOSED,
        sign=order.sign or _sign(phase, facts, held=held),
    )


def _in_entry(phase: DeckPhase, facts: DeckFacts) -> bool:
    """Whether a truck may stand below the entry barrier, or is about to drive below it.

    Its beam tells; where there is none, until the truck stands still.
    """
    if phase is DeckPhase.EMPTY and facts.beams.loop_occupied:
        return True
    if facts.beams.back_clear is not None:
        return not facts.beams.back_clear
    return phase is DeckPhase.ON_DECK and not facts.still


def _in_exit(phase: DeckPhase, facts: DeckFacts) -> bool:
    """Whether a truck may stand below the exit barrier: in its beam, or on its way off."""
    return facts.beams.front_clear is False or phase is DeckPhase.LEAVING


def _sign(phase: DeckPhase, facts: DeckFacts, *, held: bool) -> Sign:
    """Return what the display says of the deck."""
    order = facts.order
    plate = order.expected.plate if order.expected else ""
    weighed = phase in {DeckPhase.WEIGHED, DeckPhase.LEAVING}
    if weighed and order.saved is not None:
        plate = order.saved.plate
    return sign(_announcement(phase, facts, held=held), plate=plate, kg=facts.kg)


def _announcement(phase: DeckPhase, facts: DeckFacts, *, held: bool) -> Announcement:
    if facts.order.stopped or (held and phase is DeckPhase.WEIGHED):
        return Announcement.ASK_OPERATOR
    if phase is DeckPhase.EMPTY and facts.order.expected is not None:
        return Announcement.DRIVE_ON
    if phase is DeckPhase.ON_DECK:
        out_of_place = facts.beams.in_position is False
        return Announcement.INTO_PLACE if out_of_place else Announcement.STAND_STILL
    return Announcement.DRIVE_OFF if phase is DeckPhase.WEIGHED else Announcement.WAIT
