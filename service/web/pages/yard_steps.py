"""What is done with a truck beside weighing, from the page of its visit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.radiation import RadiationDecision, RadiationReading
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.storage import views
from service.usecases.stored_tare import KeepTare, UseStoredTare, keep_tare, use_stored_tare
from service.usecases.visit import OpenVisit, open_visit
from service.usecases.visit_flow import (
    CallVisit,
    ExitVisit,
    InspectVisit,
    RecordRadiation,
    RejectPart,
    RenewStay,
    UnloadVisit,
    call_visit,
    exit_visit,
    inspect_visit,
    record_radiation,
    reject_part,
    renew_stay,
    unload_visit,
)
from service.usecases.weighing import VoidWeighing, void_weighing
from service.usecases.weighing_typed import TypeWeighing, type_weighing
from service.web.context import actor, actor_of, deps, reader
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory, found
from service.web.pages.yard import visit
from service.web.pages.yard_words import TYPED_REASONS
from service.web.security import checked_account

bp = Blueprint("yard_steps", __name__)


class RadiationForm(Form):
    """A radiation check; the five background readings are typed in one field."""

    background_nsv_h: str = Field(max_length=100)
    max_nsv_h: int = Field(ge=0)
    alarm_level_nsv_h: int = Field(gt=0)
    rescans_nsv_h: str = Field("", max_length=60)
    decision: RadiationDecision
    officer: str = Field(max_length=64)
    instrument: str = Field(max_length=64)
    calibration_due: date

    def command(self, visit_id: str) -> RecordRadiation:
        stated = dict(self) | {
            "background_nsv_h": _rates(self.background_nsv_h),
            "rescans_nsv_h": _rates(self.rescans_nsv_h),
        }
        return RecordRadiation(visit_id=visit_id, reading=RadiationReading(**stated))


class CallForm(Form):
    place: str = Field(max_length=64)

    def command(self, visit_id: str) -> CallVisit:
        return CallVisit(visit_id=visit_id, place=self.place)


class InspectForm(Form):
    sealed_vessels_ok: bool
    remark: str = Field("", max_length=500)

    def command(self, visit_id: str) -> InspectVisit:
        return InspectVisit(visit_id=visit_id, **dict(self))


class UnloadForm(Form):
    place: str = Field(max_length=64)

    def command(self, visit_id: str) -> UnloadVisit:
        return UnloadVisit(visit_id=visit_id, place=self.place)


class RejectForm(Form):
    kg: int = Field(ge=1)
    reason: str = Field(max_length=500)

    def command(self, visit_id: str) -> RejectPart:
        return RejectPart(visit_id=visit_id, **dict(self))


class RenewForm(Form):
    reason: str = Field(max_length=500)

    def command(self, visit_id: str) -> RenewStay:
        return RenewStay(visit_id=visit_id, reason=self.reason)


class ExitForm(Form):
    at_gate: str = Field(max_length=64)
    plate: str | None = Field(None, max_length=16)

    def command(self, visit_id: str) -> ExitVisit:
        return ExitVisit(visit_id=visit_id, **dict(self))


class TypedForm(Form):
    """A weight that was read off the display, and the second person's sign-in."""

    kg: int = Field(ge=1)
    reason_code: str = Field(max_length=64)
    reason: str = Field(max_length=500)
    witness_login: str = Field(max_length=256)
    witness_password: str = Field(max_length=256)


_STEPS: dict[str, tuple[Any, Callable[..., object]]] = {
    "radiation": (RadiationForm, record_radiation),
    "call": (CallForm, call_visit),
    "inspect": (InspectForm, inspect_visit),
    "unload": (UnloadForm, unload_visit),
    "reject": (RejectForm, reject_part),
    "renew": (RenewForm, renew_stay),
    "exit": (ExitForm, exit_visit),
}

_ROUTE = (
    "/visits/<record:visit_id>/steps/"
    "<any(radiation, call, inspect, unload, reject, renew, exit):step>"
)


def _visit_of_step(visit_id: str, step: str) -> ResponseReturnValue:
    del step
    return visit(visit_id)


