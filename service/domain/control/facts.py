"""What the controls look at: everything that is known of a weighing when it is judged.

Whatever is None is unknown (no sensor, no history, not asked), and the controls say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from service.domain.delivery import ScalePair
from service.domain.party import Role
from service.domain.visit import VisitKind
from service.domain.weighing import Capture, Instrument, Source, WeighingPass
from service.domain.yard import PassFact

Curve = Sequence[tuple[int, int | None]]
"""(ms since the first frame, kg or None where the frame states none), in order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the edge unit measured: window, spread, zero before mounting and the curve."""

    window_ms: int
    spread_kg: int
    zero_before_kg: int | None
    curve: Curve

    @classmethod
    def of(cls, capture: Capture) -> "Measured":
        """What ``capture`` states of its own measurement."""
        return cls(
            window_ms=capture.window_ms,
            spread_kg=capture.spread_kg,
            zero_before_kg=capture.zero_before_kg,
            curve=capture.curve,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterCapture:
    """What the deck did after the visit's earlier capture.

    ``empty_after_ms`` is the time until it stood at zero, None where it did not within ``seen_ms``;
    ``rise_kg`` the largest rise before that which lasted longer than a swing.
    """

    seen_ms: int
    empty_after_ms: int | None
    rise_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleHealth:
    """How the scale and its edge unit are: frames per minute, bad frames, clock, chain, test.

    ``bad_frames_bp`` are frames with a bad checksum in 10,000; ``tested_on`` is the day of the last
    test weight or known truck; ``chain_intact`` says whether the edge's log has no gap or break.
    """

    frames_per_min: int | None = None
    usual_frames_per_min: int | None = None
    bad_frames_bp: int | None = None
    tested_on: date | None = None
    clock_drift_ms: int | None = None
    chain_intact: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckView:
    """What beams, cameras and the operator say of the position on the deck.

    ``vehicles_seen`` are those whose plates the cameras read (``domain.sight.vehicles_seen``).
    """

    front_clear: bool | None = None
    back_clear: bool | None = None
    vehicles_seen: int | None = None
    attested: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TareFact:
    """A tare found earlier; ``combo`` names truck and trailer (``plate`` or ``plate+trailer``)."""

    kg: int
    taken_at: datetime
    combo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleFacts:
    """What the register and earlier visits know of the vehicle, all scales together.

    ``tares`` are those found earlier, newest first or not; ``max_gross_kg`` is the largest of
    ``gross_count`` gross weights of other visits. ``trailer_plate`` is that of its registered
    trailer.
    """

    combo: str
    legal_max_kg: int | None = None
    body_capacity_kg: int | None = None
    tares: tuple[TareFact, ...] = ()
    max_gross_kg: int | None = None
    gross_count: int = 0
    trailer_plate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGross:
    """A gross of the same plate, without its tare, in another visit."""

    site_id: str
    visit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark by which the vehicle at this pass is compared with the one at the earlier pass.

    ``name`` is ``plate``, ``trailer``, ``card`` or ``look``; ``agrees`` None where not seen twice.
    """

    name: str
    agrees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSoFar:
    """What happened on the visit before this weighing; ``passes`` are those that count.

    ``radiation`` is the decision of the check (OK, NORM_RELEASE, HOLD, NOTIFY), None where there
    was none; ``radiation_required``: the site insists on one. ``unloaded`` is None where the site
    records no unloading and none was recorded. ``concluded``: a ticket, delivery note or receipt
    exists. ``base`` is the base's pair of weights where the truck brings a delivery, ``checked``
    whether a check weighing was made.
    """

    passes: tuple[PassFact, ...] = ()
    radiation: str | None = None
    radiation_required: bool = False
    sealed_vessels_ok: bool | None = None
    unloaded: bool | None = None
    concluded: bool = False
    checked: bool = False
    open_elsewhere: tuple[OpenGross, ...] | None = None
    marks: tuple[Mark, ...] = ()
    base: ScalePair | None = None
    after_earlier: AfterCapture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFact:
    """A photograph of this pass: SHA-256 (64 hex) and perceptual hash (16 hex, None unreadable).

    ``nonce_ok``: it shows the figure that the display in its view had; None where it sees none.
    """

    camera_id: str
    sha256: str
    phash: str | None
    nonce_ok: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPictures:
    """Photographs of the last 90 days, those of other weighings."""

    sha256: frozenset[str] = frozenset()
    phash: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFacts:
    """Who weighs, and how often this person overrode the controls.

    ``overrides`` of ``weighings`` are typed weights and released holds of the operator in this
    shift. ``paired_visits`` of the plate's last ``plate_visits`` were weighed by the same person.
    """

    operator_id: str
    operator_role: Role
    witness_id: str | None = None
    witness_role: Role | None = None
    reason_code: str | None = None
    overrides: int | None = None
    weighings: int | None = None
    paired_visits: int | None = None
    plate_visits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFacts:
    """One weighing with all that is known about it when it is judged.

    ``instrument`` is as the edge unit states it now, ``registered`` as it was verified;
    ``measured`` is None for a typed weight; ``on`` is the business date; ``texts`` are the words
    that people typed for it and that will be on record.
    """

    visit_id: str
    visit_kind: VisitKind
    weighing_pass: WeighingPass
    kg: int
    source: Source
    demo: bool
    taken_at: datetime
    on: date
    instrument: Instrument
    registered: Instrument | None
    measured: Measured | None
    vehicle: VehicleFacts
    people: PeopleFacts
    visit: VisitSoFar = field(default_factory=VisitSoFar)
    deck: DeckView = field(default_factory=DeckView)
    scale: ScaleHealth = field(default_factory=ScaleHealth)
    pictures: tuple[PictureFact, ...] = ()
    known_pictures: KnownPictures | None = None
    texts: tuple[str, ...] = ()

    @property
    def earlier(self) -> PassFact | None:
        """The visit's latest earlier pass of the other kind; None at the first weighing."""
        others = [past for past in self.visit.passes if past.weighing_pass != self.weighing_pass]
        return max(others, key=lambda past: past.taken_at, default=None)

    @property
    def net_kg(self) -> int | None:
        """Gross less tare of the visit with this weighing; None at the first weighing."""
        if self.earlier is None or self.weighing_pass is WeighingPass.CHECK:
            return None
        gross_first = self.earlier.weighing_pass is WeighingPass.GROSS
        return self.earlier.kg - self.kg if gross_first else self.kg - self.earlier.kg
