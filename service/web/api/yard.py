"""What is done with a truck on the yard, and what a site insists on."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service.domain.access import Action, Resource, require
from service.domain.radiation import RadiationDecision, RadiationReading
from service.domain.yard_document import as_document
from service.storage import views
from service.storage.yard_rules import YardRulesRow, newest_rules, site_rules
from service.usecases.register import set_yard_rules
from service.usecases.visit_flow import (
    CallVisit,
    ExitVisit,
    InspectVisit,
    RecordRadiation,
    RejectPart,
    RenewStay,
    StepDone,
    UnloadVisit,
    call_visit,
    exit_visit,
    inspect_visit,
    record_radiation,
    reject_part,
    renew_stay,
    unload_visit,
)
from service.web.api.fields import Answer, Kg, Line, OptionalLine, Plate, Request, Text
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.openapi import Section

SECTION = Section.of("yard", "Trucks on the yard: checks, calls, inspections, exits, and rules.")

DoseRate = Annotated[int, Field(ge=0, le=1_000_000_000, description="Dose rate in nSv/h.")]


class StepAnswer(Answer):
    """A step on record; ``calling_order`` of a call alone."""

    step_id: str
    visit_id: str
    step: str
    calling_order: int | None
    at: datetime


class RadiationRequest(Request):
    """Five background readings, the highest rate, up to two re-scans where it alarmed."""

    background_nsv_h: Annotated[list[DoseRate], Field(min_length=5, max_length=5)]
    max_nsv_h: DoseRate
    alarm_level_nsv_h: Annotated[int, Field(ge=1, le=1_000_000_000)]
    rescans_nsv_h: Annotated[list[DoseRate], Field(max_length=2)] = Field(default_factory=list)
    decision: Literal["OK", "NORM_RELEASE", "HOLD", "NOTIFY"]
    officer: Line
    instrument: Line
    calibration_due: date
    vehicle_speed_kmh: Annotated[int, Field(ge=0, le=100)] | None = None
    handheld_max_nsv_h: DoseRate | None = None
    handheld_position: Line | None = None
    nuclide: Line | None = None

    def to_command(self, visit_id: str) -> RecordRadiation:
        stated = dict(self) | {
            "background_nsv_h": tuple(self.background_nsv_h),
            "rescans_nsv_h": tuple(self.rescans_nsv_h),
            "decision": RadiationDecision(self.decision),
        }
        return RecordRadiation(visit_id=visit_id, reading=RadiationReading(**stated))


class CallRequest(Request):
    """Without ``order`` the next number of the day is drawn."""

    place: Line
    order: Annotated[int, Field(ge=1, le=100_000)] | None = None


class InspectionRequest(Request):
    sealed_vessels_ok: bool
    remark: OptionalLine = ""


class PlaceRequest(Request):
    place: Line


class RejectionRequest(Request):
    kg: Kg
    reason: Line


class ReasonRequest(Request):
    reason: Line


class ExitRequest(Request):
    """``plate`` is what was read at the gate; another one than that of the visit is refused."""

    at_gate: Line
    plate: Plate | None = None


@SECTION.post(
    "/v1/visits/<record:visit_id>/radiation-checks", body=RadiationRequest, answer=StepAnswer
)
def post_radiation_check(visit_id: str, body: RadiationRequest) -> StepDone:
    """Record a radiation check. HOLD and NOTIFY stop the truck until it is measured again."""
    return record_radiation(body.to_command(visit_id), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/calls", body=CallRequest, answer=StepAnswer)
def post_call(visit_id: str, body: CallRequest) -> StepDone:
    """Call the truck to a place."""
    return call_visit(CallVisit(visit_id=visit_id, **dict(body)), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/inspections", body=InspectionRequest, answer=StepAnswer)
def post_inspection(visit_id: str, body: InspectionRequest) -> StepDone:
    """Say whether the load is free of sealed vessels."""
    return inspect_visit(InspectVisit(visit_id=visit_id, **dict(body)), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/unloadings", body=PlaceRequest, answer=StepAnswer)
def post_unloading(visit_id: str, body: PlaceRequest) -> StepDone:
    """Say where the load was put down."""
    return unload_visit(UnloadVisit(visit_id=visit_id, place=body.place), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/rejections", body=RejectionRequest, answer=StepAnswer)
def post_rejection(visit_id: str, body: RejectionRequest) -> StepDone:
    """Note that a part of the load goes back; the ticket takes it off."""
    return reject_part(RejectPart(visit_id=visit_id, **dict(body)), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/renewals", body=ReasonRequest, answer=StepAnswer)
def post_renewal(visit_id: str, body: ReasonRequest) -> StepDone:
    """Let a truck that has been on site too long stay as long again."""
    return renew_stay(RenewStay(visit_id=visit_id, reason=body.reason), actor(), deps())


@SECTION.post("/v1/visits/<record:visit_id>/exits", body=ExitRequest, answer=StepAnswer)
def post_exit(visit_id: str, body: ExitRequest) -> StepDone:
    """Let the truck out, once its visit has ended."""
    return exit_visit(ExitVisit(visit_id=visit_id, **dict(body)), actor(), deps())


class WayAnswer(Answer):
    step: str
    done: bool


class YardAnswer(Answer):
    """``facts`` are what the yard knows; ``actions`` what may be done now, the main one first."""

    facts: dict[str, Any]
    state: str
    actions: list[str]
    way: list[WayAnswer]


@SECTION.get("/v1/visits/<record:visit_id>/yard", answer=YardAnswer)
def get_visit_yard(visit_id: str) -> dict[str, Any]:
    """Where the truck stands on the yard."""
    with deps().db.transaction() as tx:
        row = views.yard_detail(tx, reader(Action.VISIT_VIEW), visit_id, deps().now())
        truck = found(row, "visit", visit_id).truck
        require_told(tx, visit_id)
    return {
        "facts": as_document(truck.facts),
        "state": truck.state.value,
        "actions": [step.value for step in truck.actions],
        "way": [{"step": step.value, "done": done} for step, done in truck.way],
    }


class YardRulesRequest(Request):
    """What is left out is as the product has it; limits that are null do not exist."""

    radiation: bool = False
    calling: bool = False
    inspection: bool = False
    unloading: bool = False
    booking: Literal["OPTIONAL", "COMPULSORY"] = "OPTIONAL"
    papers: Literal["WARN", "BLOCK"] = "WARN"
    trucks_per_day: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    kg_per_day: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    stay_min: Annotated[int, Field(ge=1, le=20_160)] = 1_440
    tare_days: Annotated[int, Field(ge=1, le=3_650)] = 90
    blind_percent: Annotated[int, Field(ge=0, le=100)] = 20


class YardRulesAnswer(Answer):
    """Version 0 are the rules of the product, which nobody has set."""

    site_id: str
    version: int
    rules: dict[str, Any]
    made_at: datetime | None
    made_by: Text | None


@SECTION.get("/v1/sites/<site:site_id>/yard-rules", answer=YardRulesAnswer)
def get_yard_rules(site_id: str) -> dict[str, Any]:
    """What the site insists on."""
    require(actor(), Action.VISIT_VIEW, Resource(site_id=site_id))
    with deps().db.transaction() as tx:
        row, rules = newest_rules(tx, site_id), site_rules(tx, site_id)
    return {
        "site_id": site_id,
        "version": 0 if row is None else row.version,
        "rules": rules.record(),
        "made_at": None if row is None else row.made_at,
        "made_by": None if row is None else row.made_by,
    }


@SECTION.post("/v1/sites/<site:site_id>/yard-rules", body=YardRulesRequest, answer=YardRulesAnswer)
def post_yard_rules(site_id: str, body: YardRulesRequest) -> YardRulesRow:
    """Set what the site insists on from now on."""
    return set_yard_rules(site_id, dict(body), actor(), deps())