def _visit_of_weighing(visit_id: str, weighing_id: str) -> ResponseReturnValue:
    del weighing_id
    return visit(visit_id)


@bp.post(_ROUTE)
@shows_again(_visit_of_step)
def post_step(visit_id: str, step: str) -> ResponseReturnValue:
    form, work = _STEPS[step]
    command = form.of_request().command(visit_id)
    return _once(visit_id, lambda: work(command, actor(), deps()))


@bp.post("/visits/<record:visit_id>/weighings/<record:weighing_id>/void")
@shows_again(_visit_of_weighing)
def post_void(visit_id: str, weighing_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    command = VoidWeighing(weighing_id=weighing_id, reason=reason)
    return _once(visit_id, lambda: void_weighing(command, actor(), deps()))


@bp.post("/visits/<record:visit_id>/weighings/<record:weighing_id>/keep")
@shows_again(_visit_of_weighing)
def post_keep(visit_id: str, weighing_id: str) -> ResponseReturnValue:
    """Keep the tare of the vehicle for later visits."""
    with deps().db.transaction() as tx:
        found(views.visit(tx, reader(Action.VISIT_VIEW), visit_id), what="visit", key=visit_id)
    return _once(visit_id, lambda: keep_tare(KeepTare(weighing_id=weighing_id), actor(), deps()))


@bp.post("/visits/<record:visit_id>/stored-tare")
@shows_again(visit)
def post_stored_tare(visit_id: str) -> ResponseReturnValue:
    command = UseStoredTare(visit_id=visit_id, tare_id=request.form.get("tare_id", ""))
    return _once(visit_id, lambda: use_stored_tare(command, actor(), deps()))


@bp.post("/visits/<record:visit_id>/next-drop")
@shows_again(visit)
def post_next_drop(visit_id: str) -> ResponseReturnValue:
    """Let the truck go on: its last weighing is the first of the next visit."""
    with deps().db.transaction() as tx:
        detail = found(
            views.visit(tx, reader(Action.VISIT_OPEN), visit_id), what="visit", key=visit_id
        )
    command = OpenVisit(
        site_id=detail.visit.site_id,
        kind=VisitKind(detail.visit.kind),
        continues=visit_id,
        code=request.form.get("code") or None,
        material=request.form.get("material") or None,
    )

    def opened() -> str:
        return url_for("yard.visit", visit_id=open_visit(command, actor(), deps()).visit_id)

    return answered_once(opened)


@bp.get("/visits/<record:visit_id>/type/<any(gross, tare, check):weighing_pass>")
def type_page(visit_id: str, weighing_pass: str) -> ResponseReturnValue:
    who = reader(Action.WEIGHING_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
    return render_template(
        "yard/typed.html",
        visit=detail.visit,
        weighing_pass=weighing_pass,
        site=known.sites[detail.visit.site_id],
        reasons=[(code, str(word)) for code, word in TYPED_REASONS.items()],
    )


@bp.post("/visits/<record:visit_id>/type/<any(gross, tare, check):weighing_pass>")
@shows_again(type_page)
def post_typed(visit_id: str, weighing_pass: str) -> ResponseReturnValue:
    form = TypedForm.of_request()
    pictures = tuple(file.read() for file in request.files.getlist("picture") if file.filename)
    command = TypeWeighing(
        visit_id=visit_id,
        weighing_pass=WeighingPass(weighing_pass),
        kg=form.kg,
        reason_code=form.reason_code,
        reason=form.reason,
        witness=actor_of(checked_account(form.witness_login, form.witness_password)),
        photographs=pictures,
    )
    return _once(visit_id, lambda: type_weighing(command, actor(), deps()))


def _once(visit_id: str, work: Callable[[], object]) -> ResponseReturnValue:
    def done() -> str:
        work()
        return url_for("yard.visit", visit_id=visit_id)

    return answered_once(done)


def _rates(text: str) -> tuple[int, ...]:
    """Numbers parted by blanks or commas; what is no number counts as none."""
    return tuple(int(part) for part in text.replace(",", " ").split() if part.isdecimal())
