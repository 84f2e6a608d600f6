"""Photographs: bytes as the camera gave them, each with the salt of its published hash."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import photograph


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographRow:
    photograph_id: str
    visit_id: str
    weighing_id: str | None
    camera_id: str
    origin: str
    media_type: str
    content: bytes
    salt: bytes
    salted_sha256: bytes
    taken_at: datetime
    taken_by: str


def add_photograph(tx: Tx, row: PhotographRow) -> None:
    add(tx, photograph, row)


def photographs_of(tx: Tx, visit_id: str) -> list[PhotographRow]:
    query = select_as(PhotographRow, photograph).where(photograph.c.visit_id == visit_id)
    return every(
        tx, PhotographRow, query.order_by(photograph.c.taken_at, photograph.c.photograph_id)
    )
