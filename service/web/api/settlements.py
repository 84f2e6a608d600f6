"""Settlements of deliveries: prepared by one person, approved by another."""

from datetime import datetime

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
from service.web.api.fields import Answer, Hash, Line, Request
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


@SECTION.post(
    "/v1/settlements/<record:settlement_id>/approvals", answer=SettlementStateAnswer
)
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
