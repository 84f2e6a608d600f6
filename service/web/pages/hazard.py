"""The stop: what looks like a hazard, what to do now, and the two people who release it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.devices.pictures import picture_header
from service.domain.access import Action
from service.domain.errors import RuleBrokenError
from service.domain.hazard import SIGNERS, HazardKind, HazardStop
from service.storage import identity, views
from service.storage.hazard import stops_of
from service.usecases.hazard import SignRelease, StopLoad, sign_release, stop_load, stop_of
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.web.context import actor, allowed, deps, reader
from service.web.pages.figures import is_english
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.grade_view import Box, seen_proposal
from service.web.pages.reading import directory, found
from service.web.pages.words import ABSTENTIONS, HAZARDS, word

bp = Blueprint("hazard", __name__)

_ROUTE = "/visits/<record:visit_id>/hazard"
_MARGIN = 3
"""A crop shows the thing with a third of its sides around it."""


class StopForm(Form):
    """What was seen: a kind, words, or both."""

    kind: str = Field("", max_length=32)
    reason: str = Field("", max_length=400)

    def command(self, visit_id: str) -> StopLoad:
        kind = word(HAZARDS, self.kind) if self.kind in HAZARDS else ""
        return StopLoad(visit_id=visit_id, reason=": ".join(filter(None, (kind, self.reason))))


class SignForm(Form):
    """What was found or done."""

    reason: str = Field("", max_length=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A part of a photograph around something that may be a hazard, in its pixels."""

    photograph_id: str
    width: int
    height: int
    box: Box

    @property
    def view(self) -> str:
        """The ``viewBox`` of the drawing: the box with a margin, square, within the picture."""
        side = max(self.box.w, self.box.h) * (_MARGIN + 2) // _MARGIN
        side = min(max(side, 16), self.width, self.height)
        left = self.box.x + self.box.w // 2 - side // 2
        top = self.box.y + self.box.h // 2 - side // 2
        left = min(max(left, 0), self.width - side)
        top = min(max(top, 0), self.height - side)
        return f"{left} {top} {side} {side}"


@bp.get(_ROUTE)
def hazard(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.HAZARD_STOP)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        stops = [stop_of(tx, row) for row in stops_of(tx, visit_id)]
        crops = _crops(tx, who, detail)
        known, names = directory(tx), _names(tx)
    stop = next((each for each in reversed(stops) if each.released_at is None), None)
    return render_template(
        "yard/hazard.html",
        visit=detail.visit,
        site=known.sites[detail.visit.site_id],
        steps=_blocked(detail.way) if stop else detail.way,
        gross_kg=detail.gross.kg if detail.gross else None,
        photographs=detail.photographs,
        stop=stop,
        stopped_before=[each for each in stops if each.released_at is not None],
        words=_words(stop),
        crops=crops,
        names=names,
        signers=SIGNERS,
        may_sign=stop is not None and _may_sign(stop),
        kinds=[(kind.value, word(HAZARDS, kind.value)) for kind in HazardKind],
    )


@bp.post(_ROUTE)
@shows_again(hazard)
def post_stop(visit_id: str) -> ResponseReturnValue:
    command = StopForm.of_request().command(visit_id)

    def stopped() -> str:
        stop_load(command, actor(), deps())
        return url_for("hazard.hazard", visit_id=visit_id)

    return answered_once(stopped)


@bp.post(_ROUTE + "/signatures")
@shows_again(hazard)
def post_signature(visit_id: str) -> ResponseReturnValue:
    """Keep the photograph and the signature, or neither."""
    reader(Action.HAZARD_RELEASE)
    form, upload = SignForm.of_request(), request.files.get("picture")
    picture = UploadPhotograph(
        visit_id=visit_id,
        content=upload.read() if upload else b"",
        media_type=(upload.mimetype if upload else None) or "-",
    )

    def signed() -> str:
        with deps().db.transaction():
            kept = upload_photograph(picture, actor(), deps())
            command = SignRelease(
                visit_id=visit_id, reason=form.reason, photograph_id=kept.photograph_id
            )
            stop = sign_release(command, actor(), deps())
        page = "hazard.hazard" if stop.released_at is None else "yard.visit"
        return url_for(page, visit_id=visit_id)

    return answered_once(signed)


def _names(tx: Any) -> dict[str, str]:
    english = is_english()
    return {
        user.user_id: (user.name_en or user.name) if english else user.name
        for user in identity.users(tx)
    }


def _may_sign(stop: HazardStop) -> bool:
    signed = {each.signed_by for each in stop.signatures}
    return allowed(Action.HAZARD_RELEASE) and actor().user_id not in signed


def _words(stop: HazardStop | None) -> Sequence[str]:
    """Why the load is stopped: what the engine's codes mean, or what the person said."""
    if stop is None:
        return []
    codes = stop.reason.split()
    if stop.stopped_by is None and all(code.startswith("HAZARD") for code in codes):
        return [word(ABSTENTIONS, code) for code in codes]
    return [stop.reason]


def _blocked(way: Sequence[Any]) -> list[Any]:
    """The way of the truck, with the step that is now blocked."""
    return [replace(step, state="blocked") if step.state == "now" else step for step in way]


def _crops(tx: Any, who: views.Reader, detail: views.VisitDetail) -> list[Crop]:
    seen = seen_proposal(detail.proposal)
    crops = []
    for photograph_id, boxes in (seen.hazards if seen else {}).items():
        picture = found(
            views.photograph(tx, who, photograph_id), what="photograph", key=photograph_id
        )
        try:
            header = picture_header(picture.content)
        except RuleBrokenError:
            continue
        crops += [
            Crop(photograph_id=photograph_id, width=header.width, height=header.height, box=box)
            for box in boxes
        ]
    return crops
