"""A photograph as it is shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.storage.db import Tx
from service.storage.rows import one
from service.storage.tables import photograph as photographs
from service.storage.tables import visit
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographContent:
    content: bytes
    media_type: str


def photograph(tx: Tx, reader: Reader, photograph_id: str) -> PhotographContent | None:
    query = (
        select(photographs.c.content, photographs.c.media_type)
        .join(visit, visit.c.visit_id == photographs.c.visit_id)
        .where(
            photographs.c.photograph_id == photograph_id,
            reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id),
        )
    )
    return one(tx, PhotographContent, query)


def visit_of_photograph(tx: Tx, reader: Reader, photograph_id: str) -> str | None:
    """The visit that the photograph is of, where the reader may see it."""
    query = (
        select(visit.c.visit_id)
        .join(photographs, visit.c.visit_id == photographs.c.visit_id)
        .where(
            photographs.c.photograph_id == photograph_id,
            reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id),
        )
    )
    return tx.execute(query).scalar_one_or_none()


def newest_photograph(tx: Tx, site_id: str, camera_id: str) -> str | None:
    """The newest picture that the camera took at the site, by its id."""
    query = (
        select(photographs.c.photograph_id)
        .join(visit, visit.c.visit_id == photographs.c.visit_id)
        .where(visit.c.site_id == site_id, photographs.c.camera_id == camera_id)
        .order_by(photographs.c.taken_at.desc(), photographs.c.photograph_id.desc())
        .limit(1)
    )
    return tx.execute(query).scalar_one_or_none()


def cameras(tx: Tx, site_id: str) -> list[tuple[str, datetime]]:
    """The cameras that took pictures at the site, each with the time of its newest."""
    query = (
        select(photographs.c.camera_id, func.max(photographs.c.taken_at))
        .join(visit, visit.c.visit_id == photographs.c.visit_id)
        .where(visit.c.site_id == site_id, photographs.c.origin == "CAMERA")
        .group_by(photographs.c.camera_id)
        .order_by(photographs.c.camera_id)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]
