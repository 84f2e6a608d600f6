"""Every kilogram that entered a lot or left it, with its place: what all stock figures sum up."""

from sqlalchemy import ColumnElement, Text, case, func, literal, select, union_all

from service.domain.stock import NO_PLACE
from service.storage.tables import (
    delivery_line,
    processing_line,
    stock_move,
    stock_take,
    visit_step,
)
from service.storage.versions import ticket_now

_NOWHERE: ColumnElement[str] = literal(NO_PLACE, Text)

_UNLOADED_AT = func.coalesce(
    select(func.upper(visit_step.c.place))
    .where(visit_step.c.visit_id == ticket_now.c.visit_id, visit_step.c.step == "UNLOADED")
    .order_by(visit_step.c.at.desc())
    .limit(1)
    .correlate(ticket_now)
    .scalar_subquery(),
    _NOWHERE,
)
"""Where the truck was unloaded, as last said."""


def _movement(kind: str) -> ColumnElement[str]:
    return literal(kind, Text).label("kind")


movements = union_all(
    select(
        ticket_now.c.lot_id,
        _UNLOADED_AT.label("place"),
        ticket_now.c.accepted_kg.label("kg"),
        _movement("received"),
    ).where(ticket_now.c.lot_id.is_not(None)),
    select(
        delivery_line.c.lot_id,
        _NOWHERE.label("place"),
        (-delivery_line.c.kg).label("kg"),
        _movement("delivered"),
    ),
    select(
        processing_line.c.lot_id,
        processing_line.c.place,
        case(
            (processing_line.c.side == "output", processing_line.c.kg), else_=-processing_line.c.kg
        ).label("kg"),
        _movement("processed"),
    ),
    select(
        stock_move.c.lot_id,
        stock_move.c.from_place.label("place"),
        (-stock_move.c.kg).label("kg"),
        _movement("moved"),
    ),
    select(
        stock_move.c.lot_id,
        stock_move.c.to_place.label("place"),
        stock_move.c.kg,
        _movement("moved"),
    ),
    select(
        stock_take.c.lot_id,
        stock_take.c.place,
        stock_take.c.difference_kg.label("kg"),
        _movement("counted"),
    ),
).subquery("movements")
"""``lot_id``, ``place`` ("" where nobody named one), ``kg`` (below zero where it left) and
``kind``: received, delivered, processed, moved, counted."""
