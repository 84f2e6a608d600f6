"""The live weighing page: the scale now, and one button that puts the stable weight on record."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain.access import Action
from service.domain.errors import ConflictError
from service.domain.weighing import WeighingPass
from service.domain.yard_guard import require_weighing
from service.domain.yard_steps import Step, YardRules
from service.storage import views
from service.usecases.weighing import RecordWeighing, record_weighing, scale_state
from service.web.context import actor, deps, reader
from service.web.pages import scale
from service.web.pages.forms import answered_once, shows_again
from service.web.pages.reading import directory, found

bp = Blueprint("weighing", __name__)

STILL_WAIT_MS = 2_000
"""How long a pressed button may wait for the window to close again after a gust."""

_ROUTE = "/visits/<record:visit_id>/weigh/<any(gross, tare, check):weighing_pass>"


@bp.get(_ROUTE)
def page(visit_id: str, weighing_pass: str) -> ResponseReturnValue:
    who = reader(Action.WEIGHING_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
        yard = found(views.yard_detail(tx, who, visit_id, deps().now()), what="visit", key=visit_id)
    row = detail.visit
    return render_template(
        "yard/weigh.html",
        weighing_pass=weighing_pass,
        visit=row,
        site=known.sites[row.site_id],
        steps=detail.way,
        who=known.who(row.supplier_id, row.plant_id),
        photographs=detail.photographs,
        unreachable=scale.unreachable(),
        is_next=_may_weigh(yard.truck, weighing_pass),
    )


def _may_weigh(truck: views.TruckOnYard, weighing_pass: str) -> bool:
    """Whether the pass may be weighed now; a check weighing where nothing holds the truck."""
    with suppress(ConflictError):
        require_weighing(truck.facts, WeighingPass(weighing_pass), YardRules())
        is_check = weighing_pass == WeighingPass.CHECK
        return is_check or Step(f"weigh-{weighing_pass}") in truck.actions
    return False


@bp.get(_ROUTE + "/live")
def live(visit_id: str, weighing_pass: str) -> ResponseReturnValue:
    """What the page shows at this moment, in words."""
    who = reader(Action.WEIGHING_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
    shown: dict[str, Any] = scale.shown(
        scale_state(detail.visit.site_id, actor(), deps()), weighing_pass
    )
    return jsonify(shown)


@bp.post(_ROUTE)
@shows_again(page)
def post_weighing(visit_id: str, weighing_pass: str) -> ResponseReturnValue:
    command = RecordWeighing(
        visit_id=visit_id,
        weighing_pass=WeighingPass(weighing_pass),
        capture_id=request.form.get("idempotency_key") or deps().new_id(),
        wait_ms=STILL_WAIT_MS,
    )

    def recorded() -> str:
        record_weighing(command, actor(), deps())
        return url_for("yard.visit", visit_id=visit_id)

    return answered_once(recorded)
