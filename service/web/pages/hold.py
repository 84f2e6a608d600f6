"""Held weighings: the queue, the evidence side by side, the decision; overrides and policies."""

import re
from typing import Literal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.control.hold import REASONS, HoldDecision, HoldState
from service.domain.control.people import overrides_bp
from service.domain.control.policy import DEFAULTS, ENFORCED, ControlAction
from service.domain.control.verdict import Outcome
from service.storage import identity, views
from service.storage.db import Tx
from service.usecases.control_hold import DecideHold, decide_hold
from service.usecases.control_policy import (
    SetControlPolicy,
    SitePolicy,
    control_policies,
    set_control_policy,
)
from service.web.context import actor, allowed, deps, reader
from service.web.pages import words
from service.web.pages.figures import clock, is_english, kg, plate
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.hold_drawing import DrawnCurve, Frame, TareChart, tare_chart
from service.web.pages.language import _
from service.web.pages.reading import Directory, directory, found, own_sites

bp = Blueprint("hold", __name__)

_BROKEN = frozenset({Outcome.FLAG, Outcome.HOLD, Outcome.BLOCK})
_ROUTE = "/holds/<record:weighing_id>"
_POLICY = "/sites/<site:site_id>/controls"


class DecisionForm(Form):
    """What was decided and why; photographs stand beside it."""

    decision: Literal["RELEASE", "REFUSE", "REWEIGH"]
    reason_code: str = Field("", max_length=32)
    reason: str = Field("", max_length=500)


class PolicyForm(Form):
    """Why the controls are set so; the settings stand beside it."""

    reason: str = Field("", max_length=500)


@bp.get("/holds")
def holds() -> ResponseReturnValue:
    who = reader(Action.HOLD_VIEW)
    with deps().db.transaction() as tx:
        waiting = views.holds(tx, who)
        decided = views.decided_holds(tx, who)
        known, names = directory(tx), _names(tx)
    return render_template(
        "office/holds.html",
        waiting=waiting,
        decided=decided,
        known=known,
        names=names,
        sites=_seen_sites(known, who),
        now=deps().now(),
    )


@bp.get(_ROUTE)
def hold(weighing_id: str) -> ResponseReturnValue:
    who = reader(Action.HOLD_VIEW)
    with deps().db.transaction() as tx:
        view = found(views.hold(tx, who, weighing_id), what="weighing", key=weighing_id)
        known, names = directory(tx), _names(tx)
    return render_template(
        "office/hold.html",
        hold=view,
        site=known.sites[view.site_id],
        names=names,
        curves=_curves(view),
        tare=_tare(view),
        photographs=[*(p for w in (view.weighing, *view.others) for p in w.photographs)],
        reasons=[(code, _(word)) for code, word in REASONS.items()],
        can_decide=view.state is HoldState.HELD and allowed(Action.HOLD_DECIDE),
    )


@bp.post(_ROUTE)
@shows_again(hold)
def post_decision(weighing_id: str) -> ResponseReturnValue:
    given = DecisionForm.of_request()

    def decided() -> str:
        command = DecideHold(
            weighing_id=weighing_id,
            decision=HoldDecision(given.decision),
            reason_code=given.reason_code,
            reason=given.reason,
            photograph_ids=tuple(request.form.getlist("photograph_ids")),
        )
        decide_hold(command, actor(), deps())
        return url_for("hold.holds")

    return answered_once(decided)


@bp.get("/overrides")
def overrides() -> ResponseReturnValue:
    who = reader(Action.OVERRIDE_VIEW)
    with deps().db.transaction() as tx:
        known, names = directory(tx), _names(tx)
        shifts = [
            (site, [(row, overrides_bp(row.overrides, row.weighings)) for row in rows])
            for site in _seen_sites(known, who)
            if (rows := views.overrides(tx, who, deps().now(), site_id=site.site_id))
        ]
    return render_template("office/overrides.html", shifts=shifts, names=names)


