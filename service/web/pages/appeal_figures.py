"""Figures of the appeals: overturned grades by model, bay and inspector, and errors that lean."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString

from service.domain.access import Action
from service.domain.grade_figures import (
    ALARM_BELOW_PERMILLE,
    PERMUTATIONS,
    SEED,
    GroupFigures,
    ReviewedLoad,
    figures_by,
)
from service.storage.views.grade_figures import reviewed_loads
from service.web.context import deps, reader
from service.web.pages.figures import short_hash
from service.web.pages.language import _, _l
from service.web.pages.people_names import names
from service.web.pages.reading import directory

bp = Blueprint("appeal_figures", __name__)

_GROUPS: Mapping[str, LazyString] = {
    "model": _l("By model"),
    "decider": _l("By who decided"),
    "bay": _l("By bay"),
    "inspector": _l("By inspector"),
    "supplier": _l("By supplier"),
    "hour": _l("By hour of the day"),
    "weather": _l("By weather"),
}

_DECIDERS: Mapping[str, LazyString] = {
    "engine": _l("the image engine by itself"),
    "person": _l("a person"),
}


@bp.get("/appeals/figures")
def figures() -> ResponseReturnValue:
    who = reader(Action.APPEAL_FIGURES)
    with deps().db.transaction() as tx:
        loads = reviewed_loads(tx, who)
        known = directory(tx)
        people = names(tx)
    organisations = {key: known.who(key) for key in known.organisations}
    heads = {load.engine: _engine(load.engine) for load in loads if load.engine}
    return render_template(
        "office/appeal_figures.html",
        loads=loads,
        overturned=sum(load.overturned for load in loads),
        tables=[(key, _GROUPS[key], rows) for key, rows in _tables(loads).items()],
        names={**people, **organisations, **heads, **_DECIDERS},
        permutations=PERMUTATIONS,
        limit_percent=ALARM_BELOW_PERMILLE / 10,
    )


@bp.get("/appeals/figures.json")
def figures_json() -> ResponseReturnValue:
    """The same figures for programs."""
    who = reader(Action.APPEAL_FIGURES)
    with deps().db.transaction() as tx:
        loads = reviewed_loads(tx, who)
    return jsonify(
        closed=len(loads),
        overturned=sum(load.overturned for load in loads),
        permutations=PERMUTATIONS,
        seed=SEED,
        **{key: [asdict(row) for row in rows] for key, rows in _tables(loads).items()},
    )


def _engine(head_sha256: str) -> str:
    return _("image engine %(head)s", head=short_hash(head_sha256))


def _tables(loads: Sequence[ReviewedLoad]) -> Mapping[str, Sequence[GroupFigures]]:
    """The figures by group. A head that decided by itself stands where an inspector's name would.
    Nobody records the weather, so that all loads are of one unknown."""
    return {
        "model": figures_by(loads, lambda load: load.head_sha256),
        "decider": figures_by(loads, lambda load: "engine" if load.engine else "person"),
        "bay": figures_by(loads, lambda load: load.bay),
        "inspector": figures_by(loads, lambda load: load.inspector_id or load.engine),
        "supplier": figures_by(loads, lambda load: load.supplier_id),
        "hour": figures_by(loads, lambda load: f"{load.hour:02d}"),
        "weather": figures_by(loads, lambda _load: None),
    }
