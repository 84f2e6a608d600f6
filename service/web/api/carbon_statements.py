"""Carbon statements: what a delivery saved, with every factor named."""

from datetime import datetime
from typing import Any

from service.domain.access import Action
from service.storage.views.carbon_statement import (
    CarbonStatementView,
    carbon_statement,
    carbon_statements,
)
from service.web.api.fields import Answer, Hash, RecordId
from service.web.api.reading import ListQuery, found, page
from service.web.context import deps, reader
from service.web.openapi import Section

SECTION = Section.of("carbon statements", "Avoided CO2 and standard coal saved, by delivery.")


class CarbonStatementNamed(Answer):
    statement_no: str
    delivery_id: str
    method: str
    avoided_net_kgco2e: str
    coal_saved_tce: str
    issued_at: datetime
    target_hash: Hash


class CarbonStatementAnswer(CarbonStatementNamed):
    """``record`` is what the evidence document says: masses, legs, factors and results."""

    record: dict[str, Any]


class CarbonStatementPage(Answer):
    items: list[CarbonStatementNamed]
    next: datetime | None


class CarbonStatementQuery(ListQuery):
    delivery: RecordId | None = None


@SECTION.get("/v1/carbon-statements", query=CarbonStatementQuery, answer=CarbonStatementPage)
def get_carbon_statements(query: CarbonStatementQuery) -> dict[str, object]:
    """Carbon statements, newest first."""
    with deps().db.transaction() as tx:
        rows = carbon_statements(
            tx,
            reader(Action.CARBON_VIEW),
            delivery_id=query.delivery,
            limit=query.limit,
            before=query.before,
        )
    return page(rows, query, lambda row: row.issued_at)


@SECTION.get("/v1/carbon-statements/<number:statement_no>", answer=CarbonStatementAnswer)
def get_carbon_statement(statement_no: str) -> CarbonStatementView:
    """A carbon statement."""
    with deps().db.transaction() as tx:
        row = carbon_statement(tx, reader(Action.CARBON_VIEW), statement_no)
    return found(row, "carbon statement", statement_no)
