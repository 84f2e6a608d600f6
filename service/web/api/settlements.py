"""Settlements of deliveries: prepared by one person, approved by another."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.settlement import (
    ApproveSettlement,
    PrepareSettlement,
    ReturnSettlement,
    SettlementState,
    approve_settlement,
    prepare_settlement,
    return_settlement,
)
from service.web.api.fields import Answer, Hash, Line, Query, RecordId, Request
from service.web.api.reading import QueryInt, found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("settlements", "What a plant pays for a delivery, in fen.")


class SettlementReturnRequest(Request):
    reason: Line


class SettlementStateAnswer(Answer):
    settlement_id: str
    settlement_no: str
    delivery_id: str
    state: str
    payable_fen: int
    at: datetime
    target_hash: Hash | None


@SECTION.post(
    "/v1/deliveries/<record:delivery_id>/settlements",
    answer=SettlementStateAnswer,
    location="/v1/settlements/{settlement_id}",
)
def post_settlement(delivery_id: str) -> SettlementState:
    """Settle a received delivery by the price list in force, for a second person to approve."""
    return prepare_settlement(PrepareSettlement(delivery_id=delivery_id), actor(), deps())


@SECTION.post("/v1/settlements/<record:settlement_id>/approvals", answer=SettlementStateAnswer)
def post_settlement_approval(settlement_id: str) -> SettlementState:
    """Approve a settlement that somebody else prepared; it becomes an evidence document."""
    return approve_settlement(ApproveSettlement(settlement_id=settlement_id), actor(), deps())


@SECTION.post(
    "/v1/settlements/<record:settlement_id>/returns",
    body=SettlementReturnRequest,
    answer=SettlementStateAnswer,
)
def post_settlement_return(settlement_id: str, body: SettlementReturnRequest) -> SettlementState:
    """Return a settlement to who prepared it, with the reason."""
    command = ReturnSettlement(settlement_id=settlement_id, reason=body.reason)
    return return_settlement(command, actor(), deps())


class SettlementListed(Answer):
    """``state`` is SUBMITTED, APPROVED or RETURNED."""

    settlement_id: str
    settlement_no: str
    delivery_id: str
    delivery_no: str
    plant_id: str
    revision: int
    state: str
    gross_fen: int
    payable_fen: int
    paid_fen: int
    prepared_at: datetime
    prepared_by: str
    approved_at: datetime | None
    approved_by: str | None
    return_reason: str | None
    target_hash: Hash | None


class SettlementAnswer(SettlementListed):
    """``calculation`` is what was fixed when it was prepared; ``trace`` its steps, in order."""

    calculation: dict[str, Any]
    trace: list[list[str]]


class SettlementList(Answer):
    items: list[SettlementListed]


class SettlementQuery(Query):
    limit: Annotated[QueryInt, Field(ge=1, le=200)] = 100
    delivery_id: RecordId | None = None


@SECTION.get("/v1/settlements", query=SettlementQuery, answer=SettlementList)
def get_settlements(query: SettlementQuery) -> dict[str, object]:
    """Settlements, newest first."""
    with deps().db.transaction() as tx:
        return {"items": views.settlements(tx, reader(Action.SETTLEMENT_VIEW), **dict(query))}


@SECTION.get("/v1/settlements/<record:settlement_id>", answer=SettlementAnswer)
def get_settlement(settlement_id: str) -> views.SettlementView:
    """A settlement with its calculation, step by step."""
    with deps().db.transaction() as tx:
        row = views.settlement(tx, reader(Action.SETTLEMENT_VIEW), settlement_id)
    return found(row, "settlement", settlement_id)
