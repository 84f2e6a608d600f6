"""The inspector's page: photographs first, then shares and grade; the proposal only when wanted.

Of a load that is labelled blind, nothing of the proposal is sent before the label is on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.devices.pictures import picture_header
from service.domain.access import Action
from service.domain.errors import RuleBrokenError
from service.domain.grade import CATALOGUE, GRADE_STANDARD
from service.domain.inspection import InclusionArea, InclusionAreaError, InclusionKind
from service.storage import views
from service.storage.grade import label_of, overlay_of
from service.storage.hazard import open_stop_of
from service.usecases.blindness import blindness
from service.usecases.grade import (
    DecideGrade,
    LabelGrade,
    decide,
    label_grade,
)
from service.usecases.grading_site import grades_by_form
from service.web.context import actor, deps, reader
from service.web.kept import require_told
from service.web.pages.forms import Form, answered_once, refusals, shows_again
from service.web.pages.grade_view import grade_marks, seen_proposal, sliders
from service.web.pages.language import _
from service.web.pages.reading import directory, found
from service.web.pages.words import DIFFERENCES, INCLUSIONS, TRADE_GRADES, word

bp = Blueprint("inspector", __name__)

COMMON_GRADES = ("HRS101", "HRS102", "MRS201", "MRS202", "LRS301", "SRS401", "BRS501")

_SHARE = "share-"
_PRIVATE = "private, no-store"


class DecisionForm(Form):
    """Grade, shares in whole per cent, inclusions in per cent, why it differs."""

    grade: str = Field(max_length=32)
    grade_class: str | None = Field(None, max_length=64)
    inclusions: Decimal = Field(Decimal(0), ge=0, le=100, decimal_places=2)
    why: str = Field("", max_length=32)
    reason: str = Field("", max_length=500)

    def command(self, visit_id: str, shares: Mapping[str, int]) -> DecideGrade:
        said = word(DIFFERENCES, self.why) if self.why in DIFFERENCES else ""
        return DecideGrade(
            visit_id=visit_id,
            grade=self.grade,
            shares=shares,
            inclusions_bp=int(self.inclusions * 100),
            grade_class=self.grade_class,
            reason=": ".join(filter(None, (said, self.reason))),
            areas=_areas(),
        )


class LabelForm(Form):
    """What the inspector sees, before the proposal is shown."""

    grade: str = Field(max_length=32)
    grade_class: str | None = Field(None, max_length=64)


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that is looked at, with its size in pixels."""

    picture: views.PhotographRow
    width: int
    height: int


_ROUTE = "/visits/<record:visit_id>/grade"


