"""The inspector's page: photographs first, then shares and grade; the proposal only when wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.grade import CATALOGUE, GRADE_STANDARD
from service.storage import views
from service.usecases.grade import DecideGrade, decide
from service.web.context import actor, deps, reader
from service.web.pages.figures import named
from service.web.pages.forms import Form, answered_once, refusals, shows_again
from service.web.pages.reading import directory, found
from service.web.pages.words import TRADE_GRADES

bp = Blueprint("inspector", __name__)

COMMON_GRADES = ("HRS101", "HRS102", "MRS201", "MRS202", "LRS301", "SRS401", "BRS501")
SHARE_GRADES = ("HRS101", "MRS201", "LRS301", "SRS401", "BRS501")
"""Grades that have a slider from the start; the decided grade gets one too."""

_TOP = 3
_SHARE = "share-"


class DecisionForm(Form):
    """Grade, shares in whole per cent, inclusions in per cent."""

    grade: str = Field(max_length=32)
    grade_class: str | None = Field(None, max_length=64)
    inclusions: Decimal = Field(Decimal(0), ge=0, le=100, decimal_places=2)
    reason: str = Field("", max_length=500)

    def command(self, visit_id: str, shares: Mapping[str, int]) -> DecideGrade:
        return DecideGrade(
            visit_id=visit_id,
            grade=self.grade,
            shares=shares,
            inclusions_bp=int(self.inclusions * 100),
            grade_class=self.grade_class,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A slider: the part of a grade in the load, in per cent."""

    code: str
    name: str
    letter: str
    percent: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the engine said, as far as it is shown: the likeliest grades, or why it abstained."""

    decision: str
    grade_class: str | None
    form: str | None
    confidence_bp: int | None
    top: Sequence[tuple[str, int]]
    reasons: Sequence[str]


_ROUTE = "/visits/<record:visit_id>/grade"


@bp.get(_ROUTE)
def grade(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.GRADE_DECIDE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
    is_shown = request.args.get("proposal") == "shown" or bool(refusals("reason"))
    return render_template(
        "yard/grade.html",
        visit=detail.visit,
        site=known.sites[detail.visit.site_id],
        steps=detail.way,
        gross_kg=detail.gross.kg if detail.gross else None,
        photographs=detail.photographs,
        shown=_chosen(detail.photographs),
        proposal=_proposal(detail.proposal),
        proposal_shown=is_shown and detail.proposal is not None,
        decided=detail.decision is not None,
        common=[CATALOGUE[code] for code in COMMON_GRADES],
        others=[entry for code, entry in CATALOGUE.items() if code not in COMMON_GRADES],
        standard=GRADE_STANDARD,
        shares=_sliders(),
        classes=[(code, str(word)) for code, word in TRADE_GRADES.items()],
    )


@bp.get(_ROUTE + "/proposal")
def proposal(visit_id: str) -> ResponseReturnValue:
    """The proposal alone, for one who has looked and wants it now."""
    who = reader(Action.GRADE_DECIDE)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
    said = found(_proposal(detail.proposal), what="grade proposal", key=visit_id)
    return render_template("yard/proposal.html", proposal=said)


@bp.post(_ROUTE)
@shows_again(grade)
def post_decision(visit_id: str) -> ResponseReturnValue:
    form = DecisionForm.of_request()
    command = form.command(visit_id, _shares_bp(form.grade))

    def decided() -> str:
        decide(command, actor(), deps())
        return url_for("yard.visit", visit_id=visit_id)

    return answered_once(decided)


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


def _sliders() -> list[Share]:
    sent = _percents()
    codes = [*SHARE_GRADES, *(code for code in sent if code not in SHARE_GRADES)]
    decided = request.form.get("grade", "")
    if decided in CATALOGUE and decided not in codes:
        codes.append(decided)
    percents = sent or {codes[0]: 100}
    return [Share(code, named(CATALOGUE[code]), code[0], percents.get(code, 0)) for code in codes]


def _chosen(photographs: Sequence[views.PhotographRow]) -> views.PhotographRow | None:
    """The picture asked for, else the newest of the load, else any."""
    wanted = request.args.get("photo", "")
    by_id = {picture.photograph_id: picture for picture in photographs}
    load = [p for p in photographs if p.camera_id in {"load", "upload"}]
    return by_id.get(wanted) or next(iter([*load, *photographs]), None)


def _proposal(record: Mapping[str, Any] | None) -> Proposal | None:
    if record is None:
        return None
    classes: Mapping[str, int] = record.get("classes", {})
    likeliest = sorted(classes.items(), key=lambda entry: -int(entry[1]))
    return Proposal(
        decision=record["decision"],
        grade_class=record.get("grade_class"),
        form=record.get("form"),
        confidence_bp=record.get("confidence_bp"),
        top=[(name, int(bp)) for name, bp in likeliest[:_TOP]],
        reasons=list(record.get("reasons", {}).values()),
    )
