"""Bays: a supervisor says where the bed stands in a camera's picture; every version stays."""

from dataclasses import dataclass

from service.domain.access import Action, Resource, require
from service.domain.bay import Bay
from service.domain.errors import NotFoundError
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.storage import bay as bays
from service.storage.party import site_by_id
from service.usecases.ports import BayView, Deps, SeenBed


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBay:
    site_id: str
    camera_id: str
    bay: Bay


def set_bay(command: SetBay, actor: Actor, deps: Deps) -> bays.BayRow:
    """Keep where the bed stands from now on; what was set before stays on record."""
    require(actor, Action.BAY_SET, Resource(site_id=command.site_id))
    bay = command.bay
    with deps.db.transaction() as tx:
        if site_by_id(tx, command.site_id) is None:
            raise NotFoundError(field="site_id", what="site", key=command.site_id[:64])
        former = bays.bay_of(tx, command.site_id, command.camera_id, lock=True)
        row = bays.BayRow(
            site_id=command.site_id,
            camera_id=command.camera_id,
            version=1 if former is None else former.version + 1,
            frame_width_px=bay.frame_width_px,
            frame_height_px=bay.frame_height_px,
            corners_px=[list(corner) for corner in bay.corners_px],
            bed_length_mm=bay.bed_length_mm,
            bed_width_mm=bay.bed_width_mm,
            clock_rows_px=bay.clock_rows_px,
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        bays.add_bay(tx, row)
    return row


def seen_bed(bay: Bay, picture: bytes, deps: Deps) -> SeenBed:
    """Where the engine finds the bed in the picture; raises ``GraderFailedError``."""
    view = BayView(
        bay_id="-",
        frame_width_px=bay.frame_width_px,
        frame_height_px=bay.frame_height_px,
        corners_px=bay.corners_px,
        bed_length_mm=bay.bed_length_mm,
        bed_width_mm=bay.bed_width_mm,
        clock_rows_px=bay.clock_rows_px,
    )
    return deps.grader.find_bed(picture, view)