@bp.get(_ROUTE)
def grade(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.GRADE_DECIDE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        require_told(tx, visit_id)
        if open_stop_of(tx, visit_id) is not None and request.method == "GET":
            return redirect(url_for("hazard.hazard", visit_id=visit_id))
        return render_template("yard/grade.html", **_page(tx, who, detail))


def _page(tx: Any, who: views.Reader, detail: views.VisitDetail) -> dict[str, Any]:
    visit_id, known = detail.visit.visit_id, directory(tx)
    hidden = blindness(tx, visit_id, actor()) is not None
    label = label_of(tx, visit_id, actor().user_id)
    wanted = request.args.get("proposal") == "shown" or label is not None
    is_shown = not hidden and (wanted or bool(refusals("reason")) or detail.decision is not None)
    seen = seen_proposal(detail.proposal) if is_shown else None
    mapping = grades_by_form(tx, detail.visit.site_id) if is_shown else {}
    said = {} if label is None else {code: bp // 100 for code, bp in label.shares.items()}
    chosen = request.form.get("grade", "" if label is None else label.grade)
    return {
        "visit": detail.visit,
        "site": known.sites[detail.visit.site_id],
        "steps": detail.way,
        "gross_kg": detail.gross.kg if detail.gross else None,
        "photographs": detail.photographs,
        "shown": _shown(tx, who, detail.photographs),
        "is_ready": detail.proposal is not None,
        "is_blind": hidden,
        "proposal": seen,
        "label": label,
        "decision": detail.decision,
        "may_decide": _may_decide(detail),
        "common": [CATALOGUE[code] for code in COMMON_GRADES],
        "others": [entry for code, entry in CATALOGUE.items() if code not in COMMON_GRADES],
        "standard": GRADE_STANDARD,
        "chosen": chosen,
        "shares": sliders(_percents() or said, chosen, grade_marks(seen, mapping)),
        "classes": [(code, str(name)) for code, name in TRADE_GRADES.items()],
        "kinds": [(kind.value, word(INCLUSIONS, kind.value)) for kind in InclusionKind],
        "whys": [(code, str(name)) for code, name in DIFFERENCES.items()],
        "areas": request.form.getlist("area"),
    }


def _may_decide(detail: views.VisitDetail) -> bool:
    """A load without a decision, or with one of the image engine, until its ticket is issued."""
    by_engine = detail.decision is not None and "decided_by_engine" in detail.decision
    return detail.ticket is None and (detail.decision is None or by_engine)


@bp.post(_ROUTE)
@shows_again(grade)
def post_decision(visit_id: str) -> ResponseReturnValue:
    form = DecisionForm.of_request()
    command = form.command(visit_id, _shares_bp(form.grade))

    def decided() -> str:
        decide(command, actor(), deps())
        return url_for("yard.visit", visit_id=visit_id)

    return answered_once(decided)


@bp.post(_ROUTE + "/label")
@shows_again(grade)
def post_label(visit_id: str) -> ResponseReturnValue:
    """Keep what the inspector sees, then show the proposal."""
    form = LabelForm.of_request()
    command = LabelGrade(
        visit_id=visit_id,
        grade=form.grade,
        shares=_shares_bp(form.grade),
        grade_class=form.grade_class,
    )
    label_grade(command, actor(), deps())
    return redirect(url_for("inspector.grade", visit_id=visit_id, proposal="shown"))


@bp.get("/photographs/<record:photograph_id>/overlay")
def overlay(photograph_id: str) -> ResponseReturnValue:
    """The picture with what the engine saw drawn over it; for those who may see the proposal."""
    who = reader(Action.GRADE_DECIDE)
    with deps().db.transaction() as tx:
        visit_id = views.visit_of_photograph(tx, who, photograph_id) or ""
        detail = found(views.visit(tx, who, visit_id), what=_("photograph"), key=photograph_id)
        require_told(tx, detail.visit.visit_id, kind="grade-proposal")
        drawn = found(overlay_of(tx, photograph_id), what=_("photograph"), key=photograph_id)
    return Response(drawn.content, mimetype=drawn.media_type, headers={"Cache-Control": _PRIVATE})


def _percents() -> dict[str, int]:
    """The sliders as sent: whole per cent by grade."""
    sent = {name.removeprefix(_SHARE): value for name, value in request.form.items()}
    return {
        code: int(value)
        for code, value in sent.items()
        if code in CATALOGUE and value.isascii() and value.isdigit()
    }


def _shares_bp(grade_code: str) -> dict[str, int]:
    """Shares in basis points; a load without sliders is wholly of the decided grade."""
    shares_bp = {code: percent * 100 for code, percent in _percents().items() if percent}
    return shares_bp or {grade_code: 10_000}


def _areas() -> list[InclusionArea]:
    """The drawn areas as sent: photograph, kind, x, y, width and height in basis points."""
    return [_area(text) for text in request.form.getlist("area")]


def _area(text: str) -> InclusionArea:
    try:
        photograph_id, kind, *box = text.split("|")
        x_bp, y_bp, w_bp, h_bp = (int(part) for part in box)
        return InclusionArea(
            photograph_id=photograph_id,
            kind=InclusionKind(kind),
            x_bp=x_bp,
            y_bp=y_bp,
            w_bp=w_bp,
            h_bp=h_bp,
        )
    except ValueError as error:
        raise InclusionAreaError(field="areas", value=text[:64], limit="id|kind|x|y|w|h") from error


def _shown(tx: Any, who: views.Reader, photographs: Sequence[views.PhotographRow]) -> Shown | None:
    """The picture asked for, else the newest of the load, else any."""
    wanted = request.args.get("photo", "")
    by_id = {picture.photograph_id: picture for picture in photographs}
    others = [p for p in photographs if p.camera_id not in {"front", "rear"}]
    load = [p for p in photographs if p.camera_id in {"load", "upload"}]
    picture = by_id.get(wanted) or next(iter([*load, *others, *photographs]), None)
    if picture is None:
        return None
    content = found(
        views.photograph(tx, who, picture.photograph_id), what="photograph", key=wanted
    ).content
    try:
        header = picture_header(content)
    except RuleBrokenError:
        return Shown(picture, 4, 3)
    return Shown(picture, header.width, header.height)
