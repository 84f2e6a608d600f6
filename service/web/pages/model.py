"""Heads of the image engine: what each does at each site, how well, and its data sheet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.grading_drift import PSI_ALARM_BP, UNFAMILIAR_ALARM_BP
from service.domain.grading_model import AUTO_LIMITS, ModelMode
from service.storage import views
from service.usecases.grading_model import FIRST_HEAD, NEW_HEAD, SERVICE, UseModel, use_model
from service.usecases.grading_overview import (
    registered_model,
    registered_models,
    site_models,
)
from service.web.context import actor, allowed, deps, reader
from service.web.pages.figures import percent
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.people_names import names
from service.web.pages.reading import Directory, directory, own_sites
from service.web.pages.words import Mark

bp = Blueprint("model", __name__)

Row = tuple[str, str]
"""A name and what it is, as text."""

_SITE = "/sites/<site:site_id>/models"


class UseForm(Form):
    """A head, what it does from now on, and why."""

    head_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    mode: ModelMode
    reason: str = Field("", max_length=500)


@bp.get("/models")
def models() -> ResponseReturnValue:
    """The heads at the first site that the reader may see."""
    who = reader(Action.MODEL_VIEW)
    with deps().db.transaction() as tx:
        bases = _bases(directory(tx), who)
    if not bases:
        return render_template(
            "office/models.html", site=None, registered=registered_models(deps())
        )
    return site(bases[0].site_id)


@bp.get(_SITE)
def site(site_id: str) -> ResponseReturnValue:
    who = reader(Action.MODEL_VIEW)
    shown = site_models(site_id, actor(), deps())
    with deps().db.transaction() as tx:
        known, people = directory(tx), names(tx)
    registered = registered_models(deps())
    return render_template(
        "office/models.html",
        site=known.sites[site_id],
        sites=_bases(known, who),
        shown=shown,
        mode=_mode(shown.mode),
        unmet={row.head_sha256: [_unmet(*each) for each in row.unmet] for row in shown.reports},
        marks={mode.value: _mode(mode) for mode in ModelMode},
        registered=registered,
        titles={row.head_sha256: row.name for row in registered},
        names={SERVICE: _("the service"), **people},
        reasons={FIRST_HEAD: _("as the product comes"), NEW_HEAD: _("new version of the product")},
        limits=AUTO_LIMITS,
        psi_alarm=PSI_ALARM_BP,
        unfamiliar_alarm=UNFAMILIAR_ALARM_BP,
        modes=[(mode.value, str(_mode(mode).word)) for mode in ModelMode],
        heads=[(row.head_sha256.hex(), row.name) for row in registered],
        can_use=allowed(Action.MODEL_USE),
    )


@bp.post(_SITE)
@shows_again(site)
def post_use(site_id: str) -> ResponseReturnValue:
    reader(Action.MODEL_USE)
    given = UseForm.of_request()

    def used() -> str:
        command = UseModel(
            site_id=site_id, head_sha256=given.head_sha256, mode=given.mode, reason=given.reason
        )
        use_model(command, actor(), deps())
        return url_for("model.site", site_id=site_id)

    return answered_once(used)


@bp.get("/models/<hash:head_sha256>")
def model(head_sha256: str) -> ResponseReturnValue:
    reader(Action.MODEL_VIEW)
    row = registered_model(head_sha256, deps())
    with deps().db.transaction() as tx:
        people = names(tx)
    return render_template(
        "office/model.html",
        model=row,
        registered_by={SERVICE: _("the service"), **people}.get(
            row.registered_by, row.registered_by
        ),
        sheet=list(_groups(row.data_sheet)),
        metrics=list(_groups(row.metrics)),
    )


def _bases(known: Directory, who: views.Reader) -> list[views.SiteRow]:
    """The bases that the reader may see; only there loads are graded."""
    every = [row for row in known.sites.values() if row.kind == "BASE"]
    return every if who.all else own_sites(every, who.site_ids)


def _mode(mode: ModelMode) -> Mark:
    return {
        ModelMode.OFF: Mark("skip", _("off")),
        ModelMode.SHADOW: Mark("now", _("shadow: looks, nobody sees it")),
        ModelMode.ASSIST: Mark("ok", _("assist: the inspector decides")),
        ModelMode.AUTO: Mark("ok", _("auto: decides where every gate passes")),
    }[mode]


def _unmet(value: str, limit: str) -> str:
    """What keeps a head from deciding, in words: the figure as it is and as it has to be."""
    name, figure = value.rsplit(" ", 1)
    sign, wanted = limit.split(" ")
    words = {
        "trucks": _("Trucks compared"),
        "auto_right_bp": _("Right of those"),
        "share_mae_bp": _("Shares off by"),
        "calibration_error_bp": _("Calibration error"),
        "unfamiliar_bp": _("Unfamiliar"),
    }
    if not name.endswith("_bp"):
        return f"{words[name]} {figure} ({sign} {wanted})"
    shown = percent(int(figure)) if figure.isdigit() else figure
    return f"{words[name]} {shown} ({sign} {percent(int(wanted))})"


def _groups(content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Sequence[Row]]]:
    """The values of a JSON object, level by level, each level called by its path."""
    own = [(name, str(value)) for name, value in content.items() if not isinstance(value, Mapping)]
    if own:
        yield path, own
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _groups(value, f"{path} · {name}" if path else name)