@bp.get(_POLICY)
def policy(site_id: str) -> ResponseReturnValue:
    versions = control_policies(site_id, actor(), deps())
    with deps().db.transaction() as tx:
        known, names = directory(tx), _names(tx)
    return render_template(
        "office/control_policy.html",
        site=known.sites[site_id],
        sites=_seen_sites(known, reader(Action.HOLD_VIEW)),
        versions=versions,
        settings=versions[0].policy.settings,
        defaults=DEFAULTS,
        enforced=ENFORCED,
        actions=_actions(),
        names=names,
        can_set=allowed(Action.CONTROL_POLICY_SET),
    )


@bp.post(_POLICY)
@shows_again(policy)
def post_policy(site_id: str) -> ResponseReturnValue:
    given = PolicyForm.of_request()

    def in_force() -> str:
        command = SetControlPolicy(site_id=site_id, policy=_typed_policy(), reason=given.reason)
        made: SitePolicy = set_control_policy(command, actor(), deps())
        return url_for("hold.policy", site_id=made.site_id)

    return answered_once(in_force)


def _typed_policy() -> dict[str, object]:
    """The settings of the form; what is no whole number goes on as it is, and is refused."""
    return {
        control: {
            "action": request.form.get(control, setting.action.value),
            "limits": {
                name: _whole(request.form.get(f"{control}.{name}", str(value)))
                for name, value in setting.limits.items()
            },
        }
        for control, setting in DEFAULTS.items()
    }


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else text


def _actions() -> list[tuple[str, str]]:
    said = {
        ControlAction.BLOCK: _("refuse the weighing"),
        ControlAction.HOLD: _("hold for a supervisor"),
        ControlAction.FLAG: _("mark it"),
        ControlAction.OFF: _("do not ask"),
    }
    return [(action.value, word) for action, word in said.items()]


def _curves(view: views.HoldView) -> list[DrawnCurve]:
    """This pass, the others of the visit, and the same truck as usual, on one scale; beside each
    pass what the deck did afterwards."""
    captured = [other for other in view.others if other.curve]
    passes = [view.weighing, *captured]
    tails = [one.left.curve for one in passes if one.left]
    frame = Frame.of([*(one.curve for one in passes), *view.usual], tails)
    has_jump = any(v.control == "C5" and v.outcome in _BROKEN for v in view.verdicts)
    drawn = []
    for one in passes:
        if one.curve:
            drawn.append(_pass_curve(frame, one, with_jump=one is view.weighing and has_jump))
        if one.left and one.left.curve:
            drawn.append(_tail(frame, one, one.left))
    usual = _("The same truck before")
    return [*drawn, *(frame.drawn(curve, usual, plate(view.plate)) for curve in view.usual)]


def _pass_curve(frame: Frame, one: views.PassView, *, with_jump: bool) -> DrawnCurve:
    title = f"{words.word(words.PASSES, one.weighing_pass)}, {kg(one.kg)} kg"
    return frame.drawn(one.curve, title, clock(one.taken_at), with_jump=with_jump)


def _tail(frame: Frame, one: views.PassView, left: views.LeftView) -> DrawnCurve:
    """What the deck did from the captured frame until it was empty; its time is its own."""
    title = _("After it: %(pass_)s", pass_=words.word(words.PASSES, one.weighing_pass))
    note = _("empty after %(s)s s", s=f"{left.empty_after_ms / 1000:.1f}")
    if left.rise_kg:
        note = _("%(empty)s, %(kg)s kg added", empty=note, kg=kg(left.rise_kg))
    return frame.tail(left.curve, title, note)


def _tare(view: views.HoldView) -> TareChart | None:
    if view.band is None or view.weighing.weighing_pass != "tare":
        return None
    return tare_chart(view.weighing.kg, view.tares, view.band)


def _seen_sites(known: Directory, who: views.Reader) -> list[views.SiteRow]:
    every = known.sites.values()
    return list(every) if who.all else own_sites(every, who.site_ids)


def _names(tx: Tx) -> dict[str, str]:
    english = is_english()
    return {
        user.user_id: (user.name_en or user.name) if english else user.name
        for user in identity.users(tx)
    }
