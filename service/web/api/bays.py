"""Bays: where the bed stands in the picture of each camera of a site."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from service.domain.access import Action, Resource, require
from service.domain.bay import Bay
from service.storage.bay import BayRow, bays_of
from service.usecases.bay import SetBay, set_bay
from service.web.api.fields import Answer, Request, Text
from service.web.context import actor, deps
from service.web.openapi import Section

SECTION = Section.of("bays", "Where the bed of a truck stands in a camera's picture.")

Pixels = Annotated[int, Field(ge=0, le=20_000, description="Pixels of the frame.")]
Millimetres = Annotated[int, Field(ge=500, le=30_000, description="Length in mm.")]
CameraId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$", description="Name of a camera.")]


class BayRequest(Request):
    """``corners_px``: four [x, y], clockwise from the top left; the first side is the length."""

    camera_id: CameraId
    frame_width_px: Pixels
    frame_height_px: Pixels
    corners_px: Annotated[
        list[Annotated[list[Pixels], Field(min_length=2, max_length=2)]],
        Field(min_length=4, max_length=4),
    ]
    bed_length_mm: Millimetres | None = None
    bed_width_mm: Millimetres | None = None
    clock_rows_px: Pixels = 0

    def to_command(self, site_id: str) -> SetBay:
        members = {name: value for name, value in self if name != "camera_id"}
        members["corners_px"] = tuple((x, y) for x, y in self.corners_px)
        return SetBay(site_id=site_id, camera_id=self.camera_id, bay=Bay(**members))


class BayAnswer(Answer):
    site_id: str
    camera_id: str
    version: int
    frame_width_px: int
    frame_height_px: int
    corners_px: list[list[int]]
    bed_length_mm: int | None
    bed_width_mm: int | None
    clock_rows_px: int
    made_at: datetime
    made_by: Text


class BaysAnswer(Answer):
    items: list[BayAnswer]


@SECTION.get("/v1/sites/<site:site_id>/bays", answer=BaysAnswer)
def get_bays(site_id: str) -> dict[str, Any]:
    """The bays of a site as they were set last."""
    require(actor(), Action.VISIT_VIEW, Resource(site_id=site_id))
    with deps().db.transaction() as tx:
        return {"items": bays_of(tx, site_id)}


@SECTION.post("/v1/sites/<site:site_id>/bays", body=BayRequest, answer=BayAnswer)
def post_bay(site_id: str, body: BayRequest) -> BayRow:
    """Say where the bed stands in a camera's picture from now on."""
    return set_bay(body.to_command(site_id), actor(), deps())
