"""What the controls look at, as far as the yard knows it: brief, book, log and scale.

What only the server can know (the base's pair of weights, marks from other sites) stays unknown
here; the server judges again when the weighing arrives.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from service.devices.edge.book import YardBook
from service.devices.edge.brief import Brief
from service.devices.edge.entries import instant_ms, parsed_instant
from service.devices.edge.log import YardLog
from service.domain.control import (
    ControlFacts,
    DeckView,
    KnownPictures,
    Mark,
    Measured,
    OpenGross,
    PeopleFacts,
    PictureFact,
    ScaleHealth,
    TareFact,
    VehicleFacts,
    VisitSoFar,
)
from service.domain.control.marks import marks_between
from service.domain.instants import business_date
from service.domain.party import Actor, Role
from service.domain.sight import PassMarks, vehicles_seen
from service.domain.weighing import Capture, Instrument, Photograph, Source, WeighingPass
from service.domain.yard import VisitFacts

SHIFT = timedelta(hours=12)

PerceptualHash = Callable[[bytes], str | None]
"""Picture file -> 16 hex digits, None where it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A weight that was typed, by whom it was seen as well, and why."""

    kg: int
    witness_id: str
    witness_role: Role
    reason_code: str
    reason: str
    photographs: tuple[Photograph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFacts:
    """The scale as it is now: its instrument, that on record, its health and its deck."""

    instrument: Instrument
    registered: Instrument | None
    health: ScaleHealth = field(default_factory=ScaleHealth)
    deck: DeckView = field(default_factory=DeckView)


class FactGatherer:
    """Gathers the facts of weighings from ``book`` and ``log``."""

    def __init__(self, book: YardBook, log: YardLog, perceptual_hash: PerceptualHash) -> None:
        self._book = book
        self._log = log
        self._perceptual_hash = perceptual_hash

    def of_capture(
        self,
        facts: VisitFacts,
        capture: Capture,
        actor: Actor,
        scale: ScaleFacts,
        *,
        attested: bool | None,
        card_no: str | None = None,
    ) -> ControlFacts:
        """The facts of a captured weighing of the visit; ``card_no`` came with the truck."""
        gathered = self._gathered(facts, capture.weighing_pass, capture.kg, capture.taken_at, scale)
        seen = vehicles_seen(capture.sight, gathered.vehicle.trailer_plate)
        return replace(
            gathered,
            source=capture.source,
            measured=Measured.of(capture),
            people=self._people(actor, capture.taken_at),
            deck=replace(scale.deck, attested=attested, vehicles_seen=seen),
            visit=replace(
                gathered.visit,
                marks=self._marks(gathered, PassMarks(sight=capture.sight, card_no=card_no)),
            ),
            pictures=self._pictures(capture.photographs),
            known_pictures=self._known(capture.photographs),
        )

    def of_typed(
        self,
        facts: VisitFacts,
        wanted: WeighingPass,
        typed: Typed,
        actor: Actor,
        scale: ScaleFacts,
        *,
        at: datetime,
    ) -> ControlFacts:
        """The facts of a weight that was typed."""
        gathered = self._gathered(facts, wanted, typed.kg, at, scale)
        people = replace(
            self._people(actor, at),
            witness_id=typed.witness_id,
            witness_role=typed.witness_role,
            reason_code=typed.reason_code,
        )
        return replace(
            gathered,
            source=Source.MANUAL,
            people=people,
            pictures=self._pictures(typed.photographs),
            known_pictures=self._known(typed.photographs),
            texts=(typed.reason,),
        )

    def _gathered(
        self,
        facts: VisitFacts,
        wanted: WeighingPass,
        kg: int,
        at: datetime,
        scale: ScaleFacts,
    ) -> ControlFacts:
        brief = self._book.brief
        return ControlFacts(
            visit_id=facts.visit_id,
            visit_kind=facts.kind,
            weighing_pass=wanted,
            kg=kg,
            source=scale.instrument.source,
            demo=brief.demo if brief else scale.instrument.simulated,
            taken_at=at,
            on=business_date(at),
            instrument=scale.instrument,
            registered=scale.registered,
            measured=None,
            vehicle=_vehicle(facts, brief),
            people=PeopleFacts(operator_id="", operator_role=Role.OPERATOR),
            visit=_visit(facts, wanted, self._book),
            scale=scale.health,
            deck=scale.deck,
        )

    def _marks(self, gathered: ControlFacts, now: PassMarks) -> tuple[Mark, ...]:
        """The vehicle beside that of the earlier weighing, as far as it was weighed here."""
        earlier = gathered.earlier
        if earlier is None:
            return ()
        return marks_between(
            now,
            self._book.marks(earlier.weighing_id),
            trailer_plate=gathered.vehicle.trailer_plate,
            look_limit=self._book.control_policy.limit("C10", "look_distance"),
        )

    def _people(self, actor: Actor, at: datetime) -> PeopleFacts:
        typed, all_of_them = self._shift(actor.user_id, at)
        return PeopleFacts(
            operator_id=actor.user_id,
            operator_role=actor.role,
            overrides=typed,
            weighings=all_of_them,
        )

    def _shift(self, user_id: str, at: datetime) -> tuple[int, int]:
        """Typed weights of this person in the last twelve hours, and all weighings."""
        since = instant_ms(at - SHIFT)
        typed, captured = (
            self._log.count_of(user_id, kind, since=since)
            for kind in ("weighing.typed", "weighing.recorded")
        )
        return typed, typed + captured

    def _pictures(self, photographs: Iterable[Photograph]) -> tuple[PictureFact, ...]:
        return tuple(
            PictureFact(
                camera_id=each.camera_id,
                sha256=sha256(each.data).hexdigest(),
                phash=self._perceptual_hash(each.data),
                nonce_ok=each.nonce_ok,
            )
            for each in photographs
        )

    def _known(self, photographs: Iterable[Photograph]) -> KnownPictures | None:
        brief = self._book.brief
        if brief is None:
            return None
        seen = (each.sha256 for each in photographs if self._log.was_weighed_with(each.sha256))
        return KnownPictures(sha256=frozenset(seen), phash=frozenset(brief.photo_hashes))


def _vehicle(facts: VisitFacts, brief: Brief | None) -> VehicleFacts:
    if brief is None:
        return VehicleFacts(combo=facts.plate)
    known = _first(brief.vehicles, plate=facts.plate)
    trailer = known.get("trailer_plate")
    history = brief.history.get(facts.plate, {})
    return VehicleFacts(
        combo=f"{facts.plate}+{trailer}" if trailer else facts.plate,
        legal_max_kg=known.get("legal_max_kg"),
        body_capacity_kg=known.get("body_capacity_kg"),
        tares=tuple(map(_tare, history.get("tares", ()))),
        max_gross_kg=history.get("max_gross_kg"),
        gross_count=history.get("gross_count", 0),
        trailer_plate=trailer,
    )


def _tare(document: Mapping[str, Any]) -> TareFact:
    return TareFact(
        kg=document["kg"], taken_at=parsed_instant(document["at"]), combo=document["combo"]
    )


def _visit(facts: VisitFacts, wanted: WeighingPass, book: YardBook) -> VisitSoFar:
    others = [past for past in facts.counted if past.weighing_pass is not wanted]
    earlier = max(others, key=lambda past: past.taken_at, default=None)
    left = book.notes(facts.visit_id).left
    is_unloaded = facts.unloaded_at is not None
    return VisitSoFar(
        passes=facts.counted,
        radiation=facts.radiation,
        radiation_required=book.rules.radiation,
        sealed_vessels_ok=facts.sealed_vessels_ok,
        unloaded=is_unloaded if is_unloaded or book.rules.unloading else None,
        concluded=facts.ended_no is not None,
        checked=any(past.weighing_pass is WeighingPass.CHECK for past in facts.passes),
        open_elsewhere=tuple(_open_gross(facts.plate, book.brief)) if book.brief else None,
        after_earlier=None if earlier is None else left.get(earlier.weighing_id),
    )


def _open_gross(plate: str, brief: Brief) -> Iterable[OpenGross]:
    for each in brief.open_elsewhere:
        if each["plate"] == plate and each.get("has_open_gross"):
            yield OpenGross(site_id=each["site_id"], visit_id=each["visit_id"])


def _first(documents: Iterable[dict[str, Any]], *, plate: str) -> dict[str, Any]:
    return next((each for each in documents if each.get("plate") == plate), {})
