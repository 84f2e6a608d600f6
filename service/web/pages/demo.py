"""The simulated yard of a demo database: drive a truck, show a code, silence the line."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.devices.edge_client import EdgeState
from service.domain.access import Action
from service.domain.errors import UnavailableError
from service.storage import views
from service.storage.db import Tx
from service.usecases.booking import CODE_PREFIX
from service.usecases.simulator import drive_simulator, simulator_state
from service.usecases.visit import WAYBILL_CODE, weighbridge_of
from service.web.context import actor, deps, reader
from service.web.pages.figures import UNKNOWN, kg, plate
from service.web.pages.forms import Form, shows_again
from service.web.pages.language import _
from service.web.pages.reading import directory

bp = Blueprint("demo", __name__)

LADEN_KG, EMPTY_KG = 48_620, 16_140
_SITE = "/demo/<site:site_id>/"


class TruckForm(Form):
    """A truck that drives onto the deck."""

    plate: str = Field(max_length=16)
    kg: int = Field(gt=0, le=300_000)


class CodeForm(Form):
    """What the driver holds before the gate camera."""

    code: str = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that a driver could show now."""

    text: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A simulated scale with what stands on it."""

    site: views.SiteRow
    plate: str
    kg: int
    codes: list[Code]
    weight: str
    tone: str
    word: str


@bp.get("/demo")
def yard() -> ResponseReturnValue:
    reader(Action.SIMULATOR_DRIVE)
    with deps().db.transaction() as tx:
        sites = [s for s in directory(tx).sites.values() if s.site_id in _drivable()]
        places = [_place(tx, site) for site in sites]
    return render_template("demo/yard.html", places=places)


def _drivable() -> set[str]:
    """Sites with an edge unit where the reader may drive."""
    own = reader(Action.SIMULATOR_DRIVE)
    return {site_id for site_id in deps().edges if own.all or site_id in own.site_ids}


def _place(tx: Tx, site: views.SiteRow) -> Place:
    at_site = views.Reader(site_ids=frozenset({site.site_id}))
    trucks = views.visits(tx, at_site, open_only=True)
    first = next(iter(trucks), None)
    is_full = first is None or first.next_action in {"gross", "grade"}
    return Place(
        site=site,
        plate=first.plate if first else "辽E10001",
        kg=LADEN_KG if is_full else EMPTY_KG,
        codes=_codes(tx, site),
        **_live(site.site_id),
    )


def _codes(tx: Tx, site: views.SiteRow) -> list[Code]:
    """Codes of trucks that are expected here: bookings at a base, waybills at the plant."""
    if site.kind == "BASE":
        rows = views.bookings(
            tx, views.Reader(site_ids=frozenset({site.site_id})), open_only=True, limit=20
        )
        return [
            Code(CODE_PREFIX + row.booking_no, f"{row.booking_no} · {plate(row.plate)}")
            for row in rows
        ]
    to_plant = views.Reader(organisation_ids=frozenset({site.organisation_id}))
    return [
        Code(WAYBILL_CODE + row.waybill_no, f"{row.waybill_no} · {plate(row.plate)}")
        for row in views.deliveries(tx, to_plant)
        if row.stage == "on_way"
    ]


@bp.get(_SITE + "live")
def live(site_id: str) -> ResponseReturnValue:
    """What the scale shows now, as one line."""
    reader(Action.SIMULATOR_DRIVE)
    return render_template("demo/live.html", place=_live(site_id))


def _live(site_id: str) -> dict[str, str]:
    state = _state(site_id)
    if state is None or state.kg is None:
        return {"weight": UNKNOWN, "tone": "bad", "word": _("silent")}
    tone, word = ("ok", _("stable")) if state.stable else ("warn", _("in motion"))
    return {"weight": kg(state.kg), "tone": tone, "word": word}


def _state(site_id: str) -> EdgeState | None:
    """The scale now; None where its edge unit does not answer, which stops no other site."""
    try:
        simulator_state(site_id, actor(), deps())
        return weighbridge_of(site_id, deps()).state()
    except UnavailableError:
        return None


@bp.post(_SITE + "truck")
@shows_again(lambda site_id: yard())  # noqa: ARG005 - the page shows every site
def drive_on(site_id: str) -> ResponseReturnValue:
    form = TruckForm.of_request()
    return _done(site_id, "deck", {"plate": form.plate, "kg": form.kg})


@bp.post(_SITE + "truck/off")
def drive_off(site_id: str) -> ResponseReturnValue:
    return _done(site_id, "deck", None)


@bp.post(_SITE + "code")
@shows_again(lambda site_id: yard())  # noqa: ARG005 - the page shows every site
def show_code(site_id: str) -> ResponseReturnValue:
    form = CodeForm.of_request()
    return _done(site_id, "gate", {"plate": "辽E10001", "code": form.code})


@bp.post(_SITE + "code/away")
def clear_gate(site_id: str) -> ResponseReturnValue:
    return _done(site_id, "gate", None)


@bp.post(_SITE + "line/<any(silent, speaking):line>")
def set_line(site_id: str, line: str) -> ResponseReturnValue:
    """Silence the indicator, or let it speak again."""
    return _done(site_id, "line", {"connected": True, "silent": line == "silent"})


@bp.post(_SITE + "speed/<any('1', '5', '20'):rate>")
def set_speed(site_id: str, rate: str) -> ResponseReturnValue:
    """How many times faster than true time the trucks and the scale run."""
    return _done(site_id, "speed", {"rate": int(rate)})


def _done(site_id: str, part: str, body: dict[str, Any] | None) -> ResponseReturnValue:
    drive_simulator(site_id, part, body, actor(), deps())
    return redirect(url_for("demo.yard"))
