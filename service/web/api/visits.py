"""Visits: a truck on a site, from arrival on."""

from datetime import datetime
from typing import Literal

from service.domain.access import Action
from service.domain.visit import VisitKind
from service.storage import views
from service.usecases.visit import OpenVisit, Visit, open_visit
from service.web.api.fields import Answer, CodeText, Decimal, PartyId, Plate, Request, SiteId, Text
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("visits", "Trucks on a site, and how far each has come.")


class VisitRequest(Request):
    site_id: SiteId
    kind: Literal["RECEIVING", "LOADING", "UNLOADING"]
    plate: Plate | None = None
    code: CodeText | None = None
    supplier_id: PartyId | None = None
    plant_id: PartyId | None = None
    carrier_id: PartyId | None = None
    distance_km: Decimal | None = None

    def to_command(self) -> OpenVisit:
        return OpenVisit(**(dict(self) | {"kind": VisitKind(self.kind)}))


class VisitOpened(Answer):
    visit_id: str
    site_id: str
    kind: Text
    plate: str
    supplier_id: str | None
    carrier_id: str | None
    plant_id: str | None
    booking_id: str | None
    delivery_id: str | None
    identified_by: str
    arrived_at: datetime


@SECTION.post(
    "/v1/visits", body=VisitRequest, answer=VisitOpened, location="/v1/visits/{visit_id}"
)
def post_visit(body: VisitRequest) -> Visit:
    """Open a visit: by the code of a booking or of a delivery note, or by the plate."""
    return open_visit(body.to_command(), actor(), deps())
