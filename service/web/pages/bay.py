"""Bays: a supervisor shows where the bed stands in a camera's picture."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.devices.pictures import picture_header
from service.domain.access import Action
from service.domain.bay import CORNERS, Bay, BayShapeError
from service.domain.errors import gettext_noop
from service.storage import views
from service.storage.bay import bay_of, bays_of
from service.usecases.bay import SetBay, seen_bed, set_bay
from service.usecases.ports import GraderFailedError, SeenBed
from service.web.context import actor, deps, reader
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory, found, own_sites

bp = Blueprint("bay", __name__)

_ROUTE = "/sites/<site:site_id>/bays/<camera_id>"
_METRE_UM = 1_000_000


class BayForm(Form):
    """The corners as "x,y x,y x,y x,y" in pixels; sides in mm, empty where nobody measured."""

    frame_width_px: int = Field(ge=1, le=20_000)
    frame_height_px: int = Field(ge=1, le=20_000)
    corners: str = Field(max_length=100)
    bed_length_mm: int | None = Field(None, ge=1, le=100_000)
    bed_width_mm: int | None = Field(None, ge=1, le=100_000)
    clock_rows_px: int = Field(0, ge=0, le=1_000)

    def bay(self) -> Bay:
        return Bay(
            frame_width_px=self.frame_width_px,
            frame_height_px=self.frame_height_px,
            corners_px=tuple(_point(pair) for pair in self.corners.split()),
            bed_length_mm=self.bed_length_mm,
            bed_width_mm=self.bed_width_mm,
            clock_rows_px=self.clock_rows_px,
        )


@bp.get("/bays")
def bays() -> ResponseReturnValue:
    """The cameras of the own sites, and for which of them the bed is known."""
    reader(Action.BAY_SET)
    with deps().db.transaction() as tx:
        known = directory(tx)
        sites = own_sites(known.sites.values(), actor().site_ids)
        known_bays = {
            (row.site_id, row.camera_id): row for site in sites for row in bays_of(tx, site.site_id)
        }
        rows = [
            (site, camera_id, at, known_bays.get((site.site_id, camera_id)))
            for site in sites
            for camera_id, at in views.cameras(tx, site.site_id)
        ]
    return render_template("yard/bays.html", rows=rows)


@bp.get(_ROUTE)
def bay(site_id: str, camera_id: str) -> ResponseReturnValue:
    return _page(site_id, camera_id, None)


@bp.post(_ROUTE)
@shows_again(bay)
def post_bay(site_id: str, camera_id: str) -> ResponseReturnValue:
    form = BayForm.of_request()
    command = SetBay(site_id=site_id, camera_id=camera_id, bay=form.bay())

    def kept() -> str:
        set_bay(command, actor(), deps())
        return url_for("bay.bay", site_id=site_id, camera_id=camera_id)

    return answered_once(kept)


@bp.post(_ROUTE + "/preview")
@shows_again(bay)
def post_preview(site_id: str, camera_id: str) -> ResponseReturnValue:
    """Show where the engine finds the bed, and its scale; nothing is kept."""
    return _page(site_id, camera_id, BayForm.of_request().bay())


def _page(site_id: str, camera_id: str, wanted: Bay | None) -> ResponseReturnValue:
    who = reader(Action.BAY_SET)
    with deps().db.transaction() as tx:
        known = directory(tx)
        site = found(
            {each.site_id: each for each in own_sites(known.sites.values(), actor().site_ids)}.get(
                site_id
            ),
            what="site",
            key=site_id,
        )
        frame = found(views.newest_photograph(tx, site_id, camera_id), what="camera", key=camera_id)
        picture = found(views.photograph(tx, who, frame), what="photograph", key=frame)
        kept = bay_of(tx, site_id, camera_id)
    header = picture_header(picture.content)
    width, height = header.width, header.height
    corners = _corners(wanted, kept, width, height)
    bed = _seen(wanted, kept, picture.content, (width, height))
    return render_template(
        "yard/bay.html",
        site=site,
        camera_id=camera_id,
        photograph_id=frame,
        width=width,
        height=height,
        corners=corners,
        kept=kept,
        wanted=wanted or kept,
        bed=bed,
        bar=_bar(bed, width, height),
    )


def _corners(wanted: Bay | None, kept: Any, width: int, height: int) -> list[tuple[int, int]]:
    """Corners as they were sent, as they were set, or a frame to begin with."""
    sent = request.form.get("corners", "").split()
    if len(sent) == CORNERS:
        return [_point(pair) for pair in sent]
    if wanted is not None:
        return list(wanted.corners_px)
    if kept is not None and (kept.frame_width_px, kept.frame_height_px) == (width, height):
        return [(x, y) for x, y in kept.corners_px]
    x, y = width // 6, height // 6
    return [(x, y), (width - x, y), (width - x, height - y), (x, height - y)]


def _seen(wanted: Bay | None, kept: Any, picture: bytes, size: tuple[int, int]) -> SeenBed | None:
    known = wanted
    if known is None and kept is not None and (kept.frame_width_px, kept.frame_height_px) == size:
        known = Bay(
            frame_width_px=kept.frame_width_px,
            frame_height_px=kept.frame_height_px,
            corners_px=tuple((x, y) for x, y in kept.corners_px),
            bed_length_mm=kept.bed_length_mm,
            bed_width_mm=kept.bed_width_mm,
            clock_rows_px=kept.clock_rows_px,
        )
    if known is None:
        return None
    try:
        return seen_bed(known, picture, deps())
    except GraderFailedError:
        return None


def _bar(bed: SeenBed | None, width: int, height: int) -> tuple[int, int, int] | None:
    """The scale bar of one metre: where it begins (x, y) and its length, pixels."""
    if bed is None or not bed.scale_um_per_px:
        return None
    length = _METRE_UM // bed.scale_um_per_px
    return (width - width // 20 - length, height - height // 14, length)


def _point(pair: str) -> tuple[int, int]:
    x, _comma, y = pair.partition(",")
    if not (x.isdecimal() and y.isdecimal()):
        value = gettext_noop("a corner is no pair of pixels")
        raise BayShapeError(field="corners", value=value)
    return int(x), int(y)
