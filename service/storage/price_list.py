"""Price lists of the plants."""

from dataclasses import dataclass
from datetime import date, datetime

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import price_list


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListRow:
    price_list_id: str
    plant_id: str
    version: str
    valid_from: date
    valid_to: date
    prices: dict[str, int]
    sha256: bytes
    set_at: datetime
    set_by: str


def add_price_list(tx: Tx, row: PriceListRow) -> None:
    add(tx, price_list, row)


def price_lists_of(tx: Tx, plant_id: str) -> list[PriceListRow]:
    query = select_as(PriceListRow, price_list).where(price_list.c.plant_id == plant_id)
    return every(tx, PriceListRow, query.order_by(price_list.c.valid_from))
