"""What the database knows of a weighing when controls C1 to C20 judge it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from service.devices.photo_hash import picture_fact
from service.domain.control.facts import (
    AfterCapture,
    ControlFacts,
    DeckView,
    KnownPictures,
    Mark,
    Measured,
    PeopleFacts,
    PictureFact,
    ScaleHealth,
    VehicleFacts,
    VisitSoFar,
)
from service.domain.control.marks import marks_between
from service.domain.control.policy import ControlPolicy
from service.domain.delivery import ScalePair
from service.domain.instants import business_date
from service.domain.party import Actor, Role
from service.domain.sight import PassMarks, vehicles_seen
from service.domain.visit import VisitKind
from service.domain.weighing import Capture, Instrument, Photograph, Source, WeighingPass
from service.domain.yard import PassFact
from service.storage import control_history as history
from service.storage import photograph_hash as hashes
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.db import Tx
from service.storage.delivery import delivery_by_id
from service.storage.edge import blocking_incident, keys_of
from service.storage.party import instrument_record
from service.storage.sight import marks_of
from service.storage.visit_flow import radiation_checks_of, steps_of
from service.storage.yard_rules import site_rules
from service.usecases.ports import Deps

PICTURES_KEPT = timedelta(days=90)
"""How far back a photograph is looked for (C11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The second person of a typed weight."""

    user_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedWeighing:
    """A weighing before it is on record: measured, or typed with a witness and a coded reason.

    ``attested``: the operator said that the truck stands whole on the deck; None: was not asked.
    ``texts`` are the words that people typed for it, ``marks`` those of the vehicle.
    """

    weighing_pass: WeighingPass
    kg: int
    source: Source
    taken_at: datetime
    instrument: Instrument
    edge_id: str | None = None
    measured: Measured | None = None
    photographs: Sequence[Photograph] = ()
    attested: bool | None = None
    witness: Witness | None = None
    reason_code: str | None = None
    texts: tuple[str, ...] = field(default=())
    marks: PassMarks = field(default_factory=PassMarks)

    @classmethod
    def of_capture(
        cls, capture: Capture, *, attested: bool | None = None, card_no: str | None = None
    ) -> "JudgedWeighing":
        """A weighing that the edge unit captured; ``card_no`` came with the truck."""
        return cls(
            weighing_pass=capture.weighing_pass,
            kg=capture.kg,
            source=capture.source,
            taken_at=capture.taken_at,
            instrument=capture.instrument,
            edge_id=capture.edge_id,
            measured=Measured.of(capture),
            photographs=capture.photographs,
            attested=attested,
            marks=PassMarks(sight=capture.sight, card_no=card_no),
        )


def facts_of(
    tx: Tx,
    visit: visits.VisitRow,
    weighing: JudgedWeighing,
    policy: ControlPolicy,
    actor: Actor,
    deps: Deps,
) -> ControlFacts:
    """Everything the database knows of ``weighing``; what it does not know stays unknown."""
    pictures = tuple(
        picture_fact(p.camera_id, p.data, nonce_ok=p.nonce_ok) for p in weighing.photographs
    )
    vehicle = _vehicle(tx, visit, policy)
    return ControlFacts(
        visit_id=visit.visit_id,
        visit_kind=VisitKind(visit.kind),
        weighing_pass=weighing.weighing_pass,
        kg=weighing.kg,
        source=weighing.source,
        demo=deps.demo,
        taken_at=weighing.taken_at,
        on=business_date(weighing.taken_at),
        instrument=weighing.instrument,
        registered=registered_instrument(tx, weighing.instrument.instrument_id, visit.site_id),
        measured=weighing.measured,
        vehicle=vehicle,
        people=_people(tx, visit, weighing, policy, actor),
        visit=replace(
            _so_far(tx, visit, weighing.weighing_pass),
            marks=_marks(tx, visit.visit_id, weighing, vehicle.trailer_plate, policy),
        ),
        deck=DeckView(
            attested=weighing.attested,
            vehicles_seen=vehicles_seen(weighing.marks.sight, vehicle.trailer_plate),
        ),
        scale=_health(tx, weighing),
        pictures=pictures,
        known_pictures=_known_pictures(tx, visit.visit_id, weighing.taken_at, pictures, policy),
        texts=weighing.texts,
    )


def combo_of(tx: Tx, plate: str) -> str:
    """Truck and trailer, as tares are kept by: ``plate`` or ``plate+trailer``."""
    known = history.registered_vehicle(tx, plate)
    trailer = None if known is None else known.trailer_plate
    return plate if trailer is None else f"{plate}+{trailer}"


def registered_instrument(tx: Tx, instrument_id: str, site_id: str) -> Instrument | None:
    """The scale as it is on record at the site."""
    record = instrument_record(tx, instrument_id, site_id)
    return None if record is None else _instrument(record)


def _instrument(record: Mapping[str, Any]) -> Instrument:
    dates = {name: date.fromisoformat(record[name]) for name in ("verified_on", "valid_to")}
    own = {name: value for name, value in record.items() if name != "min_kg"}
    return Instrument(**{**own, **dates})


def _vehicle(tx: Tx, visit: visits.VisitRow, policy: ControlPolicy) -> VehicleFacts:
    known, combo = history.registered_vehicle(tx, visit.plate), combo_of(tx, visit.plate)
    count, largest_kg = history.gross_history(tx, visit.plate, other_than_visit=visit.visit_id)
    return VehicleFacts(
        combo=combo,
        legal_max_kg=None if known is None else known.legal_max_kg,
        body_capacity_kg=None if known is None else known.body_capacity_kg,
        tares=history.tares_of(
            tx, combo, other_than_visit=visit.visit_id, count=policy.limit("C7", "last_tares")
        ),
        max_gross_kg=largest_kg,
        gross_count=count,
        trailer_plate=None if known is None else known.trailer_plate,
    )


def _marks(
    tx: Tx,
    visit_id: str,
    weighing: JudgedWeighing,
    trailer_plate: str | None,
    policy: ControlPolicy,
) -> tuple[Mark, ...]:
    """The vehicle beside that of the visit's earlier weighing."""
    earlier = _earlier(tx, visit_id, weighing.weighing_pass)
    if earlier is None:
        return ()
    return marks_between(
        weighing.marks,
        marks_of(tx, earlier.weighing_id),
        trailer_plate=trailer_plate,
        look_limit=policy.limit("C10", "look_distance"),
    )


def _people(
    tx: Tx,
    visit: visits.VisitRow,
    weighing: JudgedWeighing,
    policy: ControlPolicy,
    actor: Actor,
) -> PeopleFacts:
    shift = timedelta(hours=policy.limit("C12", "shift_h"))
    own = history.overrides_since(tx, weighing.taken_at - shift, operator_id=actor.user_id)
    paired, visits_of_plate = history.pairings(
        tx,
        visit.plate,
        actor.user_id,
        other_than_visit=visit.visit_id,
        last=policy.limit("C15", "last_visits"),
    )
    witness = weighing.witness
    return PeopleFacts(
        operator_id=actor.user_id,
        operator_role=actor.role,
        witness_id=None if witness is None else witness.user_id,
        witness_role=None if witness is None else witness.role,
        reason_code=weighing.reason_code,
        overrides=own[0].overrides if own else 0,
        weighings=own[0].weighings if own else 0,
        paired_visits=paired,
        plate_visits=visits_of_plate,
    )


def _so_far(tx: Tx, visit: visits.VisitRow, wanted: WeighingPass) -> VisitSoFar:
    rules = site_rules(tx, visit.site_id)
    steps = steps_of(tx, [visit.visit_id])
    checks = radiation_checks_of(tx, [visit.visit_id])
    unloaded = any(step.step == "UNLOADED" for step in steps)
    inspected = [step for step in steps if step.step == "INSPECTED"]
    return VisitSoFar(
        passes=tuple(_pass(row) for row in weighings.weighings_of(tx, visit.visit_id)),
        radiation=checks[-1].decision if checks else None,
        radiation_required=rules.radiation,
        sealed_vessels_ok=inspected[-1].sealed_vessels_ok if inspected else None,
        unloaded=unloaded if unloaded or rules.unloading else None,
        concluded=visits.is_ended(tx, visit.visit_id),
        checked=_checked(tx, visit.visit_id),
        open_elsewhere=history.open_gross(tx, visit.plate, other_than_visit=visit.visit_id),
        base=_base_pair(tx, visit.delivery_id),
        after_earlier=_after_earlier(tx, visit.visit_id, wanted),
    )


def _after_earlier(tx: Tx, visit_id: str, wanted: WeighingPass) -> AfterCapture | None:
    """What the deck did after the visit's earlier weighing, as far as its unit saw it."""
    earlier = _earlier(tx, visit_id, wanted)
    left = None if earlier is None else weighings.left_of(tx, earlier.weighing_id)
    if left is None:
        return None
    return AfterCapture(
        seen_ms=left.empty_after_ms, empty_after_ms=left.empty_after_ms, rise_kg=left.rise_kg
    )


def _earlier(tx: Tx, visit_id: str, wanted: WeighingPass) -> weighings.WeighingRow | None:
    """The visit's latest weighing of the other kind."""
    others = [row for row in weighings.weighings_of(tx, visit_id) if row.weighing_pass != wanted]
    return others[-1] if others else None


def _pass(row: weighings.WeighingRow) -> PassFact:
    return PassFact(
        weighing_id=row.weighing_id,
        weighing_pass=WeighingPass(row.weighing_pass),
        kg=row.kg,
        source=row.source,
        taken_at=row.taken_at,
    )


def _checked(tx: Tx, visit_id: str) -> bool:
    """Whether the visit has a check weighing on another scale than one that counts."""
    rows = weighings.every_weighing_of(tx, visit_id)
    counted = {row.instrument_id for row in rows if row.weighing_pass != WeighingPass.CHECK}
    return any(
        row.weighing_pass == WeighingPass.CHECK and row.instrument_id not in counted for row in rows
    )


def _base_pair(tx: Tx, delivery_id: str | None) -> ScalePair | None:
    """The base's two weights of the delivery that the truck brings."""
    delivery = None if delivery_id is None else delivery_by_id(tx, delivery_id)
    if delivery is None:
        return None
    rows = {row.weighing_pass: row for row in weighings.weighings_of(tx, delivery.visit_id)}
    gross, tare = rows.get("gross"), rows.get("tare")
    if gross is None or tare is None:
        return None
    scale = registered_instrument(tx, gross.instrument_id, gross.site_id)
    return None if scale is None else ScalePair(gross_kg=gross.kg, tare_kg=tare.kg, e_kg=scale.e_kg)


def _health(tx: Tx, weighing: JudgedWeighing) -> ScaleHealth:
    """C19 of a unit that signs its log; of others the sequence is not known."""
    if weighing.edge_id is None or not keys_of(tx, weighing.edge_id):
        return ScaleHealth()
    return ScaleHealth(chain_intact=blocking_incident(tx, weighing.edge_id) is None)


def _known_pictures(
    tx: Tx,
    visit_id: str,
    taken_at: datetime,
    pictures: Sequence[PictureFact],
    policy: ControlPolicy,
) -> KnownPictures:
    """Of the photographs of 90 days those that these could be: same bytes, or nearly the look."""
    since, bits = taken_at - PICTURES_KEPT, policy.limit("C11", "near_bits")
    used = hashes.used_sha256(tx, [bytes.fromhex(p.sha256) for p in pictures], since=since)
    looks = {picture.phash for picture in pictures if picture.phash is not None} if bits else set()
    near: set[str] = set()
    for look in sorted(looks):
        near |= hashes.near_phashes(tx, look, bits=bits, since=since, other_than_visit=visit_id)
    return KnownPictures(sha256=frozenset(d.hex() for d in used), phash=frozenset(near))
