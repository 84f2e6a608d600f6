"""Tickets and deliveries as they stand: the newest version counts, whatever was written first."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.storage.tables import (
    correction,
    delivery,
    delivery_version,
    ticket,
    ticket_version,
    visit,
)

_newest_ticket = (
    select(ticket_version, correction.c.target_hash)
    .join(correction, correction.c.correction_no == ticket_version.c.correction_no)
    .ext(distinct_on(ticket_version.c.ticket_no))
    .order_by(ticket_version.c.ticket_no, ticket_version.c.version.desc())
    .subquery("newest_ticket")
)

ticket_now = (
    select(
        ticket.c.ticket_no,
        ticket.c.visit_id,
        ticket.c.site_id,
        ticket.c.status,
        ticket.c.lot_id,
        func.coalesce(_newest_ticket.c.accepted_kg, ticket.c.accepted_kg).label("accepted_kg"),
        func.coalesce(_newest_ticket.c.settlement_kg, ticket.c.settlement_kg).label(
            "settlement_kg"
        ),
        ticket.c.issued_at,
        ticket.c.operator_id,
        func.coalesce(_newest_ticket.c.target_hash, ticket.c.target_hash).label("target_hash"),
        func.coalesce(_newest_ticket.c.version, 1).label("version"),
        ticket.c.target_hash.label("first_hash"),
    )
    .outerjoin(_newest_ticket, _newest_ticket.c.ticket_no == ticket.c.ticket_no)
    .subquery("ticket_now")
)
"""Columns of ``ticket`` with the masses and the document of the newest version, which is counted
from 1; ``first_hash`` is the document of the first."""

_newest_delivery = (
    select(delivery_version, correction.c.target_hash)
    .join(correction, correction.c.correction_no == delivery_version.c.correction_no)
    .ext(distinct_on(delivery_version.c.delivery_id))
    .order_by(delivery_version.c.delivery_id, delivery_version.c.version.desc())
    .subquery("newest_delivery")
)

delivery_now = (
    select(
        delivery.c.delivery_id,
        delivery.c.delivery_no,
        func.coalesce(_newest_delivery.c.waybill_no, delivery.c.waybill_no).label("waybill_no"),
        delivery.c.visit_id,
        delivery.c.site_id,
        delivery.c.plant_id,
        func.coalesce(_newest_delivery.c.carrier_id, delivery.c.carrier_id).label("carrier_id"),
        delivery.c.net_kg,
        delivery.c.secret,
        delivery.c.issued_at,
        delivery.c.operator_id,
        func.coalesce(_newest_delivery.c.target_hash, delivery.c.target_hash).label("target_hash"),
        func.coalesce(_newest_delivery.c.version, 1).label("version"),
        func.coalesce(_newest_delivery.c.distance_km, visit.c.distance_km).label("distance_km"),
        delivery.c.target_hash.label("first_hash"),
    )
    .join(visit, visit.c.visit_id == delivery.c.visit_id)
    .outerjoin(_newest_delivery, _newest_delivery.c.delivery_id == delivery.c.delivery_id)
    .subquery("delivery_now")
)
"""Columns of ``delivery`` with waybill, carrier, distance and document of the newest version."""
