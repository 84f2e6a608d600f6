"""Held weighings: those that wait for a second person, with the verdicts, and the decisions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service.domain.access import Action
from service.domain.control.hold import HoldDecision
from service.domain.control.people import overrides_bp
from service.storage import views
from service.usecases.control_hold import DecideHold, HoldDecided, decide_hold
from service.web.api.fields import Answer, OptionalLine, Query, RecordId, Request, SiteId, Text
from service.web.api.reading import QueryInt, found
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("holds", "Weighings without effect until a second person has decided.")


class VerdictAnswer(Answer):
    """What a control (C1 to C20) said; ``message`` is what is wrong where it is broken, English."""

    control: str
    field: str
    outcome: Text
    value: str
    limit: str
    message: str


class HoldAnswer(Answer):
    weighing_id: str
    visit_id: str
    site_id: str
    plate: str
    weighing_pass: str
    kg: int
    source: str
    taken_at: datetime
    operator_id: str
    controls: list[str]


class HoldList(Answer):
    items: list[HoldAnswer]


class HoldQuery(Query):
    limit: Annotated[QueryInt, Field(ge=1, le=200)] = 200


@SECTION.get("/v1/holds", query=HoldQuery, answer=HoldList)
def get_holds(query: HoldQuery) -> dict[str, object]:
    """Weighings that wait for a decision, oldest first."""
    with deps().db.transaction() as tx:
        return {"items": views.holds(tx, reader(Action.HOLD_VIEW), limit=query.limit)}


class DecisionAnswer(Answer):
    decision: str
    reason_code: str
    reason: str
    photograph_ids: list[str]
    decided_at: datetime
    recorded_at: datetime
    decided_by: str
    decided_as: str


class HoldDetail(Answer):
    """``state`` is NONE, HELD, RELEASED, REFUSED or REWEIGH."""

    weighing_id: str
    visit_id: str
    site_id: str
    plate: str
    operator_id: str
    state: Text
    verdicts: list[VerdictAnswer]
    tares: list[int]
    tare_low_kg: int | None
    tare_high_kg: int | None
    decision: DecisionAnswer | None


@SECTION.get("/v1/holds/<record:weighing_id>", answer=HoldDetail)
def get_hold(weighing_id: str) -> dict[str, Any]:
    """What the controls said of a weighing, and what was decided about it."""
    with deps().db.transaction() as tx:
        view = found(views.hold(tx, reader(Action.HOLD_VIEW), weighing_id), "weighing", weighing_id)
    return {
        "weighing_id": weighing_id,
        "visit_id": view.visit_id,
        "site_id": view.site_id,
        "plate": view.plate,
        "operator_id": view.operator_id,
        "state": view.state,
        "verdicts": view.verdicts,
        "tares": [tare.kg for tare in view.tares],
        "tare_low_kg": None if view.band is None else view.band.low_kg,
        "tare_high_kg": None if view.band is None else view.band.high_kg,
        "decision": view.decision,
    }


class HoldDecisionRequest(Request):
    """RELEASE lets it count, REFUSE does not, REWEIGH voids it so that it is weighed again."""

    decision: Literal["RELEASE", "REFUSE", "REWEIGH"]
    reason_code: Literal[
        "SEEN_AND_CONFIRMED",
        "SECOND_SCALE",
        "VEHICLE_CHANGED",
        "DELAY_KNOWN",
        "SENSOR_FAULT",
        "WRONG_POSITION",
        "SUSPECTED_FRAUD",
        "OTHER",
    ]
    reason: OptionalLine = ""
    photograph_ids: list[RecordId] = Field(default_factory=list, max_length=20)


class HoldDecidedAnswer(Answer):
    weighing_id: str
    visit_id: str
    state: Text
    decided_at: datetime


@SECTION.post(
    "/v1/holds/<record:weighing_id>/decisions",
    body=HoldDecisionRequest,
    answer=HoldDecidedAnswer,
)
def post_hold_decision(weighing_id: str, body: HoldDecisionRequest) -> HoldDecided:
    """Decide about a held weighing: once, by another person with another role."""
    command = DecideHold(
        weighing_id=weighing_id,
        decision=HoldDecision(body.decision),
        reason_code=body.reason_code,
        reason=body.reason,
        photograph_ids=tuple(body.photograph_ids),
    )
    return decide_hold(command, actor(), deps())


class OverridesQuery(Query):
    site_id: SiteId | None = None


class OverridesAnswer(Answer):
    """Weighings of a person in this shift; ``overrides_bp`` is null where there were none."""

    operator_id: str
    weighings: int
    typed: int
    released: int
    overrides_bp: int | None


class OverridesList(Answer):
    items: list[OverridesAnswer]


@SECTION.get("/v1/overrides", query=OverridesQuery, answer=OverridesList)
def get_overrides(query: OverridesQuery) -> dict[str, object]:
    """How often each person overrode the controls in this shift (control C12)."""
    with deps().db.transaction() as tx:
        rows = views.overrides(
            tx, reader(Action.OVERRIDE_VIEW), deps().now(), site_id=query.site_id
        )
    return {
        "items": [
            {
                "operator_id": row.operator_id,
                "weighings": row.weighings,
                "typed": row.typed,
                "released": row.released,
                "overrides_bp": overrides_bp(row.overrides, row.weighings),
            }
            for row in rows
        ]
    }
