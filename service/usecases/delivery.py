"""The delivery: kilograms from named lots, weighed at the base, on their way to a plant."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.lot import LotBalance
from service.domain.party import Actor
from service.domain.ticket import masses
from service.domain.visit import VisitKind, require_kind
from service.storage import delivery as deliveries
from service.storage import lot as lots
from service.storage.db import Tx
from service.storage.visit import VisitRow
from service.usecases.control_hold import release_parents
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import paper_no
from service.usecases.ports import Deps
from service.usecases.ticket import weighing
from service.usecases.visit import WAYBILL_CODE, FieldMissingError, require_visit
from service.usecases.visit_guard import require_going_on


class LinesNotNetError(RuleBrokenError):
    """The kilograms named from the lots are not what the scale says."""

    message = gettext_noop("The lines add up to %(value)s kg, the scale says %(limit)s kg net.")


class LotRepeatedError(RuleBrokenError):
    """A lot stands in two lines of one delivery."""

    message = gettext_noop("Lot %(value)s stands in more than one line.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTaken:
    """``kg`` taken from a lot."""

    lot_id: str
    kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery:
    """``delivery_id``, ``delivery_no`` and ``at`` stand for a note that an edge unit issued."""

    visit_id: str
    lines: tuple[LotTaken, ...]
    delivery_id: str | None = None
    delivery_no: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A delivery note; ``secret`` is what a lien on the delivery will be known by."""

    delivery_id: str
    delivery_no: str
    net_kg: int
    issued_at: datetime
    secret: bytes = field(repr=False)

    @property
    def waybill_no(self) -> str:
        """The number under which the carrier moves it."""
        return self.delivery_no.replace("SH-", "YD-", 1)

    @property
    def code(self) -> str:
        """The text of its QR: it opens the visit at the plant."""
        return WAYBILL_CODE + self.waybill_no


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Note):
    """A delivery note on record."""

    target_hash: bytes


def record_delivery(command: RecordDelivery, actor: Actor, deps: Deps) -> Delivery:
    """Take the load out of its lots and issue the delivery note."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.DELIVERY_RECORD)
        require_kind(visit.kind, VisitKind.LOADING)
        require_going_on(tx, visit, command.at or deps.now())
        tare = weighing(tx, visit.visit_id, "tare")
        gross = weighing(tx, visit.visit_id, "gross")
        net_kg = masses(gross.kg, tare.kg).net_kg
        grades = _take(tx, command.lines, visit.site_id)
        taken_kg = sum(line.kg for line in command.lines)
        if taken_kg != net_kg:
            raise LinesNotNetError(field="lines", value=taken_kg, limit=net_kg)
        now = whole_second(deps.now())
        issued_at = now if command.at is None else whole_second(command.at)
        note = Note(
            delivery_id=command.delivery_id or deps.new_id(),
            delivery_no=paper_no(
                tx,
                command.delivery_no,
                letters="SH",
                site_id=visit.site_id,
                unit=deps.unit,
                at=issued_at,
            ),
            net_kg=net_kg,
            issued_at=issued_at,
            secret=deps.random_bytes(32),
        )
        evidence = Evidence(
            kind="delivery",
            document_id=note.delivery_no,
            subject_id=note.delivery_id,
            recorded_at=now,
            record={
                **_record(note, visit, command.lines, grades),
                "gross_kg": gross.kg,
                "tare_kg": tare.kg,
                "recorded_at": None if command.at is None else utc_text(now),
                "operator_id": actor.user_id,
            },
            personal={"plate": visit.plate},
            parents={
                "tare": tare.target_hash,
                "gross": gross.target_hash,
                **release_parents(tx, {"gross": gross, "tare": tare}),
            },
        )
        target_hash = record_document(tx, evidence, deps)
        _store(tx, note, visit, command.lines, actor, target_hash)
    return Delivery(
        delivery_id=note.delivery_id,
        delivery_no=note.delivery_no,
        net_kg=note.net_kg,
        issued_at=note.issued_at,
        secret=note.secret,
        target_hash=target_hash,
    )


def _record(
    note: Note, visit: VisitRow, lines: tuple[LotTaken, ...], grades: list[str]
) -> dict[str, Any]:
    return {
        "delivery_id": note.delivery_id,
        "delivery_no": note.delivery_no,
        "visit_id": visit.visit_id,
        "site_id": visit.site_id,
        "plant_id": visit.plant_id,
        "waybill_no": note.waybill_no,
        "carrier_id": visit.carrier_id,
        "lines": {
            str(place): {"lot_id": line.lot_id, "grade": grade, "kg": line.kg}
            for place, (line, grade) in enumerate(zip(lines, grades, strict=True), 1)
        },
        "net_kg": note.net_kg,
        "delivery_secret": note.secret.hex(),
        "distance_km": visit.distance_km,
        "issued_at": utc_text(note.issued_at),
    }


def _store(
    tx: Tx,
    note: Note,
    visit: VisitRow,
    lines: tuple[LotTaken, ...],
    actor: Actor,
    target_hash: bytes,
) -> None:
    row = deliveries.DeliveryRow(
        delivery_id=note.delivery_id,
        delivery_no=note.delivery_no,
        waybill_no=note.waybill_no,
        visit_id=visit.visit_id,
        site_id=visit.site_id,
        plant_id=visit.plant_id or "",
        carrier_id=visit.carrier_id or "",
        net_kg=note.net_kg,
        secret=note.secret,
        issued_at=note.issued_at,
        operator_id=actor.user_id,
        target_hash=target_hash,
    )
    deliveries.add_delivery(tx, row, _rows(note.delivery_id, lines))


def _take(tx: Tx, lines: tuple[LotTaken, ...], site_id: str) -> list[str]:
    """Take from the lots, locked in one order so that two takers never wait for each other; the
    grades of the lines."""
    if not lines:
        raise FieldMissingError(field="lines", value="lines", limit="a lot and its kilograms")
    named = [line.lot_id for line in lines]
    for lot_id in named:
        if named.count(lot_id) > 1:
            raise LotRepeatedError(field="lines.lot_id", value=lot_id[:64])
    locked = {lot_id: lots.locked_lot(tx, lot_id) for lot_id in sorted(named)}
    taken = []
    for line in lines:
        lot = locked[line.lot_id]
        if lot is None or lot.site_id != site_id:
            raise NotFoundError(field="lines.lot_id", what="lot", key=line.lot_id[:64])
        balance = LotBalance(
            lot_id=lot.lot_id,
            site_id=lot.site_id,
            grade=lot.grade,
            held_kg=lots.held_kg(tx, lot.lot_id),
        )
        balance.take(line.kg, grade=lot.grade)
        taken.append(lot.grade)
    return taken


def _rows(delivery_id: str, lines: tuple[LotTaken, ...]) -> list[deliveries.DeliveryLineRow]:
    return [
        deliveries.DeliveryLineRow(
            delivery_id=delivery_id, line_no=place, lot_id=line.lot_id, kg=line.kg
        )
        for place, line in enumerate(lines, 1)
    ]
