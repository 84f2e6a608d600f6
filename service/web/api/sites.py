"""Sites, organisations, the live scale of a site, and its simulator in a demo company."""

from typing import Annotated, Any, Literal

from pydantic import Field

from service.storage import views
from service.usecases.simulator import drive_simulator
from service.usecases.visit import scan_gate
from service.usecases.weighing import scale_state
from service.web.api.fields import Answer, CodeText, Hash, Kg, Plate, Query, Request, Text
from service.web.api.reading import found
from service.web.context import actor, deps
from service.web.errors import message_of
from service.web.openapi import Section

SECTION = Section.of("sites", "Places with a scale, who takes part, and the scale as it is now.")


class OrganisationAnswer(Answer):
    organisation_id: str
    kind: str
    name_zh: str
    name_en: str


class OrganisationList(Answer):
    items: list[OrganisationAnswer]


class OrganisationQuery(Query):
    kind: Literal["operator", "plant", "bank", "carrier", "supplier", "auditor"] | None = None


class SiteAnswer(Answer):
    site_id: str
    kind: str
    organisation_id: str
    name_zh: str
    name_en: str


class SiteList(Answer):
    items: list[SiteAnswer]


class CaptureReason(Answer):
    """Why no weight may be captured now, in the reader's language."""

    code: str
    message: str


class ScaleState(Answer):
    """The scale now. null is unknown: a silent scale has no weight, and never its last one.

    A point of the curve is [ms since the passage began, kg or null].
    """

    instrument_id: str
    site_id: str
    edge_id: str
    source: Text
    simulated: bool
    link: Text
    age_ms: int | None
    kg: int | None
    unit: str | None
    mode: Text
    stable: bool | None
    motion: bool | None
    zero: bool | None
    over: bool | None
    zero_before_kg: int | None
    bad_frames: int
    rate: int
    elapsed_ms: int
    needed_ms: int
    spread_kg: int | None
    capture_allowed: bool
    reasons: list[CaptureReason]
    curve: list[list[int | None]]
    cameras: list[str]


class GateCode(Answer):
    type: str
    text: str


class GateScan(Answer):
    codes: list[GateCode]
    picture_sha256: Hash


class DeckRequest(Request):
    """A truck drives onto the deck and stands there with this mass."""

    plate: Plate
    kg: Kg
    code: CodeText | None = None
    laden: bool | None = None


class GateRequest(Request):
    """A driver shows a code to the gate camera."""

    plate: Plate
    code: CodeText | None = None


class SpeedRequest(Request):
    """How many times faster than true time the simulated hardware runs."""

    rate: Annotated[int, Field(ge=1, le=100)]


class LineRequest(Request):
    """The line to the indicator: connected or not, and whether the indicator is silent."""

    connected: bool
    silent: bool = False


class SimulatorAnswer(Answer):
    """What the simulator says after it."""

    state: dict[str, Any]


@SECTION.get("/v1/organisations", query=OrganisationQuery, answer=OrganisationList)
def get_organisations(query: OrganisationQuery) -> dict[str, object]:
    """Who takes part in the trade."""
    actor()
    with deps().db.transaction() as tx:
        return {"items": views.organisations(tx, query.kind)}


@SECTION.get("/v1/sites", answer=SiteList)
def get_sites() -> dict[str, object]:
    """Bases and plants' yards."""
    actor()
    with deps().db.transaction() as tx:
        return {"items": views.sites(tx)}


@SECTION.get("/v1/sites/<site:site_id>/scale", answer=ScaleState)
def get_scale(site_id: str) -> ScaleState:
    """The scale as its edge unit sees it now."""
    state = scale_state(_known(site_id), actor(), deps())
    reasons = [CaptureReason(code=r.code, message=message_of(r)) for r in state.reasons]
    members = {name: getattr(state, name) for name in ScaleState.model_fields}
    return ScaleState.model_validate(members | {"reasons": reasons})


@SECTION.post("/v1/sites/<site:site_id>/gate-scans", answer=GateScan, creates=False)
def post_gate_scan(site_id: str) -> object:
    """Read the codes in the gate camera's present picture. Nothing is stored."""
    return scan_gate(_known(site_id), actor(), deps())


@SECTION.put("/v1/sites/<site:site_id>/simulator/deck", body=DeckRequest, answer=SimulatorAnswer)
def put_simulator_deck(site_id: str, body: DeckRequest) -> dict[str, Any]:
    """Drive a simulated truck onto the deck; in a demo company only."""
    return _driven(site_id, "deck", body)


@SECTION.delete("/v1/sites/<site:site_id>/simulator/deck", answer=SimulatorAnswer)
def delete_simulator_deck(site_id: str) -> dict[str, Any]:
    """Drive the simulated truck off the deck."""
    return _driven(site_id, "deck", None)


@SECTION.put("/v1/sites/<site:site_id>/simulator/gate", body=GateRequest, answer=SimulatorAnswer)
def put_simulator_gate(site_id: str, body: GateRequest) -> dict[str, Any]:
    """Show a code to the simulated gate camera."""
    return _driven(site_id, "gate", body)


@SECTION.delete("/v1/sites/<site:site_id>/simulator/gate", answer=SimulatorAnswer)
def delete_simulator_gate(site_id: str) -> dict[str, Any]:
    """Clear the simulated gate."""
    return _driven(site_id, "gate", None)


@SECTION.put("/v1/sites/<site:site_id>/simulator/speed", body=SpeedRequest, answer=SimulatorAnswer)
def put_simulator_speed(site_id: str, body: SpeedRequest) -> dict[str, Any]:
    """Set how fast the simulated hardware runs."""
    return _driven(site_id, "speed", body)


@SECTION.put("/v1/sites/<site:site_id>/simulator/line", body=LineRequest, answer=SimulatorAnswer)
def put_simulator_line(site_id: str, body: LineRequest) -> dict[str, Any]:
    """Cut or join the simulated line to the indicator."""
    return _driven(site_id, "line", body)


def _driven(site_id: str, part: str, body: Request | None) -> dict[str, Any]:
    wanted = None if body is None else body.model_dump(exclude_none=True)
    return {"state": drive_simulator(_known(site_id), part, wanted, actor(), deps())}


def _known(site_id: str) -> str:
    """``site_id`` where there is such a site; raises ``NotFoundError`` where there is none."""
    with deps().db.transaction() as tx:
        sites = {row.site_id: row for row in views.sites(tx)}
    return found(sites.get(site_id), "site", site_id).site_id
