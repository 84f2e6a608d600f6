"""Stock: material is moved within the yard, and counted."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.lot import LotMovementNotPositiveError, LotOverdrawnError
from service.domain.party import Actor
from service.domain.stock import (
    BooksMovedError,
    CountMethod,
    StockTake,
    place_name,
    require_other_place,
)
from service.storage import lot as lots
from service.storage import stock
from service.storage.db import Tx
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps

MOVE_LETTERS = "YK"
TAKE_LETTERS = "PD"


class CountedLaterError(RuleBrokenError):
    """A count that lies in the future."""

    message = gettext_noop("The count is of %(value)s, later than now (%(limit)s).")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStock:
    """``kg`` of a lot carried from one place to another; "" is "nobody named one"."""

    lot_id: str
    from_place: str
    to_place: str
    kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    move_no: str
    lot_id: str
    from_place: str
    to_place: str
    kg: int
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStock:
    """What was counted of a lot at a place; ``book_kg`` is what the person saw in the books."""

    lot_id: str
    place: str
    book_kg: int
    counted_kg: int
    method: CountMethod
    reason: str
    counted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTaken:
    take_no: str
    lot_id: str
    place: str
    difference_kg: int
    recorded_at: datetime
    target_hash: bytes


def move_stock(command: MoveStock, actor: Actor, deps: Deps) -> StockMoved:
    """Carry material to another place of the yard: the lot holds as much as before."""
    here, there = place_name(command.from_place), place_name(command.to_place)
    require_other_place(here, there)
    if command.kg <= 0:
        raise LotMovementNotPositiveError(field="kg", value=command.kg, limit=1)
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        lot = _lot(tx, command.lot_id, actor, Action.PROCESSING_RECORD)
        held_kg = stock.held_at_kg(tx, lot.lot_id, here)
        if command.kg > held_kg:
            raise LotOverdrawnError(field="kg", value=command.kg, limit=held_kg, lot_id=lot.lot_id)
        row = stock.StockMoveRow(
            move_no=next_no(tx, letters=MOVE_LETTERS, at=now),
            site_id=lot.site_id,
            lot_id=lot.lot_id,
            from_place=here,
            to_place=there,
            kg=command.kg,
            moved_at=now,
            moved_by=actor.user_id,
        )
        stock.add_move(tx, row)
    return StockMoved(
        move_no=row.move_no,
        lot_id=row.lot_id,
        from_place=here,
        to_place=there,
        kg=row.kg,
        moved_at=now,
    )


def take_stock(command: TakeStock, actor: Actor, deps: Deps) -> StockTaken:
    """Correct the books to what was counted; what was written before stays as it is."""
    now, place = whole_second(deps.now()), place_name(command.place)
    with deps.db.transaction() as tx:
        lot = _lot(tx, command.lot_id, actor, Action.STOCK_TAKE)
        if command.counted_at > now:
            raise CountedLaterError(
                field="counted_at", value=utc_text(command.counted_at), limit=utc_text(now)
            )
        book_kg = stock.held_at_kg(tx, lot.lot_id, place)
        if book_kg != command.book_kg:
            raise BooksMovedError(field="book_kg", value=command.book_kg, limit=book_kg)
        take = StockTake(book_kg=book_kg, counted_kg=command.counted_kg, reason=command.reason)
        held_kg = lots.held_kg(tx, lot.lot_id)
        if held_kg + take.difference_kg < 0:
            raise LotOverdrawnError(
                field="counted_kg", value=-take.difference_kg, limit=held_kg, lot_id=lot.lot_id
            )
        take_no = next_no(tx, letters=TAKE_LETTERS, at=now)
        counted_at = whole_second(command.counted_at)
        evidence = Evidence(
            kind="stock-take",
            document_id=take_no,
            subject_id=take_no,
            recorded_at=now,
            record={
                "take_no": take_no,
                "site_id": lot.site_id,
                "lot_id": lot.lot_id,
                "grade": lot.grade,
                "place": place or None,
                "book_kg": book_kg,
                "counted_kg": take.counted_kg,
                "difference_kg": take.difference_kg,
                "method": command.method.value,
                "reason": take.reason.strip() or None,
                "counted_at": utc_text(counted_at),
                "recorded_at": utc_text(now),
                "counted_by": actor.user_id,
            },
        )
        row = stock.StockTakeRow(
            take_no=take_no,
            site_id=lot.site_id,
            lot_id=lot.lot_id,
            place=place,
            book_kg=book_kg,
            counted_kg=take.counted_kg,
            difference_kg=take.difference_kg,
            method=command.method.value,
            counted_at=counted_at,
            recorded_at=now,
            counted_by=actor.user_id,
            target_hash=record_document(tx, evidence, deps),
        )
        stock.add_take(tx, row)
    return StockTaken(
        take_no=take_no,
        lot_id=lot.lot_id,
        place=place,
        difference_kg=take.difference_kg,
        recorded_at=now,
        target_hash=row.target_hash,
    )


def _lot(tx: Tx, lot_id: str, actor: Actor, action: Action) -> lots.LotRow:
    """The lot, locked; raises where there is none at a site of the actor."""
    lot = lots.locked_lot(tx, lot_id)
    if lot is None:
        raise NotFoundError(field="lot_id", what="lot", key=lot_id[:64])
    require(actor, action, Resource(site_id=lot.site_id))
    return lot
