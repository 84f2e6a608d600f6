"""The JSON API under ``/v1``: one module for each noun, each with the section it declares."""

from service.web.api import (
    deliveries,
    grades,
    photographs,
    plant_receipts,
    price_lists,
    session,
    settlements,
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
        visits,
        weighings,
        photographs,
        grades,
        tickets,
        deliveries,
        plant_receipts,
        price_lists,
        settlements,
        verifications,
    )
)
