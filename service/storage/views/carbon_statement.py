"""Carbon statements of deliveries."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from service.proof.document import document_data
from service.storage.db import Tx
from service.storage.tables import carbon_statement as statements_table
from service.storage.tables import journal
from service.storage.versions import delivery_now as delivery
from service.storage.views.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonStatementView:
    """``record`` is the statement's document record: factors, legs and results."""

    statement_no: str
    delivery_id: str
    method: str
    avoided_net_kgco2e: str
    coal_saved_tce: str
    issued_at: datetime
    target_hash: str
    record: dict[str, Any]


def carbon_statements(
    tx: Tx,
    reader: Reader,
    *,
    delivery_id: str | None = None,
    limit: int = 100,
    before: datetime | None = None,
) -> list[CarbonStatementView]:
    """Statements, newest first."""
    query = _query(reader)
    if delivery_id is not None:
        query = query.where(statements_table.c.delivery_id == delivery_id)
    if before is not None:
        query = query.where(statements_table.c.issued_at < before)
    ordered = query.order_by(
        statements_table.c.issued_at.desc(), statements_table.c.statement_no.desc()
    )
    return _views(tx, ordered.limit(limit))


def carbon_statement(tx: Tx, reader: Reader, statement_no: str) -> CarbonStatementView | None:
    found = _views(tx, _query(reader).where(statements_table.c.statement_no == statement_no))
    return found[0] if found else None


def _query(reader: Reader) -> Select[Any]:
    table = statements_table.c
    return (
        select(
            table.statement_no,
            table.delivery_id,
            table.method,
            table.avoided_net_kgco2e,
            table.coal_saved_tce,
            table.issued_at,
            table.target_hash,
            journal.c.document,
        )
        .join(delivery, delivery.c.delivery_id == table.delivery_id)
        .join(journal, journal.c.target_hash == table.target_hash)
        .where(reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id))
    )


def _views(tx: Tx, query: Select[Any]) -> list[CarbonStatementView]:
    return [
        CarbonStatementView(
            statement_no=row.statement_no,
            delivery_id=row.delivery_id,
            method=row.method,
            avoided_net_kgco2e=row.avoided_net_kgco2e,
            coal_saved_tce=row.coal_saved_tce,
            issued_at=row.issued_at,
            target_hash=row.target_hash.hex(),
            record=dict(document_data(json.loads(row.document))["record"]),
        )
        for row in tx.execute(query)
    ]
