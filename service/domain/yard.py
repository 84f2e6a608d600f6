"""A visit on the yard: the facts on record, and the state they put the truck in.

States are those of weighbridge.md, section 6.1. Server, edge unit and tablet derive them from the
same facts, so that none of them can think the truck elsewhere than the others do.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass

RADIATION_CLEAR = frozenset({"OK", "NORM_RELEASE"})
"""Decisions of the radiation check after which a truck may be weighed (control C17)."""

FIXING = (WeighingPass.GROSS, WeighingPass.TARE)
"""The two weighings that fix a net mass."""


class VisitState(StrEnum):
    """Where a truck stands; the last five are side states. Money has states of its own."""

    BOOKED = "BOOKED"
    ARRIVED = "ARRIVED"
    QUEUED = "QUEUED"
    CALLED = "CALLED"
    ON_DECK_1 = "ON_DECK_1"
    WEIGHED_1 = "WEIGHED_1"
    AT_UNLOAD = "AT_UNLOAD"
    INSPECTED = "INSPECTED"
    GRADED = "GRADED"
    PARTIALLY_REJECTED = "PARTIALLY_REJECTED"
    ON_DECK_2 = "ON_DECK_2"
    WEIGHED_2 = "WEIGHED_2"
    NET_FIXED = "NET_FIXED"
    DEDUCTED = "DEDUCTED"
    SELLER_CONFIRMED = "SELLER_CONFIRMED"
    DISPUTED = "DISPUTED"
    CLOSED = "CLOSED"
    RADIATION_HOLD = "RADIATION_HOLD"
    WEIGH_ABORTED = "WEIGH_ABORTED"
    REWEIGH_REQUIRED = "REWEIGH_REQUIRED"
    EXPIRED_ON_SITE = "EXPIRED_ON_SITE"
    VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassFact:
    """One weighing of the visit, kg; ``flags`` are the controls that did not pass.

    ``effective``: it counts, neither voided nor a check weighing. ``held`` waits for a supervisor;
    ``refused``: he did not let it count. ``stored``: a stored tare stands for the weighing.
    """

    weighing_id: str
    weighing_pass: WeighingPass
    kg: int
    source: str
    taken_at: datetime
    effective: bool = True
    held: bool = False
    voided: bool = False
    refused: bool = False
    stored: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """All that the yard must know of one visit.

    ``radiation`` is the decision of the newest check: OK, NORM_RELEASE, HOLD or NOTIFY; ``graded``
    the grade decided at ``graded_at`` and ``shares`` what of the load is which grade (code, basis
    points); ``stopped_at`` since when a possible hazard in the load
    stops it, None where nothing does. ``ended_no`` is the number of the ticket, delivery note or
    receipt that ended the visit, ``ticket_no`` that of a ticket alone; ``ticket_status``: issued
    or void.
    ``continues``: the visit whose last weighing is the first of this one (the next drop of the
    same truck).
    """

    visit_id: str
    site_id: str
    kind: VisitKind
    plate: str
    arrived_at: datetime
    booking_no: str | None = None
    supplier_id: str | None = None
    carrier_id: str | None = None
    plant_id: str | None = None
    driver_id: str | None = None
    material: str | None = None
    radiation: str | None = None
    calling_order: int | None = None
    called_at: datetime | None = None
    called_to: str | None = None
    passes: tuple[PassFact, ...] = ()
    inspected_at: datetime | None = None
    sealed_vessels_ok: bool | None = None
    graded: str | None = None
    graded_at: datetime | None = None
    shares: tuple[tuple[str, int], ...] = ()
    stopped_at: datetime | None = None
    unloaded_at: datetime | None = None
    unloaded_at_place: str | None = None
    rejected_kg: int = 0
    ticket_no: str | None = None
    ticket_status: str | None = None
    answered: str | None = None
    ended_no: str | None = None
    delivery_id: str | None = None
    continues: str | None = None
    expired: bool = False
    exited_at: datetime | None = None

    def effective(self, wanted: WeighingPass) -> PassFact | None:
        """The weighing that counts as ``wanted``, None where there is none."""
        found = (p for p in self.passes if p.effective and p.weighing_pass is wanted)
        return next(found, None)

    @property
    def counted(self) -> tuple[PassFact, ...]:
        """The weighings that count, in the order in which they were taken: at most two."""
        return tuple(p for p in self.passes if p.effective)

    @property
    def is_held(self) -> bool:
        """Whether a weighing waits for a supervisor."""
        return any(p.held for p in self.counted)


def state(facts: VisitFacts, *, on_deck: bool = False) -> VisitState:
    """Where the truck stands.

    ``on_deck``: it drove onto the scale after its last weighing; only a scale can know that.
    """
    if facts.exited_at is not None:
        return VisitState.VOIDED if facts.ticket_status == "void" else VisitState.CLOSED
    if facts.ended_no is not None:
        return _ended(facts)
    side = side_state(facts)
    if side is not None:
        return side
    counted = len(facts.counted)
    if counted >= len(FIXING):
        return VisitState.WEIGHED_2 if _ungraded(facts) else VisitState.NET_FIXED
    if on_deck:
        return VisitState.ON_DECK_2 if counted else VisitState.ON_DECK_1
    return _between(facts) if counted else _before(facts)


def _ended(facts: VisitFacts) -> VisitState:
    if facts.ticket_status == "void":
        return VisitState.VOIDED
    if facts.answered is not None:
        confirmed = facts.answered == "CONFIRMED"
        return VisitState.SELLER_CONFIRMED if confirmed else VisitState.DISPUTED
    return VisitState.DEDUCTED if facts.kind is VisitKind.RECEIVING else VisitState.NET_FIXED


def side_state(facts: VisitFacts) -> VisitState | None:
    """Return the side state that keeps the truck from going on, None where there is none."""
    if radiation_holds(facts.radiation):
        return VisitState.RADIATION_HOLD
    if any(p.refused for p in facts.counted):
        return VisitState.WEIGH_ABORTED
    if facts.expired:
        return VisitState.EXPIRED_ON_SITE
    gone = {p.weighing_pass for p in facts.passes if p.voided}
    if any(facts.effective(wanted) is None for wanted in gone & set(FIXING)):
        return VisitState.REWEIGH_REQUIRED
    return None


def _before(facts: VisitFacts) -> VisitState:
    if facts.called_at is not None:
        return VisitState.CALLED
    waiting = facts.radiation is not None or facts.calling_order is not None
    return VisitState.QUEUED if waiting else VisitState.ARRIVED


def _between(facts: VisitFacts) -> VisitState:
    if facts.rejected_kg:
        return VisitState.PARTIALLY_REJECTED
    if facts.graded is not None:
        return VisitState.GRADED
    if facts.inspected_at is not None:
        return VisitState.INSPECTED
    weighed_at = facts.counted[0].taken_at
    called_on = facts.called_at is not None and facts.called_at > weighed_at
    if called_on or facts.unloaded_at is not None:
        return VisitState.AT_UNLOAD
    return VisitState.WEIGHED_1


def radiation_holds(decision: str | None) -> bool:
    """Whether the newest radiation check forbids weighing and unloading; None: no check made."""
    return decision is not None and decision not in RADIATION_CLEAR


def _ungraded(facts: VisitFacts) -> bool:
    return facts.kind is VisitKind.RECEIVING and facts.graded is None
