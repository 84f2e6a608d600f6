"""The JSON API under ``/v1``: one module for each noun, each with the section it declares."""

from service.web.api import (
    alarms,
    bookings,
    carbon_statements,
    deliveries,
    documents,
    grades,
    log,
    lots,
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
        lots,
        deliveries,
        plant_receipts,
        price_lists,
        settlements,
        carbon_statements,
        documents,
        verifications,
        log,
        search,
        alarms,
    )
)
