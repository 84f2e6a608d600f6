"""The JSON API under ``/v1``: one module for each noun, each with the section it declares."""

from service.web.api import (
    alarms,
    appeals,
    bookings,
    carbon_statements,
    corrections,
    deliveries,
    documents,
    grades,
    liens,
    log,
    lots,
    payments,
    photographs,
    plant_receipts,
    price_lists,
    search,
    session,
    settlements,
    sites,
    tickets,
    verifications,
    visits,
    weighings,
)
from service.web.openapi import Section

SECTIONS: tuple[Section, ...] = tuple(
    module.SECTION
    for module in (
        session,
        sites,
        bookings,
        visits,
        weighings,
        photographs,
        grades,
        tickets,
        corrections,
        appeals,
        lots,
        deliveries,
        plant_receipts,
        price_lists,
        settlements,
        payments,
        liens,
        carbon_statements,
        documents,
        verifications,
        log,
        search,
        alarms,
    )
)
