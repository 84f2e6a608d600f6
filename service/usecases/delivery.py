"""The delivery: kilograms from named lots, weighed at the base, on their way to a plant."""

from dataclasses import dataclass
from datetime import datetime

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
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps
from service.usecases.ticket import weighing
from service.usecases.visit import WAYBILL_CODE, FieldMissingError, require_visit


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
    visit_id: str
    lines: tuple[LotTaken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    delivery_id: str
    delivery_no: str
    waybill_no: str
    code: str
    net_kg: int
    issued_at: datetime
    target_hash: bytes


def record_delivery(command: RecordDelivery, actor: Actor, deps: Deps) -> Delivery:
    """Take the load out of its lots and issue the delivery note."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.DELIVERY_RECORD)
        require_kind(visit.kind, VisitKind.LOADING)
        tare = weighing(tx, visit.visit_id, "tare")
        gross = weighing(tx, visit.visit_id, "gross")
        net_kg = masses(gross.kg, tare.kg).net_kg
        taken = _take(tx, command.lines, visit.site_id)
        if sum(line.kg for line in command.lines) != net_kg:
            raise LinesNotNetError(
                field="lines", value=sum(line.kg for line in command.lines), limit=net_kg
            )
        now = whole_second(deps.now())
        delivery_no = next_no(tx, letters="SH", at=now)
        delivery_id = deps.new_id()
        secret = deps.random_bytes(32)
        waybill_no = delivery_no.replace("SH-", "YD-", 1)
        evidence = Evidence(
            kind="delivery",
            document_id=delivery_no,
            subject_id=delivery_id,
            recorded_at=now,
            record={
                "delivery_id": delivery_id,
                "delivery_no": delivery_no,
                "visit_id": visit.visit_id,
                "site_id": visit.site_id,
                "plant_id": visit.plant_id,
                "waybill_no": waybill_no,
                "carrier_id": visit.carrier_id,
                "lines": {
                    str(place): {"lot_id": line.lot_id, "grade": lot.grade, "kg": line.kg}
                    for place, (line, lot) in enumerate(zip(command.lines, taken, strict=True), 1)
                },
                "gross_kg": gross.kg,
                "tare_kg": tare.kg,
                "net_kg": net_kg,
                "delivery_secret": secret.hex(),
                "distance_km": visit.distance_km,
                "issued_at": utc_text(now),
                "operator_id": actor.user_id,
            },
            personal={"plate": visit.plate},
            parents={"tare": tare.target_hash, "gross": gross.target_hash},
        )
        row = deliveries.DeliveryRow(
            delivery_id=delivery_id,
            delivery_no=delivery_no,
            waybill_no=waybill_no,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            plant_id=visit.plant_id or "",
            carrier_id=visit.carrier_id or "",
            net_kg=net_kg,
            secret=secret,
            issued_at=now,
            operator_id=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        deliveries.add_delivery(tx, row, _rows(delivery_id, command.lines))
    return Delivery(
        delivery_id=delivery_id,
        delivery_no=delivery_no,
        waybill_no=waybill_no,
        code=WAYBILL_CODE + waybill_no,
        net_kg=net_kg,
        issued_at=now,
        target_hash=row.target_hash,
    )


def _take(tx: Tx, lines: tuple[LotTaken, ...], site_id: str) -> list[lots.LotRow]:
    """Lock the lots in one order, so that two takers never wait for each other, and take."""
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
        taken.append(lot)
    return taken


def _rows(delivery_id: str, lines: tuple[LotTaken, ...]) -> list[deliveries.DeliveryLineRow]:
    return [
        deliveries.DeliveryLineRow(
            delivery_id=delivery_id, line_no=place, lot_id=line.lot_id, kg=line.kg
        )
        for place, line in enumerate(lines, 1)
    ]
