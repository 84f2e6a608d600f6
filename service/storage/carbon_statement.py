"""Carbon statements: avoided emissions and standard coal of a delivery."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import carbon_statement


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonStatementRow:
    statement_no: str
    delivery_id: str
    method: str
    avoided_net_kgco2e: str
    coal_saved_tce: str
    issued_at: datetime
    target_hash: bytes


def add_carbon_statement(tx: Tx, row: CarbonStatementRow) -> None:
    add(tx, carbon_statement, row)


def carbon_statement_of(tx: Tx, delivery_id: str) -> CarbonStatementRow | None:
    query = select_as(CarbonStatementRow, carbon_statement)
    return one(tx, CarbonStatementRow, query.where(carbon_statement.c.delivery_id == delivery_id))
