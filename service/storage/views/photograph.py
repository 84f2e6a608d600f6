"""A photograph as it is shown."""

from dataclasses import dataclass

from sqlalchemy import select

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
