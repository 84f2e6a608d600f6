"""Bays: where the bed of a truck stands in a camera's picture; the newest version counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import bay


@dataclass(frozen=True, slots=True, kw_only=True)
class BayRow:
    """``corners_px``: four (x, y) clockwise from top left, in pixels of the frame."""

    site_id: str
    camera_id: str
    version: int
    frame_width_px: int
    frame_height_px: int
    corners_px: Sequence[Sequence[int]]
    bed_length_mm: int | None
    bed_width_mm: int | None
    clock_rows_px: int
    made_at: datetime
    made_by: str


def bay_of(tx: Tx, site_id: str, camera_id: str, *, lock: bool = False) -> BayRow | None:
    """The bay of the camera as it was set last; ``lock`` keeps others from setting it meanwhile."""
    if lock:
        hold(tx, f"bay {site_id} {camera_id}")
    query = select_as(BayRow, bay).where(bay.c.site_id == site_id, bay.c.camera_id == camera_id)
    return one(tx, BayRow, query.order_by(bay.c.version.desc()).limit(1))


def bays_of(tx: Tx, site_id: str) -> list[BayRow]:
    """The newest version of each camera of the site."""
    query = select_as(BayRow, bay).where(bay.c.site_id == site_id)
    newest = every(tx, BayRow, query.order_by(bay.c.camera_id, bay.c.version))
    return list({row.camera_id: row for row in newest}.values())


def add_bay(tx: Tx, row: BayRow) -> None:
    add(tx, bay, row)
